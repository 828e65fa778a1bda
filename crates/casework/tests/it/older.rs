//! Cases that an older version of the program made: brought up to date when they are opened, by one program of several, and refused by one that is older itself.

use casework::{CaseFile, CaseworkError, Place};
use domain::SectionNo;
use sqlx::{AnyConnection, AssertSqlSafe, Connection, migrate::Migrator};

use crate::desk::{DECISIONS, Desk, server};

static STEPS: Migrator = sqlx::migrate!("migrations/sqlite");
static STEPS_ON_A_SERVER: Migrator = sqlx::migrate!("migrations/postgres");

fn steps() -> &'static Migrator {
    if server().is_some() { &STEPS_ON_A_SERVER } else { &STEPS }
}

/// Tables of the first version, in which every version keeps what has happened.
const FIRST: [&str; 6] = ["event", "section", "line", "line_state", "withdrawal", "certificate"];

/// The case of a desk as a version that knew only the first steps would have kept it, and somebody at it with a database tool.
async fn as_of(desk: &Desk, step: i64) -> (Place, AnyConnection) {
    let whole = desk.place();
    let (place, mut connection, of) = match server() {
        None => {
            let path = desk.path(&format!("as-of-{step}"));
            let url = format!("sqlite://{}?mode=rwc", path.display());
            let mut connection = AnyConnection::connect(&url).await.unwrap();
            let attach = format!("ATTACH DATABASE '{whole}' AS whole");
            sqlx::query(AssertSqlSafe(attach)).execute(&mut connection).await.unwrap();
            (Place::File(path), connection, "whole".to_owned())
        }
        Some(server) => {
            let name = |place: &Place| place.to_string().rsplit_once('#').unwrap().1.to_owned();
            let place: Place = format!("{server}#{}-as-of-{step}", name(&whole)).parse().unwrap();
            let schema = format!("\"case_{}\"", name(&place));
            let mut connection =
                AnyConnection::connect(&format!("{server}?options[search_path]={schema}")).await.unwrap();
            sqlx::query(AssertSqlSafe(format!("CREATE SCHEMA {schema}"))).execute(&mut connection).await.unwrap();
            (place, connection, format!("\"case_{}\"", name(&whole)))
        }
    };
    steps().run_to(step, &mut connection).await.unwrap();
    for table in FIRST {
        let copied = format!("INSERT INTO {table} SELECT * FROM {of}.{table}");
        sqlx::query(AssertSqlSafe(copied)).execute(&mut connection).await.unwrap();
    }
    if server().is_none() {
        sqlx::query("DETACH DATABASE whole").execute(&mut connection).await.unwrap();
    }
    (place, connection)
}

/// The steps that a case has taken, and no other.
async fn taken(connection: &mut AnyConnection) -> Vec<i64> {
    sqlx::query_scalar("SELECT version FROM _sqlx_migrations ORDER BY version").fetch_all(connection).await.unwrap()
}

#[tokio::test]
async fn a_case_of_every_older_version_is_the_same_case() {
    let desk = Desk::new();
    let mut now = desk.searched().await;
    let all: Vec<_> = steps().iter().map(|step| step.version).collect();
    for step in &all {
        let (place, mut stranger) = as_of(&desk, *step).await;
        assert_eq!(taken(&mut stranger).await.last(), Some(step));
        let mut case = CaseFile::open(&place).await.unwrap();
        assert_eq!((case.events_digest(), case.status()), (now.events_digest(), now.status()), "of step {step}");
        assert!(case.rebuild().await.unwrap().mended.is_empty(), "of step {step}");
        assert_eq!(taken(&mut stranger).await, all);
        // The last tables are there, and the work goes on.
        assert_eq!(case.to_compare(&[SectionNo::new(1).unwrap()], "a way").await.unwrap(), []);
        desk.decide(&mut case, DECISIONS).await.unwrap();
        assert_eq!(case.status().undecided, 0, "of step {step}");
    }
    desk.decide(&mut now, DECISIONS).await.unwrap();
}

/// What a table has is brought over where another table keeps it from now on.
#[tokio::test]
async fn what_was_flagged_stays_flagged() {
    let desk = Desk::new();
    desk.searched().await.close().await;
    let (place, mut stranger) = as_of(&desk, 8).await;
    for row in ["1, 2, 'b', 'flagged', 'not alike', 7", "1, 3, 'b', 'skipped', 'cannot be read', 8"] {
        let looked = format!("INSERT INTO looked (section, line, person, what, note, at) VALUES ({row})");
        sqlx::query(AssertSqlSafe(looked)).execute(&mut stranger).await.unwrap();
    }
    CaseFile::open(&place).await.unwrap().close().await;
    let flags = "SELECT CAST(section AS TEXT) || ':' || CAST(line AS TEXT) || ' ' || person || ' ' || why FROM flag";
    let flags: Vec<String> = sqlx::query_scalar(flags).fetch_all(&mut stranger).await.unwrap();
    assert_eq!(flags, ["1:2 b not alike"]);
    let looked = "SELECT what FROM looked";
    assert_eq!(sqlx::query_scalar::<_, String>(looked).fetch_all(&mut stranger).await.unwrap(), ["skipped"]);
}

/// Everybody starts the new version in the same minute.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn several_programs_bring_one_case_up_to_date() {
    let desk = Desk::new();
    let now = desk.searched().await;
    let (place, mut stranger) = as_of(&desk, 1).await;
    let open = || {
        let place = place.clone();
        tokio::spawn(async move { CaseFile::open(&place).await.map(|case| case.events_digest()) })
    };
    for opened in [open(), open(), open(), open()] {
        assert_eq!(opened.await.unwrap().unwrap(), now.events_digest());
    }
    assert_eq!(taken(&mut stranger).await.len(), steps().iter().count());
}

#[tokio::test]
async fn a_step_that_fails_leaves_the_case_as_it_was() {
    let desk = Desk::new();
    desk.searched().await.close().await;
    let (place, mut stranger) = as_of(&desk, 8).await;
    // Of this name the tenth step makes a table, after the ninth was taken.
    sqlx::query("CREATE TABLE similarity (other BIGINT)").execute(&mut stranger).await.unwrap();
    let refused = CaseFile::open(&place).await.err().unwrap();
    assert!(refused.to_string().contains("brought up to date"), "{refused}");
    assert_eq!(taken(&mut stranger).await.last(), Some(&8));
    sqlx::query("DROP TABLE similarity").execute(&mut stranger).await.unwrap();
    CaseFile::open(&place).await.unwrap();
}

#[tokio::test]
async fn an_older_program_leaves_a_newer_case_alone() {
    let desk = Desk::new();
    desk.searched().await.close().await;
    let known = steps().iter().map(|step| step.version).max().unwrap();
    let newer = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
                 SELECT version + 1, 'to come', success, checksum, 0 FROM _sqlx_migrations ORDER BY version DESC LIMIT 1";
    desk.run(newer).await.unwrap();
    let refused = CaseFile::open(&desk.place()).await.err().unwrap();
    assert!(matches!(refused, CaseworkError::Newer { taken, .. } if taken == known + 1), "{refused}");
    assert!(refused.to_string().ends_with("nothing was done. Use the newer version"), "{refused}");
}
