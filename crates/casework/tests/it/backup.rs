//! Backups that are made while people write the case, and what is restored from them: the same case, or nothing.

use std::{
    path::Path,
    process::{Command, Output},
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
};

use casework::{
    BackupError, CaseFile, CaseworkError, Finding, Place, Put, Stage, WorkError, Workroom, files::ReadOptions,
    manifest_of,
};
use domain::{Disposition, ReviewerId, VoterId};
use jiff::Timestamp;
use sqlx::{AnyConnection, AssertSqlSafe, Connection, Row as _};

use crate::desk::{Desk, act, server};

/// The tables of the case, of work, of looks and of images with their columns: of a restored case each has the rows of the original.
const TABLES: [(&str, &str); 11] = [
    ("event", "seq, at, actor, kind, public, private, leaf"),
    (
        "section",
        "section, circulator, circulator_address, signed_from, signed_to, executed_on, lines, state, searched_in",
    ),
    ("line", "section, line, page, printed_name, address, city, zip, date_signed, signature"),
    ("line_state", "section, line, state, voter_id, disposition, reason, findings"),
    ("withdrawal", "seq, voter_id, received_on, accepted"),
    ("certificate", "seq, certified_on, verdict, valid, digest"),
    ("batch", "id, person, stage, opened_at, until, closed_at"),
    ("in_hand", "section, line, batch, place, finding, found_at"),
    ("looked", "section, line, person, what, note, at"),
    ("access", "seq, at, person, voter_id, section, line, why"),
    ("blob", "seq, kind, section, place, voter_id, digest, form, bytes, width, height, added_by, added_at"),
];

/// The rows of every table, in an order of their own.
async fn rows(connection: &mut AnyConnection) -> Vec<Vec<String>> {
    let mut all = Vec::new();
    for (table, columns) in TABLES {
        let joined: Vec<_> =
            columns.split(", ").map(|column| format!("COALESCE(CAST({column} AS TEXT), '-')")).collect();
        let sql = AssertSqlSafe(format!("SELECT {} FROM {table}", joined.join(" || '|' || ")));
        let found = sqlx::query(sql).fetch_all(&mut *connection).await.unwrap();
        let mut found: Vec<String> = found.iter().map(|row| row.get(0)).collect();
        found.sort();
        all.push(found);
    }
    all
}

/// Where a case is restored, and how somebody else gets at it there.
struct Restored {
    place: Place,
    address: String,
    /// The database to make, and its address, where the case is on a server.
    database: Option<(String, String)>,
}

impl Restored {
    /// A place beside that of the desk.
    fn of(desk: &Desk, name: &str) -> Self {
        let Some(server) = server() else {
            let file = desk.path(name);
            let address = format!("sqlite://{}", file.display());
            return Self { place: Place::File(file), address, database: None };
        };
        let case = case_name(desk);
        let database = format!("{name}_{}", case.replace('-', "_"));
        let (front, _) = server.rsplit_once('/').unwrap();
        let other = format!("{front}/{database}");
        let address = format!("{other}?options[search_path]=\"case_{case}\"");
        Self { place: format!("{other}#{case}").parse().unwrap(), address, database: Some((database, other)) }
    }
}

fn case_name(desk: &Desk) -> String {
    desk.place().to_string().rsplit('#').next().unwrap().to_owned()
}

