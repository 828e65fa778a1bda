//! How far a case is, told as it changes: server-sent events with figures, for screens that show progress.

use std::{convert::Infallible, sync::Arc, time::Duration};

use axum::{
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse as _, Response, Sse, sse::Event},
};
use tokio::sync::{mpsc, watch};
use tokio_stream::wrappers::ReceiverStream;

use super::TheOffice;
use crate::{
    Office,
    board::{Figures, watched},
    problem::Problem,
    who::{
        Caller,
        Role::{self, Intake, Observer, Registrar, Reviewer, Supervisor},
    },
};

/// Who may watch.
pub(super) const WATCHERS: &[Role] = &[Intake, Reviewer, Supervisor, Registrar, Observer];

/// How far a case is, as server-sent events: the figures at once, and again when they have changed, at most once a second; a comment now and then in between, with which a
/// session that has ended is noticed. The id of each is the number of the case's last event; sent back as `Last-Event-ID`, it spares what is known.
#[utoipa::path(get, path = "/api/cases/{case}/events", tag = "cases",
    params(("case" = String, Path), ("Last-Event-ID" = Option<u64>, Header, description = "The id that came last")),
    responses((status = 200, content_type = "text/event-stream", body = Figures), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn watch(
    State(office): TheOffice,
    caller: Caller,
    Path(case): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let known = headers.get("last-event-id").and_then(|id| id.to_str().ok()?.parse().ok());
    let figures = watched(&office, &case).await?;
    let (told, events) = mpsc::channel(1);
    tokio::spawn(tell(office, case, caller, figures, known, told));
    let mut response = Sse::new(ReceiverStream::new(events)).into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// Tells one listener, until the connection or the session ends.
async fn tell(
    office: Arc<Office>,
    case: String,
    caller: Caller,
    mut figures: watch::Receiver<Figures>,
    known: Option<u64>,
    told: mpsc::Sender<Result<Event, Infallible>>,
) {
    let every = Duration::from_secs(office.people.heartbeat_seconds());
    let mut heartbeat = tokio::time::interval_at(tokio::time::Instant::now() + every, every);
    let first = figures.borrow_and_update().clone();
    if known != Some(first.events) && told.send(Ok(event(&first))).await.is_err() {
        return;
    }
    loop {
        let next = tokio::select! {
            () = told.closed() => return,
            changed = figures.changed() => match changed {
                Ok(()) => event(&figures.borrow_and_update()),
                Err(_) => return,
            },
            _ = heartbeat.tick() => {
                // Listening is no work: it does not keep a session open.
                match office.people.still(&caller).await {
                    Ok(Some(now)) if now.has(&case, WATCHERS) && !now.must_change => Event::default().comment(""),
                    _ => return,
                }
            }
        };
        if told.send(Ok(next)).await.is_err() {
            return;
        }
    }
}

fn event(figures: &Figures) -> Event {
    let text = serde_json::to_string(figures).unwrap_or_default();
    Event::default().id(figures.events.to_string()).data(text)
}
