//! Every address of the API, with who may call it.

mod accesses;
mod acts;
mod cases;
mod certificates;
mod challenges;
mod clock;
mod counter;
mod course;
mod images;
mod keying;
mod lines;
mod passkeys;
mod people;
mod progress;
mod public;
mod quality;
mod retention;
mod room;
mod room_images;
mod room_lines;
mod sample;
mod session;
mod sheet;
mod sign_on;
mod work;

use std::{any::Any, sync::Arc};

use axum::{
    Router,
    extract::{DefaultBodyLimit, State},
    middleware::from_fn,
    response::IntoResponse as _,
};
use tower_http::catch_panic::CatchPanicLayer;
use utoipa::openapi::OpenApi;
use utoipa_axum::routes;

use crate::{
    Office,
    answer::{BODY, read_first, tagged, told_as_problem},
    api::Api,
    problem::Problem,
    who::{
        Role::{Administrator, Examiner, Intake, Observer, Registrar, Reviewer, Supervisor},
        Who::{Anyone, InCase, InOffice, SignedIn},
    },
};

pub(crate) fn all(office: Arc<Office>) -> (Router, OpenApi) {
    let api = Api::new(office)
        .route(Anyone, routes!(session::sign_in))
        .route(Anyone, routes!(session::enrol))
        .route(Anyone, routes!(passkeys::ways))
        .route(Anyone, routes!(passkeys::challenge))
        .route(Anyone, routes!(passkeys::sign_in))
        .route(Anyone, routes!(sign_on::challenge))
        .route(Anyone, routes!(sign_on::sign_in))
        .route(Anyone, routes!(public::list))
        .route(Anyone, routes!(public::show))
        .route(Anyone, routes!(public::file))
        .route(SignedIn, routes!(session::show, session::sign_out))
        .route(SignedIn, routes!(session::change_password))
        .route(SignedIn, routes!(session::new_authenticator, session::set_authenticator))
        .route(SignedIn, routes!(passkeys::list, passkeys::begin, passkeys::keep))
        .route(SignedIn, routes!(passkeys::forget))
        .route(InOffice(&[Administrator]), routes!(people::list, people::create))
        .route(InOffice(&[Administrator]), routes!(people::cases))
        .route(InOffice(&[Administrator]), routes!(people::events))
        .route(InOffice(&[Administrator]), routes!(people::show))
        .route(InOffice(&[Administrator]), routes!(people::assign))
        .route(InOffice(&[Administrator]), routes!(people::give_shifts))
        .route(InOffice(&[Administrator]), routes!(people::set_on_roll))
        .route(InOffice(&[Administrator]), routes!(people::set_disabled))
        .route(InOffice(&[Administrator]), routes!(people::require_change))
        .route(InOffice(&[Administrator]), routes!(sign_on::allow))
        .route(InOffice(&[Administrator]), routes!(people::slips))
        .route(SignedIn, routes!(cases::list))
        .route(InCase(&[Intake, Reviewer, Supervisor, Registrar, Examiner, Observer]), routes!(cases::show))
        .route(InCase(&[Supervisor, Registrar, Observer]), routes!(clock::show))
        .route(InCase(&[Supervisor]), routes!(accesses::list))
        .route(InCase(&[Supervisor]), routes!(accesses::search))
        .route(InCase(&[Supervisor]), routes!(accesses::exports))
        .route(InCase(&[Supervisor]), routes!(accesses::export))
        .route(InCase(&[Supervisor, Registrar]), routes!(retention::show))
        .route(InCase(&[Registrar]), routes!(retention::record_day))
        .route(InCase(&[Registrar]), routes!(retention::place))
        .route(InCase(&[Registrar]), routes!(retention::lift))
        .route(InCase(progress::WATCHERS), routes!(progress::watch))
        .route(InCase(&[Supervisor, Registrar, Observer]), routes!(course::show))
        .route(InCase(&[Supervisor, Registrar, Observer]), routes!(sample::show))
        .route(InCase(&[Supervisor, Registrar, Observer]), routes!(sample::lines))
        .route(InCase(&[Supervisor, Registrar, Observer]), routes!(sample::file))
        .route(InCase(&[Registrar]), routes!(sample::seal))
        .route(InCase(&[Registrar]), routes!(sample::roll))
        .route(InCase(&[Supervisor, Registrar]), routes!(certificates::readiness))
        .route(InCase(&[Registrar]), routes!(certificates::draft))
        .route(InCase(&[Registrar]), routes!(certificates::draft_pdf))
        .route(InCase(&[Supervisor, Registrar, Observer]), routes!(certificates::list))
        .route(InCase(&[Registrar]), routes!(certificates::give))
        .route(InCase(&[Registrar]), routes!(certificates::reopen))
        .route(InCase(&[Supervisor, Registrar, Observer]), routes!(certificates::show))
        .route(InCase(&[Supervisor, Registrar, Observer]), routes!(certificates::show_pdf))
        .route(InCase(&[Intake, Supervisor, Registrar]), routes!(counter::list))
        .route(InCase(&[Intake, Supervisor, Registrar]), routes!(counter::show))
        .route(InCase(&[Intake]), routes!(counter::receive))
        .route(InCase(&[Intake, Registrar]), routes!(counter::count))
        .route(InCase(&[Supervisor, Registrar]), routes!(counter::rolls))
        .route(InCase(&[Supervisor, Registrar]), routes!(counter::search))
        .route(InCase(&[Intake]), routes!(images::keep_page))
        .route(InCase(&[Intake, Supervisor]), routes!(images::show_page))
        .route(InCase(&[Intake, Supervisor, Registrar, Observer]), routes!(keying::standing))
        .route(InCase(&[Intake]), routes!(keying::claim))
        .route(InCase(&[Intake]), routes!(keying::key))
        .route(InCase(&[Intake]), routes!(keying::hand_in))
        .route(InCase(&[Intake, Supervisor]), routes!(keying::strip))
        .route(InCase(&[Intake, Supervisor]), routes!(keying::addresses))
        .route(InCase(&[Supervisor]), routes!(keying::conflicts))
        .route(InCase(&[Supervisor]), routes!(keying::settle))
        .route(InCase(&[Reviewer, Supervisor, Registrar, Observer]), routes!(work::queues))
        .route(InCase(&[Reviewer, Supervisor]), routes!(work::claim, work::show))
        .route(InCase(&[Reviewer, Supervisor]), routes!(work::close))
        .route(InCase(&[Reviewer, Supervisor]), routes!(work::pass_sheet))
        .route(InCase(&[Reviewer, Supervisor]), routes!(sheet::sheet))
        .route(InCase(&[Reviewer, Supervisor]), routes!(work::find, work::take_back))
        .route(InCase(&[Reviewer, Supervisor]), routes!(work::pass))
        .route(InCase(&[Reviewer, Supervisor]), routes!(sheet::search))
        .route(InCase(&[Supervisor]), routes!(quality::policy, quality::lay_down))
        .route(InCase(&[Supervisor]), routes!(quality::reviewers))
        .route(InCase(&[Supervisor]), routes!(quality::disagreements))
        .route(InCase(&[Supervisor]), routes!(quality::sheets))
        .route(InCase(&[Supervisor]), routes!(lines::show))
        .route(InCase(&[Supervisor]), routes!(lines::strip))
        .route(InCase(&[Supervisor]), routes!(lines::signature))
        .route(InCase(&[Supervisor]), routes!(quality::known_answers))
        .route(InCase(&[Supervisor]), routes!(quality::know, quality::retire))
        .route(InCase(&[Supervisor]), routes!(acts::list))
        .route(InCase(&[Supervisor]), routes!(acts::propose, acts::show, acts::call_off))
        .route(InCase(&[Supervisor]), routes!(acts::carry_out))
        .route(InCase(&[Supervisor]), routes!(acts::duplicates))
        .route(InCase(&[Supervisor, Registrar, Examiner]), routes!(room::show))
        .route(InCase(&[Registrar]), routes!(room::open))
        .route(InCase(&[Registrar]), routes!(room::close))
        .route(InCase(&[Supervisor, Registrar, Examiner]), routes!(room::costs))
        .route(InCase(&[Supervisor, Registrar]), routes!(room::enter))
        .route(InCase(&[Examiner]), routes!(room_lines::list))
        .route(InCase(&[Examiner]), routes!(room_lines::show))
        .route(InCase(&[Examiner]), routes!(room_images::strip))
        .route(InCase(&[Examiner]), routes!(room_images::signature))
        .route(InCase(&[Examiner]), routes!(room_images::reference))
        .route(InCase(&[Examiner]), routes!(room_lines::marks))
        .route(InCase(&[Examiner]), routes!(room_lines::mark, room_lines::unmark))
        .route(InCase(&[Supervisor, Registrar, Examiner]), routes!(challenges::list))
        .route(InCase(&[Examiner]), routes!(challenges::raise))
        .route(InCase(&[Examiner]), routes!(challenges::withdraw))
        .route(InCase(&[Supervisor, Registrar]), routes!(challenges::answer))
        .route(InCase(&[Reviewer, Supervisor]), routes!(images::strip))
        .route(InCase(&[Reviewer, Supervisor]), routes!(images::signature))
        .route(InCase(&[Reviewer, Supervisor]), routes!(images::page))
        .route(InCase(&[Reviewer, Supervisor]), routes!(images::references))
        .route(InCase(&[Reviewer, Supervisor]), routes!(images::candidate_reference))
        .route(InCase(&[Reviewer, Supervisor]), routes!(images::voter_reference));
    let (router, document) = api.finish();
    let router = router
        .layer(DefaultBodyLimit::max(BODY))
        .layer(from_fn(read_first))
        .layer(from_fn(told_as_problem))
        .layer(from_fn(tagged))
        .layer(CatchPanicLayer::custom(|_: Box<dyn Any + Send>| {
            Problem::internal("a request failed inside; the panic is above").into_response()
        }));
    (router, document)
}

/// The office, as handlers get it.
pub(crate) type TheOffice = State<Arc<Office>>;