fn done(output: &Output) {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// A backup by the database's own means, as the guide shows it, and its way back.
async fn backed_up_and_restored(desk: &Desk, name: &str) -> Restored {
    let restored = Restored::of(desk, name);
    let Some((database, other)) = &restored.database else {
        let backup = desk.path(&format!("{name}.backup"));
        casework::back_up_case(&desk.place(), &backup, act().at).await.unwrap();
        casework::restore_case(&backup, &restored.place).await.unwrap();
        return restored;
    };
    let server = server().unwrap();
    let dump = desk.path(&format!("{name}.sql"));
    let schema = format!("--schema=case_{}", case_name(desk));
    done(&Command::new("pg_dump").args([&server, &schema, "--no-owner", "--file"]).arg(&dump).output().unwrap());
    let mut chief = AnyConnection::connect(&server).await.unwrap();
    sqlx::query(AssertSqlSafe(format!("CREATE DATABASE {database}"))).execute(&mut chief).await.unwrap();
    let restore = ["--quiet", "--set=ON_ERROR_STOP=1", "--single-transaction", "--file"];
    done(&Command::new("psql").arg(other).args(restore).arg(&dump).output().unwrap());
    restored
}

impl Restored {
    async fn rows(&self) -> Vec<Vec<String>> {
        let mut connection = AnyConnection::connect(&self.address).await.unwrap();
        let found = rows(&mut connection).await;
        connection.close().await.unwrap();
        found
    }
}

/// A case with a section of so many lines more, searched, so that there is something to decide for a while.
async fn with_more_lines(desk: &Desk, lines: u32) -> CaseFile {
    let mut case = desk.received().await;
    let rows: String = (1..=lines).map(|line| format!("7,{line},Ana Alvarez,{line} Oak St\n")).collect();
    let file = desk.file("more.csv", &format!("section,line,printed_name,address\n{rows}"));
    case.receive(&file, None, &ReadOptions::default(), &act()).await.unwrap();
    case.count(&act()).await.unwrap();
    desk.search(&mut case).await.unwrap();
    case
}

/// Tries until no other writer holds the file: SQLite lets one wait for five seconds only.
async fn patient<T>(mut act: impl AsyncFnMut() -> Result<T, WorkError>) -> T {
    loop {
        match act().await {
            Err(WorkError::Case(CaseworkError::Busy(_))) => {}
            done => return done.unwrap(),
        }
    }
}

/// A person who takes two lines in hand after the other two, finds something on them and closes, until told to stop.
async fn works(desk: &Desk, name: &str, stop: &AtomicBool, acknowledged: &AtomicU64) {
    let mut room = Workroom::open(CaseFile::open(&desk.place()).await.unwrap()).await.unwrap();
    let (person, now) = (ReviewerId::new(name).unwrap(), act().at);
    let finding = Finding { found: Disposition::Valid, voter: VoterId::new("1"), note: "all the while".to_owned() };
    for number in 0.. {
        let id = format!("{name}-{number}");
        let batch =
            patient(async || room.claim(&id, &person.clone().into(), Stage::Review, 2, &desk.snapshot, now).await)
                .await;
        for (line, _) in batch.lines {
            let put = [Put { batch: id.clone(), person: person.clone().into(), line, finding: Some(finding.clone()) }];
            let kept = patient(async || Ok(room.find(&put, &desk.snapshot, now).await?)).await;
            assert!(kept[0].is_ok(), "{kept:?}");
        }
        let closed = patient(async || room.close(&id, &person, &desk.snapshot, now).await).await;
        acknowledged.fetch_add(closed.taken, Ordering::SeqCst);
        if closed.taken == 0 || stop.load(Ordering::SeqCst) {
            break;
        }
    }
}

/// Two people work while two backups are made one after the other. Each holds what was acknowledged before it began, is whole, and its events are the
/// first of the case's own.
#[tokio::test]
async fn a_backup_made_while_people_write() {
    let desk = Desk::new();
    let mut case = with_more_lines(&desk, 1000).await;
    let before = case.case().seq;
    let (stop, acknowledged) = (AtomicBool::new(false), AtomicU64::new(0));
    let alone = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let backups = || async {
        for name in ["first", "second"] {
            while acknowledged.load(Ordering::SeqCst) < 4 {
                tokio::time::sleep(std::time::Duration::from_millis(1)).await;
            }
            let known = acknowledged.swap(0, Ordering::SeqCst);
            let restored = backed_up_and_restored(&desk, name).await;
            let mut copy = CaseFile::open(&restored.place).await.unwrap();
            assert!(copy.case().seq >= before + known, "what was acknowledged before is in it");
            assert!(copy.rebuild().await.unwrap().mended.is_empty());
            assert!(!restored.rows().await[9].is_empty(), "the looks at records are in it");
            copy.close().await;
        }
        stop.store(true, Ordering::SeqCst);
    };
    std::thread::scope(|scope| {
        for name in ["R1", "R2"] {
            let (desk, stop, acknowledged) = (&desk, &stop, &acknowledged);
            scope.spawn(move || alone().block_on(works(desk, name, stop, acknowledged)));
        }
        scope.spawn(|| alone().block_on(backups())).join().unwrap();
    });
    case.catch_up().await.unwrap();
    let hashes = case.leaf_hashes().await.unwrap();
    assert!(hashes.len() as u64 > before + 8, "people worked all the while");
    for name in ["first", "second"] {
        let copy = CaseFile::open(&Restored::of(&desk, name).place).await.unwrap();
        let first = usize::try_from(copy.case().seq).unwrap();
        assert_eq!(copy.events_digest(), ledger::hex(&ledger::root_of(&hashes[..first])), "{name}");
        copy.close().await;
    }
}

/// With nobody at work in between, every row of every table is there: lines in hand with what was found on them, looks at records, what was passed on.
#[tokio::test]
async fn what_is_restored_is_the_case_row_by_row() {
    let desk = Desk::new();
    let mut room = Workroom::open(desk.searched().await).await.unwrap();
    let person = ReviewerId::new("R1").unwrap();
    let batch = room.claim("b1", &person.clone().into(), Stage::Review, 3, &desk.snapshot, act().at).await.unwrap();
    let put = |line, finding| Put { batch: "b1".to_owned(), person: person.clone().into(), line, finding };
    let finding = Finding { found: Disposition::Valid, voter: VoterId::new("1"), note: "so | it - is".to_owned() };
    let kept = room.find(&[put(batch.lines[0].0, Some(finding))], &desk.snapshot, act().at).await.unwrap();
    assert!(kept[0].is_ok());
    room.pass(&put(batch.lines[1].0, None), casework::PassedTo::Supervisor, "two hands", act().at).await.unwrap();
    let restored = backed_up_and_restored(&desk, "copy").await;
    let (original, copy) = (rows(&mut desk.stranger().await).await, restored.rows().await);
    for ((table, _), (original, copy)) in TABLES.iter().zip(original.iter().zip(&copy)) {
        assert_eq!(original, copy, "{table}");
    }
    assert!(copy[6].len() == 1 && copy[7].len() == 2 && copy[8].len() == 1 && !copy[9].is_empty());
    // Work goes on in the copy where it stood.
    let mut again = Workroom::open(CaseFile::open(&restored.place).await.unwrap()).await.unwrap();
    assert_eq!(again.file().events_digest(), room.file().events_digest());
    assert_eq!(again.close("b1", &person, &desk.snapshot, act().at).await.unwrap().taken, 1);
    let mut guarded = AnyConnection::connect(&restored.address).await.unwrap();
    let gone = sqlx::query("DELETE FROM event").execute(&mut guarded).await.unwrap_err().to_string();
    assert!(gone.contains("nothing-vanishes"), "{gone}");
}

/// A file of the tests with one case, its backup and the manifest.
async fn one_backup(desk: &Desk) -> (Place, std::path::PathBuf) {
    let place = Place::File(desk.path("case"));
    desk.open(&place).await.unwrap().close().await;
    let backup = desk.path("case.backup");
    let manifest = casework::back_up_case(&place, &backup, act().at).await.unwrap();
    assert_eq!((manifest.of.as_str(), manifest.events, manifest.made_at), ("case", 1, act().at));
    assert_eq!(manifest.bytes, std::fs::metadata(&backup).unwrap().len());
    (place, backup)
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .filter(|name| name.contains("case") || name.contains("back"))
        .collect();
    names.sort();
    names
}

#[tokio::test]
async fn nothing_is_written_over() {
    let desk = Desk::new();
    let (place, backup) = one_backup(&desk).await;
    let all = ["case", "case.backup", "case.backup.manifest.json"];
    assert_eq!(names(&desk.path("")), all, "nothing else is left beside them");
    let before: Vec<_> = all.iter().map(|name| std::fs::read(desk.path(name)).unwrap()).collect();
    let again = casework::back_up_case(&place, &backup, act().at).await;
    assert!(matches!(again, Err(BackupError::Exists(_))), "{again:?}");
    let over = casework::restore_case(&backup, &place).await;
    assert!(matches!(over, Err(BackupError::Exists(_))), "{over:?}");
    // Another file under the name of the manifest is nobody's to replace either.
    let other = desk.path("back");
    std::fs::write(manifest_of(&other), "mine").unwrap();
    assert!(matches!(casework::back_up_case(&place, &other, act().at).await, Err(BackupError::Exists(_))));
    assert!(!other.exists());
    let after: Vec<_> = all.iter().map(|name| std::fs::read(desk.path(name)).unwrap()).collect();
    assert_eq!(before, after);
    let none = casework::back_up_case(&Place::File(desk.path("none")), &desk.path("back2"), act().at).await;
    assert!(matches!(none, Err(BackupError::Case(CaseworkError::Missing(_)))), "{none:?}");
    let server: Place = "postgres://h/d#x".parse().unwrap();
    assert!(matches!(casework::back_up_case(&server, &other, act().at).await, Err(BackupError::OnServer(_))));
    assert!(matches!(casework::restore_case(&backup, &server).await, Err(BackupError::OnServer(_))));
}

#[cfg(unix)]
#[tokio::test]
async fn only_its_owner_reads_a_backup() {
    use std::os::unix::fs::PermissionsExt;
    let desk = Desk::new();
    let (_, backup) = one_backup(&desk).await;
    let to = desk.path("again");
    casework::restore_case(&backup, &Place::File(to.clone())).await.unwrap();
    for path in [&backup, &manifest_of(&backup), &to] {
        assert_eq!(std::fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o600, "{}", path.display());
    }
}

/// Every byte counts: whatever of the backup or its manifest is changed, nothing is restored.
#[tokio::test]
async fn what_was_changed_is_not_restored() {
    let desk = Desk::new();
    let (_, backup) = one_backup(&desk).await;
    let (good, manifest) = (std::fs::read(&backup).unwrap(), std::fs::read_to_string(manifest_of(&backup)).unwrap());
    let to = Place::File(desk.path("restored"));
    let mut bad: Vec<Vec<u8>> = vec![Vec::new(), good[..good.len() - 1].to_vec(), [&good[..], b"x"].concat()];
    for at in [0, 30, 100, good.len() / 2, good.len() - 1] {
        let mut flipped = good.clone();
        flipped[at] ^= 1;
        bad.push(flipped);
    }
    for bytes in bad {
        std::fs::write(&backup, bytes).unwrap();
        let done = casework::restore_case(&backup, &to).await;
        assert!(matches!(done, Err(BackupError::Damaged { .. })), "{done:?}");
    }
    std::fs::write(&backup, &good).unwrap();
    for (from, into) in [("\"events\": 1", "\"events\": 2"), ("\"events_digest\": \"", "\"events_digest\": \"0")] {
        std::fs::write(manifest_of(&backup), manifest.replace(from, into)).unwrap();
        let done = casework::restore_case(&backup, &to).await;
        assert!(matches!(done, Err(BackupError::Damaged { .. })), "{done:?}");
    }
    std::fs::write(manifest_of(&backup), manifest.replace("\"case\"", "\"accounts\"")).unwrap();
    assert!(matches!(casework::restore_case(&backup, &to).await, Err(BackupError::OtherContent { .. })));
    std::fs::write(manifest_of(&backup), "{}").unwrap();
    assert!(matches!(casework::restore_case(&backup, &to).await, Err(BackupError::NoManifest { .. })));
    std::fs::remove_file(manifest_of(&backup)).unwrap();
    assert!(matches!(casework::restore_case(&backup, &to).await, Err(BackupError::File { .. })));
    assert_eq!(names(&desk.path("")), ["case", "case.backup"], "nothing half restored is left");
    std::fs::write(manifest_of(&backup), &manifest).unwrap();
    let restored = casework::restore_case(&backup, &to).await.unwrap();
    assert_eq!(CaseFile::open(&to).await.unwrap().events_digest(), restored.events_digest);
}

/// An event that was changed behind the program's back is found when the backup is made, not when it is needed.
#[tokio::test]
async fn a_case_that_was_tampered_with_gives_no_backup() {
    let desk = Desk::new();
    let place = Place::File(desk.path("case"));
    desk.open(&place).await.unwrap().close().await;
    let mut stranger = AnyConnection::connect(&format!("sqlite://{}", desk.path("case").display())).await.unwrap();
    for sql in ["DROP TRIGGER event_is_unchanged", "UPDATE event SET actor = 'nobody'"] {
        sqlx::query(sql).execute(&mut stranger).await.unwrap();
    }
    stranger.close().await.unwrap();
    let done = casework::back_up_case(&place, &desk.path("case.backup"), Timestamp::UNIX_EPOCH).await;
    assert!(matches!(done, Err(BackupError::Case(CaseworkError::Altered { .. }))), "{done:?}");
    assert!(!desk.path("case.backup").exists());
}
