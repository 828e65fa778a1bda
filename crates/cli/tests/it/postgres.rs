//! A case on a PostgreSQL server, through the whole program: the same bytes as from a file, nothing acknowledged is lost, and every fault is named.
//! Run with `scripts/postgres`, which starts a server; `make test` does.

use std::{
    process::{Command, Output, Stdio},
    sync::atomic::{AtomicU32, Ordering},
    thread::sleep,
    time::{Duration, Instant},
};

use sqlx::{AssertSqlSafe, Connection, PgConnection};

use crate::harness::{ACT, Office, PROGRAM, Run, Stage, county, office, steps};

const DECIDE: &str = "decide case decisions.csv --roll roll --actor clerk --at 2022-08-15T17:00:00Z";

/// The address of the server's first database.
fn server() -> String {
    std::env::var("COUNTERSIGN_POSTGRES").expect("no server; run the tests with scripts/postgres")
}

/// Somebody else at a database.
fn tool<T>(address: &str, work: impl AsyncFnOnce(&mut PgConnection) -> T) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut connection = PgConnection::connect(address).await.unwrap();
        let done = work(&mut connection).await;
        connection.close().await.unwrap();
        done
    })
}

fn sql(address: &str, statement: &str) {
    tool(address, async |connection| sqlx::query(AssertSqlSafe(statement)).execute(connection).await.unwrap());
}

fn number(address: &str, query: &str) -> i64 {
    tool(address, async |connection| sqlx::query_scalar(AssertSqlSafe(query)).fetch_one(connection).await.unwrap())
}

/// An office whose case is in a database of its own.
struct Desk {
    office: Office,
    database: String,
}

impl Desk {
    fn new(office: Office) -> Self {
        let desk = Self { office, database: Self::name() };
        sql(&server(), &format!("CREATE DATABASE {}", desk.database));
        desk
    }

    fn name() -> String {
        static MADE: AtomicU32 = AtomicU32::new(0);
        format!("cli_{}_{}", std::process::id(), MADE.fetch_add(1, Ordering::Relaxed))
    }

    /// The office at a stage, reached on the server.
    fn at(office: Office, stage: Stage) -> Self {
        let desk = Self::new(office);
        for (_, commands) in steps().into_iter().filter(|(reached, _)| *reached <= stage) {
            for command in commands.iter().filter(|command| !command.starts_with("roll import")) {
                desk.succeeds(command);
            }
        }
        desk
    }

    fn copy(&self) -> Self {
        let copy = Self { office: self.office.copy(), database: Self::name() };
        self.wait();
        sql(&server(), &format!("CREATE DATABASE {} TEMPLATE {}", copy.database, self.database));
        copy
    }

    fn address(&self) -> String {
        server()
            .replace("/postgres", &format!("/{}", self.database))
            .replace(&format!("/{}:", self.database), "/postgres:")
    }

    /// The command with the place of the case for the word `case` where a file would stand.
    fn words(&self, words: &str) -> String {
        format!("{words} ").replace(" case ", &format!(" {}#one ", self.address()))
    }

