//! How long a case is kept, legal holds, and its destruction: refused until nothing stands in the way, certified before anything goes, taken up again where it was cut off.

use std::{
    path::Path,
    sync::{Arc, Mutex},
};

use casework::{
    CaseFile, CaseworkError, CertifyInputs, DESTRUCTION_FORMAT, DestroyedCounts, Destruction, Hold, Image, Images,
    ImagesGo, Place, Shows, destroy,
};
use domain::{Milestone, Verdict};
use jiff::civil::{Date, date};

use crate::{
    desk::{Desk, act, server},
    room::{self, BEGAN, by, examined_law, ten},
    room_model::setting,
};

const TITLE: &str = "Recall";

/// A case certified insufficient on 15 August 2022: kept until 15 April 2023.
async fn certified(desk: &Desk) -> CaseFile {
    let mut case = desk.decided().await;
    let inputs = CertifyInputs { certified_on: date(2022, 8, 15), official: None };
    let given = case.prepare_certificate(&desk.snapshot, &desk.pack, &inputs).await.unwrap();
    case.record_certificate(&given, &inputs, &act()).await.unwrap();
    case
}

fn hold(id: &str) -> Hold {
    Hold {
        id: id.to_owned(),
        asked_by: "the District Attorney".to_owned(),
        authority: "Elections Code 17400".to_owned(),
        since: date(2022, 9, 1),
        because: "an investigation".to_owned(),
    }
}

async fn why(case: &CaseFile, today: Date) -> String {
    case.keeping().await.unwrap().why_kept(today).map(|why| why.to_string()).unwrap_or_default()
}

#[tokio::test]
async fn a_case_is_kept_for_its_time() {
    let desk = Desk::new();
    let case = desk.searched().await;
    assert!(why(&case, date(2099, 1, 1)).await.contains("the case is open"));
    case.close().await;
    let desk = Desk::new();
    let mut case = certified(&desk).await;
    let keeping = case.keeping().await.unwrap();
    assert_eq!(
        (keeping.verdict, keeping.retention.destroy_from),
        (Some(Verdict::Insufficient), Some(date(2023, 4, 16)))
    );
    assert_eq!(why(&case, date(2023, 4, 15)).await, "it may be destroyed from 2023-04-16 on");
    assert_eq!(why(&case, date(2023, 4, 16)).await, "");
    // The proponents begin to examine it: it is kept until it is on record that they have ended.
    let because = "the register of the examination room";
    case.record_day(Milestone::ProponentsExaminationBegan, Some(date(2022, 9, 6)), because, &act()).await.unwrap();
    let waits = why(&case, date(2099, 1, 1)).await;
    assert!(waits.contains("proponents_examination_ended_on (the proponents' examination ended)"), "{waits}");
    let ended = Milestone::ProponentsExaminationEnded;
    for day in [date(2024, 5, 30), date(2024, 5, 31), date(2024, 5, 31)] {
        case.record_day(ended, Some(day), because, &act()).await.unwrap();
    }
    assert_eq!(case.keeping().await.unwrap().retention.destroy_from, Some(date(2024, 6, 1)));
    assert_eq!(
        desk.text("SELECT CAST(COUNT(*) AS TEXT) FROM later_day").await,
        "3",
        "the same again is no entry, a correction is one"
    );
    // A day that counts for nothing, one before the certificate, and one without a source are refused, and the certificate says when it was given.
    for (name, day, because) in [
        (Milestone::BodyMet, Some(date(2023, 1, 1)), because),
        (Milestone::Certified, Some(date(2022, 8, 15)), because),
        (ended, Some(date(2022, 8, 14)), because),
        (ended, None, " "),
    ] {
        assert!(case.record_day(name, day, because, &act()).await.is_err(), "{name}");
    }
    // Where the examination never took place after all, its time does not apply.
    case.record_day(ended, None, "nobody came", &act()).await.unwrap();
    assert_eq!(case.keeping().await.unwrap().retention.destroy_from, Some(date(2023, 4, 16)));
    case.reopen("a box was found", &act()).await.unwrap();
    assert!(why(&case, date(2099, 1, 1)).await.contains("the case is open"));
}

