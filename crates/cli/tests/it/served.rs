//! The program as a server whose disk fills up, with people at work: a clear answer, nothing acknowledged lost, and work goes on when there is room.

use std::{
    io::{BufRead as _, BufReader},
    process::{Child, Command, Stdio},
    sync::Arc,
    time::Duration,
};

use serde_json::{Value, json};
use ureq::{
    Agent,
    tls::{Certificate, RootCerts, TlsConfig},
};

use crate::harness::{Office, PROGRAM, Stage, county};

struct Served {
    child: Child,
    address: String,
    slip: String,
    agent: Agent,
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Served {
    fn start(office: &Office) -> Self {
        let words = "serve case --roll roll --office office.db --listen 127.0.0.1:0 --images images";
        Self::run(office, words, "office.db").0
    }

    /// Runs the program until it serves; gives also what it said.
    fn run(office: &Office, words: &str, accounts: &str) -> (Self, String) {
        let mut shell = Command::new("sh");
        office.surround(&mut shell);
        // A program that writes beyond the limit is told, and not ended.
        shell.args(["-c", &format!("trap '' XFSZ; exec {PROGRAM} {words}")]);
        let mut child = shell.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let (mut slip, mut address, mut said) = (String::new(), None, String::new());
        for line in BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap) {
            said.push_str(&line);
            said.push('\n');
            if let Some((_, code)) = line.split_once("good once: ") {
                code.clone_into(&mut slip);
            }
            if let Some(rest) = line.strip_prefix("Serving on ") {
                address = rest.split(';').next().map(str::to_owned);
                break;
            }
        }
        let pem = office.read(&format!("{accounts}.tls/authority.pem"));
        let roots = RootCerts::Specific(Arc::new(vec![Certificate::from_pem(&pem).unwrap()]));
        let tls = TlsConfig::builder().root_certs(roots).build();
        let config = Agent::config_builder().tls_config(tls).http_status_as_error(false);
        let agent = config.timeout_global(Some(Duration::from_mins(1))).build().into();
        let address = address.unwrap_or_else(|| panic!("it did not start: {said}"));
        (Self { child, address, slip, agent }, said)
    }

    fn ask(&self, method: &str, path: &str, token: &str, body: &Value) -> (u16, Value) {
        let request = ureq::http::Request::builder().method(method).uri(format!("{}/api/{path}", self.address));
        let request = request.header("authorization", format!("Bearer {token}"));
        let mut answer = match body {
            Value::Null => self.agent.run(request.body(()).unwrap()),
            body => self.agent.run(request.header("content-type", "application/json").body(body.to_string()).unwrap()),
        }
        .unwrap();
        let text = answer.body_mut().read_to_string().unwrap();
        (answer.status().as_u16(), serde_json::from_str(&text).unwrap_or_default())
    }

    fn enrolled(&self, slip: &str) -> String {
        let (status, opened) =
            self.ask("POST", "enrolment", "", &json!({ "slip": slip, "password": "four words in a row" }));
        assert_eq!(status, 200, "{opened}");
        opened["token"].as_str().unwrap().to_owned()
    }

    /// How long a file may become from now on.
    fn limit(&self, bytes: &str) {
        let process = self.child.id().to_string();
        let done = Command::new("prlimit").args(["--pid", &process, &format!("--fsize={bytes}:")]).status().unwrap();
        assert!(done.success());
    }
}

#[cfg(target_os = "linux")]
#[test]
fn the_disk_fills_up_under_the_server() {
    let office = county(Stage::Searched);
    let undecided = || office.json("case status case")["undecided"].as_u64().unwrap();
    let before = undecided();
    let server = Served::start(&office);
    let chief = server.enrolled(&server.slip);
    let new = json!({ "account": "r1", "name": "R", "duties": { "case": ["reviewer"] } });
    assert_eq!(server.ask("POST", "people", &chief, &new).0, 201);
    let (_, slips) = server.ask("POST", "people/slips", &chief, &json!({ "accounts": ["r1"] }));
    let reviewer = server.enrolled(slips[0]["code"].as_str().unwrap());
    let ask =
        |method: &str, path: &str, body: &Value| server.ask(method, &format!("cases/case/{path}"), &reviewer, body);
    let (status, batch) = ask("PUT", "batches/b1", &json!({ "stage": "review", "size": 3 }));
    assert_eq!(status, 200, "{batch}");
    let lines: Vec<_> = batch["lines"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| format!("batches/b1/lines/{}/{}/finding", line["section"], line["line"]))
        .collect();
    let found = |number: usize| json!({ "disposition": "invalid", "reason": "not_registered", "note": format!("{number} {}", "x".repeat(1500)) });
    let room = std::fs::metadata(office.path("case-wal"))
        .unwrap()
        .len()
        .max(std::fs::metadata(office.path("case")).unwrap().len());
    server.limit(&(room + 200_000).to_string());
    let mut acknowledged = None;
    let refused = (0..2000).find_map(|number| {
        let (status, answer) = ask("PUT", &lines[0], &found(number));
        if status == 200 {
            acknowledged = Some(number);
        }
        (status != 200).then_some((status, answer))
    });
    let (status, told) = refused.expect("the disk was not full");
    assert_eq!((status, &told["code"]), (503, &"unavailable".into()), "{told}");
    assert!(told["detail"].as_str().unwrap().contains("the server's disk is full"), "{told}");
    // No room for anything: everything is refused alike.
    server.limit("4096");
    for (path, body) in [("batches/b2", json!({ "stage": "review", "size": 3 })), ("batches/b1/closed", Value::Null)] {
        let (status, told) = ask("PUT", path, &body);
        assert_eq!((status, &told["code"]), (503, &"unavailable".into()), "{path}: {told}");
    }
    // Room again, and the same server goes on with what was acknowledged last.
    server.limit("unlimited");
    let (status, shown) = ask("GET", "batches/b1", &Value::Null);
    let kept = found(acknowledged.expect("there was no room at all"));
    assert_eq!((status, &shown["lines"][0]["finding"]), (200, &kept), "the last one that was acknowledged");
    assert_eq!(ask("PUT", &lines[1], &found(0)).0, 200);
    let (status, closed) = ask("PUT", "batches/b1/closed", &Value::Null);
    assert_eq!((status, &closed["taken"]), (200, &2.into()), "{closed}");
    drop(server);
    assert!(office.succeeds("case rebuild case").stdout.contains("the tables agree"));
    assert_eq!(undecided(), before - 2);
}

