//! Backups of the accounts, and those that a server makes by itself.

use std::{path::Path, time::Duration};

use casework::{BackupError, CaseFile, Place, manifest_of};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use server::{Backups, People, Role, Setup};
use sqlx::Connection as _;

use crate::desk::{Desk, Places};

fn at() -> Timestamp {
    "2022-08-15T17:00:00Z".parse().unwrap()
}

async fn people(file: &Path) -> People {
    let clock: server::Clock = std::sync::Arc::new(|| Timestamp::from_second(1_660_000_000).unwrap());
    People::open(&Place::from(file), Setup { clock, ..Setup::default() }).await.unwrap()
}

/// People sign in and are made while the backup runs; those who were there before are in it, and no session or slip is.
#[tokio::test]
async fn the_accounts_are_restored() {
    let desk = Desk::in_places(Places::in_files()).await;
    let chief = desk.person("chief", &[("", Role::Administrator)]).await;
    let before = desk.ask("GET", "/api/people/chief", Some(&chief), None).await.body;
    desk.office.people.slip("chief", "test").await.unwrap();
    let (office, backup, restored) =
        (desk.path("office.countersign"), desk.path("people.backup"), desk.path("restored.db"));
    let making = async {
        for number in 0..10 {
            let new = json!({ "account": format!("temp-{number}"), "name": "T. Emp" });
            desk.ask("POST", "/api/people", Some(&chief), Some(new)).await;
        }
    };
    let (manifest, ()) = tokio::join!(server::back_up_accounts(&office, &backup, at()), making);
    let manifest = manifest.unwrap();
    assert_eq!(manifest.of, "accounts");
    assert_eq!(server::restore_accounts(&backup, &restored).await.unwrap(), manifest);
    let copy = people(&restored).await;
    assert_eq!(serde_json::to_value(copy.account("chief").await.unwrap()).unwrap(), before);
    assert!(copy.caller(&chief).await.unwrap().is_none(), "everybody signs in anew");
    let again = server::SignIn { account: "chief".to_owned(), password: crate::desk::PASSWORD.to_owned(), code: None };
    let token = copy.sign_in(again).await.unwrap();
    assert!(copy.caller(&token).await.unwrap().is_some(), "with the password that was");
    let (bytes, source) = (std::fs::read(&backup).unwrap(), format!("sqlite://{}", office.display()));
    let mut stranger = sqlx::AnyConnection::connect(&source).await.unwrap();
    for select in ["SELECT token FROM session", "SELECT code FROM slip"] {
        let secret: String = sqlx::query_scalar(select).fetch_one(&mut stranger).await.unwrap();
        assert!(!holds(&bytes, secret.as_bytes()), "{select}");
    }
    assert!(holds(&bytes, b"chief"));
    let over = server::restore_accounts(&backup, &restored).await;
    assert!(matches!(over, Err(BackupError::Exists(_))), "{over:?}");
    let other = casework::restore_case(&backup, &Place::File(desk.path("new"))).await;
    assert!(matches!(other, Err(BackupError::OtherContent { .. })), "{other:?}");
}

fn holds(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[tokio::test]
async fn the_last_backups_are_kept() {
    let desk = Desk::in_places(Places::in_files()).await;
    let folder = desk.path("backups");
    let backups = Backups {
        cases: vec![desk.path("recall.countersign"), desk.path("other.countersign")],
        office: Some(desk.path("office.countersign")),
        folder: folder.clone(),
        every: Duration::from_mins(1),
        keep: 2,
    };
    let minute = |number: i64| at() + SignedDuration::from_mins(number);
    for number in 0..3 {
        if number == 2 {
            std::fs::write(folder.join("recall.countersign.notes"), "mine").unwrap();
        }
        assert_eq!(backups.once(minute(number)).await, Vec::<String>::new());
    }
    let mut wanted = vec!["recall.countersign.notes".to_owned()];
    for file in ["recall.countersign", "other.countersign", "office.countersign"] {
        for minute in ["01", "02"] {
            let name = format!("{file}.20220815T17{minute}00Z");
            wanted.push(format!("{name}.manifest.json"));
            wanted.push(name);
        }
    }
    wanted.sort();
    assert_eq!(names(&folder), wanted, "and whatever else lies there is left alone");
    let to = Place::File(desk.path("again"));
    casework::restore_case(&folder.join("recall.countersign.20220815T170200Z"), &to).await.unwrap();
    assert_eq!(CaseFile::open(&to).await.unwrap().status().events, 1);
    // One that fails is told, the others are made, and what was kept of the first stays.
    let broken = Backups { cases: vec![desk.path("gone.countersign"), desk.path("other.countersign")], ..backups };
    std::fs::write(folder.join("gone.countersign.20220815T170000Z"), "old").unwrap();
    let failed = broken.once(minute(3)).await;
    assert_eq!(failed.len(), 1, "{failed:?}");
    assert!(failed[0].contains("gone.countersign failed: there is no case"), "{failed:?}");
    assert!(folder.join("gone.countersign.20220815T170000Z").exists());
    assert!(manifest_of(&folder.join("other.countersign.20220815T170300Z")).exists());
}