/// How long the case is kept rests on the days of the room, unless somebody entered others.
#[tokio::test]
async fn the_case_is_kept_for_its_time_after_the_examination() {
    let desk = Desk::new();
    let mut case = room::certified(&desk).await;
    let (began, ended) = (Milestone::ProponentsExaminationBegan, Milestone::ProponentsExaminationEnded);
    for day in [began, ended] {
        case.record_day(day, None, "nobody has asked for it", &by("registrar", act().at)).await.unwrap();
    }
    case.open_room(setting(), &by("registrar", ten(BEGAN))).await.unwrap();
    let destroy_from = async |case: &CaseFile| case.keeping().await.unwrap().retention.destroy_from;
    assert_eq!(destroy_from(&case).await, None, "while it goes on without an end, whatever was entered before");
    let closed = ten(date(2024, 5, 31));
    case.close_room("the proponents are done", &by("registrar", closed)).await.unwrap();
    assert_eq!(destroy_from(&case).await, Some(date(2024, 6, 1)));
    let because = "a letter of the proponents";
    case.record_day(ended, Some(date(2024, 7, 31)), because, &by("registrar", closed)).await.unwrap();
    assert_eq!(destroy_from(&case).await, Some(date(2024, 8, 1)));
    case.close().await;
    // Where the law gives it an end, it ends then at the latest, closed or not.
    let desk = Desk::under(examined_law());
    let mut case = room::opened(&desk).await;
    assert_eq!(case.room().await.unwrap().ended_on(), Some(date(2022, 9, 1)));
    case.close_room("the proponents are done", &by("registrar", ten(date(2022, 8, 24)))).await.unwrap();
    assert_eq!(case.room().await.unwrap().ended_on(), Some(date(2022, 8, 24)));
    case.open_room(setting(), &by("registrar", ten(date(2022, 8, 25)))).await.unwrap();
    case.close_room("late", &by("registrar", ten(date(2022, 9, 20)))).await.unwrap();
    assert_eq!(case.room().await.unwrap().ended_on(), Some(date(2022, 9, 1)));
}

#[tokio::test]
async fn holds_stay_on_record() {
    let desk = Desk::new();
    let case = certified(&desk).await;
    for _ in 0..2 {
        case.place_hold(&hold("h1"), &act()).await.unwrap();
    }
    case.place_hold(&hold("h2"), &act()).await.unwrap();
    let other = Hold { asked_by: "a grand jury".to_owned(), ..hold("h1") };
    assert!(matches!(case.place_hold(&other, &act()).await, Err(CaseworkError::NameTaken { .. })));
    let without = Hold { authority: String::new(), ..hold("h3") };
    assert!(matches!(case.place_hold(&without, &act()).await, Err(CaseworkError::NoReason)));
    assert!(
        why(&case, date(2099, 1, 1)).await.contains("the legal hold h1 stands, for which the District Attorney asked")
    );
    assert!(matches!(case.lift_hold("h9", "over", &act()).await, Err(CaseworkError::NotThere { .. })));
    assert!(matches!(case.lift_hold("h1", "", &act()).await, Err(CaseworkError::NoReason)));
    for because in ["the case was closed", "again"] {
        case.lift_hold("h1", because, &act()).await.unwrap();
    }
    assert!(why(&case, date(2099, 1, 1)).await.contains("the legal hold h2"));
    case.lift_hold("h2", "the case was closed", &act()).await.unwrap();
    assert_eq!(why(&case, date(2099, 1, 1)).await, "");
    let holds = case.keeping().await.unwrap().holds;
    let lifted: Vec<_> =
        holds.iter().map(|hold| (hold.hold.id.as_str(), hold.lifted.as_ref().unwrap().because.as_str())).collect();
    assert_eq!(lifted, [("h1", "the case was closed"), ("h2", "the case was closed")]);
    // A hold that was lifted is not set up again by asking again.
    case.place_hold(&hold("h1"), &act()).await.unwrap();
    assert_eq!(why(&case, date(2099, 1, 1)).await, "");
    for sql in [
        "DELETE FROM legal_hold",
        "UPDATE legal_hold SET asked_by = ''",
        "DELETE FROM legal_hold_lifted",
        "UPDATE legal_hold_lifted SET because = ''",
    ] {
        assert!(desk.run(sql).await.unwrap_err().contains("is never"), "{sql}");
    }
}