/// A backup while the server runs, restored beside it.
#[test]
fn a_backup_while_the_server_runs() {
    let office = county(Stage::Searched);
    let server = Served::start(&office);
    let said = office.succeeds("case backup case --out case.backup").stdout;
    assert!(said.contains("found whole"), "{said}");
    office.succeeds("office backup office.db --out people.backup");
    office.succeeds("case restore case.backup --to again");
    office.succeeds("office restore people.backup --to again.db");
    for words in ["case backup case --out case.backup", "case restore case.backup --to again"] {
        let run = office.run(words);
        assert!(run.status == Some(1) && run.stderr.contains("exists already"), "{run}");
    }
    drop(server);
    assert_eq!(office.json("case status again"), office.json("case status case"));
    assert!(office.succeeds("case rebuild again").stdout.contains("the tables agree"));
    let run = office.run("case backup postgres://h/d#x --out other.backup");
    assert!(run.status == Some(1) && run.stderr.contains("pg_dump"), "{run}");
}

/// The demo as an office: whoever reads what it prints signs in as anybody of it, finds the case to work on with its pictures, and no password is good after
/// the next start.
#[test]
fn the_demo_is_served_with_people_of_every_role() {
    let office = Office::empty();
    let words = "demo --dir demo --scale 1:5000 --images 40 --serve --port 0";
    let (server, said) = Served::run(&office, words, "demo/office.db");
    assert!(server.address.starts_with("https://127.0.0.1:"), "{}", server.address);
    assert!(said.contains("for this demonstration only") && said.contains("Certified"), "{said}");
    let password = |said: &str, account: &str| {
        let row = said.lines().find_map(|line| line.trim().strip_prefix(account)?.trim().split(' ').next());
        row.unwrap_or_else(|| panic!("{account} is not in {said}")).to_owned()
    };
    let roles = [
        ("reviewer ", "work", "reviewer"),
        ("reviewer2 ", "work", "reviewer"),
        ("reviewer3 ", "work", "reviewer"),
        ("supervisor ", "work", "supervisor"),
        ("registrar ", "case", "registrar"),
        ("intake ", "work", "intake"),
        ("examiner ", "case", "examiner"),
        ("observer ", "case", "observer"),
        ("administrator ", "", "administrator"),
    ];
    let sign_in = |server: &Served, account: &str, password: &str| {
        server.ask("POST", "session", "", &json!({ "account": account.trim(), "password": password }))
    };
    for (account, case, role) in roles {
        let (status, opened) = sign_in(&server, account, &password(&said, account));
        assert_eq!(status, 200, "{account}: {opened}");
        let token = opened["token"].as_str().unwrap();
        let (_, own) = server.ask("GET", "session", token, &Value::Null);
        assert!(own["duties"][case].as_array().unwrap().contains(&role.into()), "{own}");
    }
    let (_, opened) = sign_in(&server, "reviewer", &password(&said, "reviewer "));
    let token = opened["token"].as_str().unwrap();
    let batch = json!({ "stage": "review", "size": 50 });
    let (status, batch) = server.ask("PUT", "cases/work/batches/b1", token, &batch);
    assert_eq!(status, 200, "{batch}");
    let pictured = batch["lines"].as_array().unwrap().iter().filter(|line| {
        let strip = format!("cases/work/batches/b1/lines/{}/{}/strip", line["section"], line["line"]);
        let request = ureq::http::Request::builder().uri(format!("{}/api/{strip}", server.address));
        let request = request.header("authorization", format!("Bearer {token}")).body(()).unwrap();
        let mut answer = server.agent.run(request).unwrap();
        answer.status() == 200 && answer.body_mut().read_to_vec().unwrap().starts_with(b"\x89PNG")
    });
    assert_eq!(pictured.count(), batch["lines"].as_array().unwrap().len(), "every line has its strip");
    drop(server);

    // Taken as it is, the second time: nothing is certified anew.
    // By the very line that the first demo printed.
    let typed = said.lines().find(|line| line.contains("demo --serve")).unwrap();
    let (program, words) = typed.trim().split("     ").next().unwrap().split_once(' ').unwrap();
    assert_eq!(program, crate::harness::PROGRAM);
    let (server, again) = Served::run(&office, &format!("{words} --port 0"), "demo/office.db");
    assert!(!again.contains("Certified"), "{again}");
    assert_eq!(sign_in(&server, "reviewer", &password(&said, "reviewer ")).0, 401);
    assert_eq!(sign_in(&server, "reviewer", &password(&again, "reviewer ")).0, 200);
}