    fn command(&self, words: &str) -> Command {
        let mut command = self.office.command(&self.words(words));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    fn run(&self, words: &str) -> Run {
        self.office.run(&self.words(words))
    }

    fn succeeds(&self, words: &str) -> Run {
        self.office.succeeds(&self.words(words))
    }

    fn status(&self) -> serde_json::Value {
        self.office.json(&self.words("case status case"))
    }

    fn tables_agree(&self) {
        assert!(self.succeeds("case rebuild case").stdout.contains("the tables agree"));
    }

    /// Waits until the server has noticed that a program is gone, and has ended what it was at.
    fn wait(&self) {
        let others = format!("SELECT COUNT(*) FROM pg_stat_activity WHERE datname = '{}'", self.database);
        while number(&server(), &others) > 0 {
            sleep(Duration::from_millis(5));
        }
    }

    /// How long a command takes when it is left alone.
    fn duration(&self, words: &str) -> Duration {
        let copy = self.copy();
        let since = Instant::now();
        copy.succeeds(words);
        since.elapsed()
    }
}

/// A refusal: said in words that name the place and what to do, and no password.
fn refused(run: &Run, says: &[&str]) {
    assert_eq!(run.status, Some(1), "{run}");
    for part in says {
        assert!(run.stderr.contains(part), "{part:?} is not in\n{run}");
    }
    assert!(!run.stderr.contains("secret") && run.stdout.is_empty(), "{run}");
}

#[test]
#[ignore = "needs a PostgreSQL server: scripts/postgres"]
fn the_same_bytes_as_from_a_file() {
    let mut made = Vec::new();
    let files = county(Stage::Opened);
    files.write("secret", "7".repeat(64));
    files.write("log.key", "");
    let key = ledger::SigningKey::from_seed("county.example/recall", ledger::SignatureKind::Log, &[3; 32]).unwrap();
    files.write("log.key", key.to_line() + "\n");
    let desk = Desk::new(files.copy());
    std::fs::remove_file(files.path("case")).unwrap();
    for on_server in [false, true] {
        let run = |words: &str| if on_server { desk.succeeds(words) } else { files.succeeds(words) };
        run(&format!("case new case --facts facts.json --secret-file secret {ACT}"));
        for command in steps().into_iter().skip(1).flat_map(|(_, commands)| commands) {
            run(&command);
        }
        run("publish case --key log.key --out record");
        let said = [
            "case status case",
            "case rebuild case",
            "examine case --overturn",
            "ledger checkpoint case --key log.key --out out/checkpoint",
        ]
        .map(|words| run(words).stdout);
        let office = if on_server { &desk.office } else { &files };
        let written: Vec<_> = office
            .files()
            .into_iter()
            .filter(|file| file.starts_with("out/") || file.starts_with("record/"))
            .map(|file| (office.read(&file), file))
            .collect();
        assert!(written.len() > 8);
        made.push((said, written));
    }
    assert_eq!(made[0].0, made[1].0);
    for (on_disk, on_server) in made[0].1.iter().zip(&made[1].1) {
        assert!(on_disk == on_server, "{} differs from {}", on_disk.1, on_server.1);
    }
}

/// Killed at instants spread over the whole work: afterwards all of the decisions are there or none is, and who was told "done" was told the truth.
#[test]
#[ignore = "needs a PostgreSQL server: scripts/postgres"]
fn killed_while_deciding() {
    let desk = Desk::at(county(Stage::Opened), Stage::Searched);
    let takes = desk.duration(DECIDE);
    let before = desk.status();
    let whole = {
        let copy = desk.copy();
        copy.succeeds(DECIDE);
        copy.status()
    };
    let (mut none, mut all) = (0, 0);
    for instant in 0..14 {
        let desk = desk.copy();
        let mut child = desk.command(DECIDE).spawn().unwrap();
        sleep(takes * instant / 9);
        let _ = child.kill();
        let run = Run::of(DECIDE, &child.wait_with_output().unwrap());
        desk.wait();
        let after = desk.status();
        desk.tables_agree();
        let again = desk.run(DECIDE);
        if after == before {
            assert!(run.stdout.is_empty(), "acknowledged-is-kept: {run}");
            assert_eq!(again.status, Some(0), "{again}");
            none += 1;
        } else {
            assert_eq!(after, whole, "a part of the decisions is there");
            refused(&again, &["decided already"]);
            all += 1;
        }
        assert_eq!(desk.status(), whole);
    }
    assert!(none > 0 && all > 0, "the kills came all on one side: {none} before, {all} after");
}

#[test]
#[ignore = "needs a PostgreSQL server: scripts/postgres"]
fn killed_while_opening() {
    let desk = Desk::new(office(Stage::Opened));
    let words = format!("case new case --facts facts.json {ACT}");
    let takes = desk.duration(&words);
    for instant in 0..8 {
        let desk = desk.copy();
        let mut child = desk.command(&words).spawn().unwrap();
        sleep(takes * instant / 6);
        let _ = child.kill();
        child.wait().unwrap();
        desk.wait();
        if number(&desk.address(), "SELECT COUNT(*) FROM pg_namespace WHERE nspname = 'case_one'") == 0 {
            desk.succeeds(&words);
        }
        assert_eq!(desk.status()["events"], 1);
    }
}

/// Several programs, each with its own part of the decisions, at the same time: all are taken in.
#[test]
#[ignore = "needs a PostgreSQL server: scripts/postgres"]
fn decisions_of_several_at_once() {
    let desk = Desk::at(county(Stage::Opened), Stage::Searched);
    let decisions = desk.office.text("decisions.csv");
    let (header, rows) = decisions.split_once('\n').unwrap();
    let mut parts = vec![format!("{header}\n"); 4];
    for row in rows.lines() {
        let section: usize = row.split(',').next().unwrap().parse().unwrap();
        parts[section % 4].push_str(&format!("{row}\n"));
    }
    let alone = desk.copy();
    alone.succeeds(DECIDE);
    let running: Vec<_> = parts
        .iter()
        .enumerate()
        .map(|(at, part)| {
            desk.office.write(&format!("part{at}.csv"), part);
            desk.command(&format!("decide case part{at}.csv --roll roll {ACT}")).spawn().unwrap()
        })
        .collect();
    for child in running {
        let run = Run::of("decide", &child.wait_with_output().unwrap());
        assert_eq!(run.status, Some(0), "{run}");
    }
    // The order of the events, and so their digest, is that in which they came.
    let standing = |desk: &Desk| {
        let mut status = desk.status();
        status["events_digest"].take();
        status
    };
    assert_eq!(standing(&desk), standing(&alone));
    desk.tables_agree();
}

/// The same decisions by several programs, and the same case opened by several: once.
#[test]
#[ignore = "needs a PostgreSQL server: scripts/postgres"]
fn the_same_by_several_at_once() {
    let all = |desk: &Desk, words: &str| {
        let running: Vec<_> = (0..4).map(|_| desk.command(words).spawn().unwrap()).collect();
        let runs: Vec<_> =
            running.into_iter().map(|child| Run::of(words, &child.wait_with_output().unwrap())).collect();
        let mut statuses: Vec<_> = runs.iter().map(|run| run.status).collect();
        statuses.sort_unstable();
        assert_eq!(statuses, [Some(0), Some(1), Some(1), Some(1)], "{runs:?}");
        runs.into_iter().filter(|run| run.status == Some(1)).collect::<Vec<_>>()
    };
    let desk = Desk::new(office(Stage::Opened));
    for run in all(&desk, &format!("case new case --facts facts.json {ACT}")) {
        refused(&run, &["exists already", "#one"]);
    }
    assert_eq!(desk.status()["events"], 1);
    let desk = Desk::at(county(Stage::Opened), Stage::Searched);
    for run in all(&desk, DECIDE) {
        refused(&run, &["decided already"]);
    }
    assert_eq!(desk.status()["undecided"], 0);
    desk.tables_agree();
}

/// acknowledged-is-kept: the server dies the moment a person can read that the decisions were taken in. It is one that would by itself acknowledge
/// first and write later.
#[test]
#[ignore = "needs a PostgreSQL server: scripts/postgres"]
fn the_server_dies_after_the_acknowledgement() {
    let office = office(Stage::Opened);
    let new = (Stage::Opened, vec![format!("case new case --facts facts.json {ACT}")]);
    let later = steps().into_iter().filter(|(reached, _)| *reached > Stage::Opened && *reached <= Stage::Decided);
    let command = |words: String| {
        let words = format!("{words} ").replace(" case ", " \"$COUNTERSIGN_POSTGRES#one\" ");
        format!("{PROGRAM} {words}\n")
    };
    let script: String = std::iter::once(new).chain(later).flat_map(|(_, commands)| commands).map(command).collect();
    let status = command("case status case --json >status".to_owned());
    let script = format!("set -e\n{script}$COUNTERSIGN_POSTGRES_CRASH\n{status}");
    let run = beside_a_server(&office, &["-c", "synchronous_commit=off", "-c", "wal_writer_delay=10s"], &script);
    assert_eq!(run.status, Some(0), "{run}");
    let status: serde_json::Value = serde_json::from_str(&office.text("status")).unwrap();
    assert_eq!((&status["undecided"], &status["valid"]), (&0.into(), &2.into()), "{status}");
}

/// A script beside a server of its own, which may be spoilt.
fn beside_a_server(office: &Office, settings: &[&str], script: &str) -> Run {
    let mut command = Command::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../scripts/postgres"));
    office.surround(&mut command);
    command.env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
    let output: Output = command.args(settings).args(["--", "bash", "-c", script]).output().unwrap();
    Run::of(script, &output)
}

#[test]
#[ignore = "needs a PostgreSQL server: scripts/postgres"]
fn a_server_that_does_not_keep_its_word() {
    let office = office(Stage::Opened);
    let script = format!("exec {PROGRAM} case new \"$COUNTERSIGN_POSTGRES#one\" --facts facts.json");
    refused(&beside_a_server(&office, &["-c", "fsync=off"], &script), &["fsync", "set fsync = on", "#one"]);
    let desk = Desk::new(office);
    let narrow = Desk::name();
    sql(
        &server(),
        &format!("CREATE DATABASE {narrow} ENCODING 'LATIN1' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'"),
    );
    let address = desk.address().replace(&desk.database, &narrow);
    refused(&desk.run(&format!("case new {address}#one --facts facts.json")), &["LATIN1", "encoding UTF8"]);
}

#[test]
#[ignore = "needs a PostgreSQL server: scripts/postgres"]
fn what_the_server_refuses() {
    let desk = Desk::new(office(Stage::Opened));
    let (address, status) = (desk.address(), |address: &str| desk.run(&format!("case status {address}")));
    refused(&status(&format!("{address}#none")), &["there is no case", "#none", "case new"]);
    let wrong = format!("{}#one", address.replace("secret", "secret2"));
    refused(&status(&wrong), &["password", "PGPASSWORD"]);
    refused(&status(&format!("{}#one", address.replace(&desk.database, "nowhere"))), &["\"nowhere\" does not exist"]);
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let port = address.rsplit(':').next().unwrap().split('/').next().unwrap();
    let since = Instant::now();
    refused(
        &status(&format!("{}#one", address.replace(port, &free.to_string()))),
        &["does not answer", "Check that it runs"],
    );
    assert!(since.elapsed() < Duration::from_secs(5));
    sql(&address, "CREATE SCHEMA case_empty");
    refused(&status(&format!("{address}#empty")), &["is not a case"]);
    refused(&desk.run(&format!("case new {address}#empty --facts facts.json")), &["exists already"]);
    sql(&address, "CREATE ROLE clerk LOGIN PASSWORD 'secret'");
    let clerk = address.replace("office:", "clerk:");
    refused(&desk.run(&format!("case new {clerk}#two --facts facts.json")), &["permission denied", "make one"]);
    desk.succeeds(&format!("case new case --facts facts.json {ACT}"));
    refused(&status(&format!("{clerk}#one")), &["no right to the schema case_one"]);
    // Typed in the wrong place, an address is not repeated with its password.
    for words in [
        format!("case status {address}#One"),
        format!("case status a {address}#one"),
        format!("roll info {address}#one"),
    ] {
        refused(&desk.run(&words), &["postgres://office@127.0.0.1"]);
    }
}

/// Another program holds the case for longer than one waits; then the connection is cut off in the middle.
#[test]
#[ignore = "needs a PostgreSQL server: scripts/postgres"]
fn while_another_program_writes() {
    let desk = Desk::at(office(Stage::Opened), Stage::Searched);
    let (before, address) = (desk.status(), desk.address());
    tool(&address, async |other| {
        let lock = "SELECT pg_advisory_lock(hashtextextended('case_one', 0))";
        sqlx::query(lock).execute(&mut *other).await.unwrap();
        refused(&desk.run(DECIDE), &["is being written by another program", "Wait"]);
        assert_eq!(desk.status(), before, "reading goes on");
        let child = desk.command(DECIDE).spawn().unwrap();
        let cut = "SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE wait_event = 'advisory' AND datname = current_database()";
        while sqlx::query_scalar::<_, i64>(cut).fetch_one(&mut *other).await.unwrap() == 0 {
            sleep(Duration::from_millis(5));
        }
        let run = Run::of(DECIDE, &child.wait_with_output().unwrap());
        refused(&run, &["was lost", "as a whole or not at all", "case status"]);
    });
    assert_eq!(desk.status(), before);
    desk.succeeds(DECIDE);
}

/// A full disk, as the server tells it: the space of a table that is not to be written.
#[test]
#[ignore = "needs a PostgreSQL server: scripts/postgres"]
fn a_server_that_writes_no_more() {
    let desk = Desk::at(office(Stage::Opened), Stage::Searched);
    let before = desk.status();
    let full = "CREATE FUNCTION case_one.no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no space left' USING ERRCODE = 'disk_full'; END $$";
    sql(&desk.address(), full);
    sql(
        &desk.address(),
        "CREATE TRIGGER no_room BEFORE INSERT ON case_one.line_state EXECUTE FUNCTION case_one.no_room()",
    );
    refused(&desk.run(DECIDE), &["the disk is full", "no space left", "Make room"]);
    assert_eq!(desk.status(), before);
    sql(&desk.address(), "DROP TRIGGER no_room ON case_one.line_state");
    desk.succeeds(DECIDE);
    desk.tables_agree();
}

/// A clerk who may read the case and add to it, and change no event, can do all the work.
#[test]
#[ignore = "needs a PostgreSQL server: scripts/postgres"]
fn a_clerk_who_may_only_add_events() {
    let desk = Desk::at(office(Stage::Opened), Stage::Searched);
    let (address, clerk) = (desk.address(), Desk::name());
    sql(&address, &format!("CREATE ROLE {clerk} LOGIN PASSWORD 'secret'"));
    sql(&address, &format!("GRANT USAGE ON SCHEMA case_one TO {clerk}"));
    sql(&address, &format!("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA case_one TO {clerk}"));
    sql(&address, &format!("REVOKE UPDATE, DELETE ON case_one.event FROM {clerk}"));
    let of_clerk = |words: &str| desk.words(words).replace("office:", &format!("{clerk}:"));
    desk.office.succeeds(&of_clerk(DECIDE));
    desk.office.succeeds(&of_clerk("case rebuild case"));
    assert_eq!(desk.status()["undecided"], 0);
}