/// Images of two pages, in folders.
fn images(desk: &Desk) -> std::path::PathBuf {
    let images = desk.path("images");
    std::fs::create_dir_all(images.join("1/crops")).unwrap();
    std::fs::write(images.join("1/page.png"), b"Ana Alvarez").unwrap();
    std::fs::write(images.join("1/crops/a.png"), b"her signature").unwrap();
    std::fs::write(images.join("2.png"), b"Ana Alvarez").unwrap();
    images
}

fn order(desk: &Desk) -> Destruction {
    Destruction {
        title: TITLE.to_owned(),
        also: vec![desk.path("images")],
        images: Images::Unsaid,
        certificate: desk.path("destroyed.json"),
        today: date(2023, 4, 16),
    }
}

async fn refused(desk: &Desk, order: &Destruction) -> String {
    let said = destroy(&desk.place(), order, &act()).await.unwrap_err().to_string();
    assert!(!order.certificate.exists() || order.certificate.ends_with("other.json"), "{said}");
    assert!(desk.path("images/1/crops/a.png").exists());
    CaseFile::open(&desk.place()).await.unwrap().close().await;
    said
}

#[tokio::test]
async fn a_destruction_is_refused_until_nothing_stands_in_its_way() {
    let desk = Desk::new();
    images(&desk);
    let case = certified(&desk).await;
    case.place_hold(&hold("h1"), &act()).await.unwrap();
    case.close().await;
    assert!(refused(&desk, &order(&desk)).await.contains("the legal hold h1 stands"));
    let case = CaseFile::open(&desk.place()).await.unwrap();
    case.lift_hold("h1", "over", &act()).await.unwrap();
    case.close().await;
    let day_before = Destruction { today: date(2023, 4, 15), ..order(&desk) };
    assert!(refused(&desk, &day_before).await.contains("it may be destroyed from 2023-04-16 on"));
    let other_title = Destruction { title: "recall".to_owned(), ..order(&desk) };
    assert!(refused(&desk, &other_title).await.contains("the title that was typed is not the petition's"));
    let missing = Destruction { also: vec![desk.path("imgaes")], ..order(&desk) };
    assert!(refused(&desk, &missing).await.contains("imgaes"));
    let inside = Destruction { certificate: desk.path("images/destroyed.json"), ..order(&desk) };
    assert!(refused(&desk, &inside).await.contains("the certificate of what is destroyed"));
    // A certificate that cannot be written: nothing goes without it.
    let nowhere = Destruction { certificate: desk.path("nowhere/destroyed.json"), ..order(&desk) };
    assert!(refused(&desk, &nowhere).await.contains("nowhere"));
    std::fs::write(desk.path("other.json"), "{}").unwrap();
    let taken = Destruction { certificate: desk.path("other.json"), ..order(&desk) };
    assert!(refused(&desk, &taken).await.contains("no certificate of a destruction"));
    std::fs::write(desk.path("images/SHA256SUMS.sig"), "").unwrap();
    assert!(refused(&desk, &order(&desk)).await.contains("a public record, which stays"));
    std::fs::remove_file(desk.path("images/SHA256SUMS.sig")).unwrap();
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("/", desk.path("images/root")).unwrap();
        assert!(refused(&desk, &order(&desk)).await.contains("neither a file nor a folder"));
        std::fs::remove_file(desk.path("images/root")).unwrap();
    }
    if let Place::File(path) = desk.place() {
        let around = Destruction { also: vec![path.parent().unwrap().to_owned()], ..order(&desk) };
        assert!(refused(&desk, &around).await.contains("the case, which goes last"));
        // A server that has the case open would go on in a file that nobody sees.
        let busy = CaseFile::open(&desk.place()).await.unwrap();
        assert!(refused(&desk, &order(&desk)).await.contains("by another program"));
        busy.close().await;
    }
}

/// Nobody's name stands in a certificate, places aside, which were named by whoever destroyed.
fn names_nobody(certificate: &Path) {
    let text = std::fs::read_to_string(certificate).unwrap();
    let mut read: serde_json::Value = serde_json::from_str(&text).unwrap();
    for place in ["place", "also"] {
        assert!(read.as_object_mut().unwrap().remove(place).is_some());
    }
    for name in ["Ana", "Alvarez", "Oak", "R1", "page.png", "Irculator"] {
        assert!(!read.to_string().contains(name), "{name}: {text}");
    }
}

#[tokio::test]
async fn a_case_is_destroyed_and_what_was_is_certified() {
    let desk = Desk::new();
    let images = images(&desk);
    let case = certified(&desk).await;
    let (status, digest) = (case.status(), case.events_digest());
    case.close().await;
    let order = order(&desk);
    let done = destroy(&desk.place(), &order, &act()).await.unwrap();
    let certificate = done.certificate;
    assert!(!done.resumed);
    assert_eq!((certificate.format.as_str(), &certificate.events_digest), (DESTRUCTION_FORMAT, &digest));
    assert_eq!(
        certificate.counts,
        DestroyedCounts { sections: 2, lines: 8, searches: 8, findings: 10, looks: 0, events: status.events }
    );
    assert_eq!((certificate.verdict, certificate.destroy_from), (Verdict::Insufficient, date(2023, 4, 16)));
    assert_eq!(certificate.kept_for[0].rule.citation, "Elections Code 17400");
    assert_eq!(certificate.certificate_digest, status.certificate_digest);
    // Two of the three files have one content.
    let mut files: Vec<_> = certificate.files.iter().map(|file| (file.bytes, &file.sha256[..8])).collect();
    files.sort_unstable();
    assert_eq!(files.len(), 3);
    assert_eq!((files[0], files[0].0, files[2].0), (files[1], 11, 13));
    names_nobody(&order.certificate);
    assert!(!images.exists());
    assert!(matches!(CaseFile::open(&desk.place()).await, Err(CaseworkError::Missing(_))));
    if let Place::File(path) = desk.place() {
        let beside = std::fs::read_dir(path.parent().unwrap())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap());
        assert_eq!(beside.filter(|name| name.starts_with("case")).collect::<Vec<_>>(), Vec::<String>::new());
    }
    // Asked again, it says the same; and a place that never was one is no case.
    let again = destroy(&desk.place(), &order, &act()).await.unwrap();
    assert_eq!((again.certificate, again.resumed), (certificate, true));
    let other = Place::File(desk.path("other"));
    assert!(matches!(destroy(&other, &order, &act()).await, Err(CaseworkError::Missing(_))));
}

/// The images of the case go by their digests, those that another case has stay, and one that cannot be removed leaves the case there.
#[tokio::test]
async fn images_go_with_their_case() {
    let desk = Desk::new();
    let case = certified(&desk).await;
    let line = |text: &str| Shows::Strip(text.parse().unwrap());
    let image = |shows: Shows, letter: &str, bytes: u64| Image {
        shows,
        digest: letter.repeat(64),
        form: "png".to_owned(),
        bytes,
        width: 3,
        height: 1,
    };
    let images = [
        image(line("1:1"), "b", 2),
        image(line("1:2"), "a", 1),
        image(line("1:3"), "c", 3),
        image(line("1:4"), "a", 1),
    ];
    case.add_images(&images, &act()).await.unwrap();
    // Another scan took its place; the case had this one, too.
    case.add_images(&[image(line("1:1"), "d", 4)], &act()).await.unwrap();
    case.close().await;
    let gone = Arc::new(Mutex::new(Vec::new()));
    let order = |fails: bool| {
        let gone = Arc::clone(&gone);
        let remove = move |digest: &str| {
            if fails && digest.starts_with('b') {
                return Err("the store does not answer".to_owned());
            }
            gone.lock().unwrap().push(digest[..1].to_owned());
            Ok(())
        };
        let images = ImagesGo { stay: ["c".repeat(64)].into(), remove: Box::new(remove) };
        Destruction { also: Vec::new(), images: Images::Go(images), ..order(&desk) }
    };
    let unsaid = Destruction { images: Images::Unsaid, ..order(true) };
    let said = destroy(&desk.place(), &unsaid, &act()).await.unwrap_err().to_string();
    assert!(said.contains("has 4 images") && !unsaid.certificate.exists(), "{said}");
    let failed = destroy(&desk.place(), &order(true), &act()).await.unwrap_err();
    assert!(failed.to_string().contains("the store does not answer"), "{failed}");
    CaseFile::open(&desk.place()).await.unwrap().close().await;
    gone.lock().unwrap().clear();
    let done = destroy(&desk.place(), &order(false), &act()).await.unwrap();
    assert!(done.resumed);
    assert_eq!(*gone.lock().unwrap(), ["a", "b", "d"]);
    let listed: Vec<_> = done.certificate.images.iter().map(|image| (&image.sha256[..1], image.bytes)).collect();
    assert_eq!((listed, done.certificate.images_left), (vec![("a", 1), ("b", 2), ("d", 4)], 1));
    assert!(matches!(CaseFile::open(&desk.place()).await, Err(CaseworkError::Missing(_))));
}

/// A run that was cut off after its certificate, in the middle of the images: the same command finishes it, under the certificate that is there.
#[tokio::test]
async fn a_destruction_that_was_cut_off() {
    let desk = Desk::new();
    if server().is_some() {
        // What a file shows by being put back, a schema cannot; the order of the steps is the same.
        return;
    }
    let Place::File(path) = desk.place() else { unreachable!("a file") };
    let images = images(&desk);
    certified(&desk).await.close().await;
    let kept = desk.path("kept");
    std::fs::copy(&path, &kept).unwrap();
    let order = order(&desk);
    let first = destroy(&desk.place(), &order, &act()).await.unwrap().certificate;
    // As it was when the first image was gone, and the others not.
    let put_back = |content: &[u8]| {
        std::fs::copy(&kept, &path).unwrap();
        std::fs::create_dir_all(&images).unwrap();
        std::fs::write(images.join("2.png"), content).unwrap();
    };
    put_back(b"another image");
    let said = destroy(&desk.place(), &order, &act()).await.unwrap_err().to_string();
    assert!(said.contains("of something else than what is to be destroyed now"), "{said}");
    assert!(images.join("2.png").exists() && path.exists());
    put_back(b"Ana Alvarez");
    let later = casework::Act { actor: "somebody else".to_owned(), at: "2023-05-01T17:00:00Z".parse().unwrap() };
    let done = destroy(&desk.place(), &order, &later).await.unwrap();
    assert_eq!((done.certificate, done.resumed), (first, true));
    assert!(!images.exists() && !path.exists());
    // A case that moved on meanwhile is not destroyed under the old certificate.
    put_back(b"Ana Alvarez");
    let case = CaseFile::open(&desk.place()).await.unwrap();
    case.place_hold(&hold("h1"), &act()).await.unwrap();
    case.lift_hold("h1", "over", &act()).await.unwrap();
    case.close().await;
    assert!(destroy(&desk.place(), &order, &act()).await.is_err());
    assert!(path.exists());
}
