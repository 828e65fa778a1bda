//! Simulated reviewers at work on a served case: what each waits for, what the server takes, and that nothing acknowledged is lost.

use std::{
    collections::BTreeMap,
    io::{BufRead as _, BufReader},
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail, ensure};
use clap::Args;
use serde_json::{Value, json};
use ureq::{
    Agent,
    tls::{Certificate, RootCerts, TlsConfig},
};

use crate::pictures;

/// What every simulated person signs in with.
const PASSWORD: &str = "four words in a row";

/// Lines of one batch.
const LINES_OF_A_BATCH: u32 = 20;

/// The case that is served, and with what.
#[derive(Args)]
pub(crate) struct Office {
    /// The program `countersign`.
    #[arg(long)]
    pub(crate) program: PathBuf,
    /// A folder for the county, the case and the accounts; what is there is used again, but for the case.
    #[arg(long, default_value = "load")]
    pub(crate) dir: PathBuf,
    /// The size against the real county of 2022.
    #[arg(long, default_value = "1:10")]
    scale: String,
    /// Where the case is kept: a file, or postgres://...#name.
    #[arg(long)]
    place: Option<String>,
    /// Images for every line, which are fetched with it.
    #[arg(long)]
    images: bool,
}

#[derive(Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    office: Office,
    /// Simulated reviewers.
    #[arg(long, default_value_t = 300)]
    reviewers: usize,
    /// How long they work, in seconds.
    #[arg(long, default_value_t = 120)]
    seconds: u64,
    /// How long one decision takes a reviewer, in milliseconds.
    #[arg(long, default_value_t = 4000)]
    pace: u64,
    /// The reviewers are spread over the time of a batch, as people are. Otherwise all begin within one decision, and close their batches within one: the
    /// worst case.
    #[arg(long)]
    spread: bool,
}

/// How long each kind of request took, in microseconds.
#[derive(Default)]
struct Waits(Mutex<BTreeMap<&'static str, Vec<u64>>>);

impl Waits {
    fn add(&self, what: &'static str, took: Duration) {
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        if let Ok(mut waits) = self.0.lock() {
            waits.entry(what).or_default().push(micros);
        }
    }

    fn print(&self) {
        println!("| request | number | median ms | p99 ms | longest ms |\n|---|---|---|---|---|");
        for (what, waits) in self.0.lock().iter_mut().flat_map(|waits| waits.iter_mut()) {
            waits.sort_unstable();
            let at =
                |share: usize| Duration::from_micros(waits[(waits.len() - 1) * share / 100]).as_secs_f64() * 1000.0;
            println!("| {what} | {} | {:.1} | {:.1} | {:.1} |", waits.len(), at(50), at(99), at(100));
        }
    }
}

/// The server, stopped when it is dropped.
pub(crate) struct Server {
    child: Child,
    pub(crate) address: String,
    slip: Option<String>,
}

impl Server {
    /// Ends the server at once, as a power cut would.
    pub(crate) fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let place = prepare(&arguments.office)?;
    let began = Instant::now();
    let server = start(&arguments.office, &place)?;
    println!("Serving {place} after {:.1} s, {} MB.", began.elapsed().as_secs_f64(), memory(server.child.id()) / 1024);
    let agent = agent(&arguments.office)?;
    let tokens = enrol(&agent, &server, arguments.reviewers)?;
    println!("{} people are enrolled.", tokens.len());
    let (waits, stop, acknowledged) = (Waits::default(), AtomicBool::new(false), AtomicU64::new(0));
    let taken = AtomicU64::new(0);
    std::thread::scope(|scope| -> Result<()> {
        let people: Vec<_> = tokens
            .iter()
            .enumerate()
            .map(|(number, token)| {
                let desk = Reviewer {
                    agent: &agent,
                    address: &server.address,
                    token,
                    number,
                    images: arguments.office.images,
                    pace: Duration::from_millis(arguments.pace),
                    spread: arguments.spread,
                    waits: &waits,
                    stop: &stop,
                    acknowledged: &acknowledged,
                    taken: &taken,
                };
                scope.spawn(move || desk.work())
            })
            .collect();
        for elapsed in (0..arguments.seconds).step_by(10) {
            println!(
                "{elapsed:>5} s: {} findings kept, server {} MB",
                acknowledged.load(Ordering::Relaxed),
                memory(server.child.id()) / 1024
            );
            std::thread::sleep(Duration::from_secs(10));
        }
        stop.store(true, Ordering::Relaxed);
        for person in people {
            person.join().map_err(|_| anyhow::anyhow!("a simulated reviewer failed"))??;
        }
        Ok(())
    })?;
    waits.print();
    let (acknowledged, taken) = (acknowledged.into_inner(), taken.into_inner());
    println!("{acknowledged} findings acknowledged, {taken} events; server {} MB", memory(server.child.id()) / 1024);
    ensure!(acknowledged == taken, "{acknowledged} findings were acknowledged, and {taken} are events");
    Ok(())
}

/// The synthetic county with its case, searched and undecided. The county and the roll are used again where they are there.
pub(crate) fn prepare(arguments: &Office) -> Result<String> {
    let dir = &arguments.dir;
    let run = |words: &[&str]| -> Result<()> {
        let done = Command::new(&arguments.program).args(words).stdout(Stdio::null()).status()?;
        ensure!(done.success(), "countersign {} failed", words.join(" "));
        Ok(())
    };
    let text = |path: &str| dir.join(path).to_string_lossy().into_owned();
    if !dir.join("roll").exists() {
        run(&["demo", "--dir", &text(""), "--scale", &arguments.scale, "--images", "none"])?;
    }
    let place = arguments.place.clone().unwrap_or_else(|| text("work.countersign"));
    for left in [
        "work.countersign",
        "work.countersign-wal",
        "work.countersign-shm",
        "office.db",
        "office.db-wal",
        "office.db-shm",
    ] {
        let _ = std::fs::remove_file(dir.join(left));
    }
    let at = ["--at", "2022-07-06T17:00:00Z"];
    let county = |name: &str| text(&format!("county/{name}"));
    run(&[&["case", "new", &place, "--facts", &county("case.json")], &at[..]].concat())?;
    run(&[
        &["intake", "receive", &place, "--lines", &county("petition.csv"), "--sections", &county("sections.csv")],
        &at[..],
    ]
    .concat())?;
    run(&[&["intake", "count", &place], &at[..]].concat())?;
    run(&[&["match", "--case", &place, "--roll", &text("roll")], &at[..]].concat())?;
    if arguments.images {
        pictures::for_every_line(&place, &dir.join("store"))?;
    }
    Ok(place)
}

pub(crate) fn start(arguments: &Office, place: &str) -> Result<Server> {
    let (roll, office) = (arguments.dir.join("roll"), arguments.dir.join("office.db"));
    let mut child = Command::new(&arguments.program)
        .args(["serve", place, "--listen", "127.0.0.1:0", "--roll"])
        .arg(roll)
        .arg("--office")
        .arg(office)
        .arg("--images")
        .arg(arguments.dir.join("store"))
        .stdout(Stdio::piped())
        .spawn()?;
    let mut lines = BufReader::new(child.stdout.take().context("no output")?).lines();
    let mut slip = None;
    for line in &mut lines {
        let line = line?;
        if let Some((_, code)) = line.split_once("good once: ") {
            slip = Some(code.to_owned());
        }
        if let Some(rest) = line.strip_prefix("Serving on ") {
            let address = rest.split(';').next().unwrap_or_default().to_owned();
            std::thread::spawn(move || lines.for_each(drop));
            return Ok(Server { child, address, slip });
        }
    }
    bail!("the server did not start")
}

pub(crate) fn agent(office: &Office) -> Result<Agent> {
    let authority = office.dir.join("office.db.tls/authority.pem");
    let pem = std::fs::read(&authority).with_context(|| authority.display().to_string())?;
    let certificate = Certificate::from_pem(&pem)?;
    let tls = TlsConfig::builder().root_certs(RootCerts::Specific(Arc::new(vec![certificate]))).build();
    let config = Agent::config_builder()
        .tls_config(tls)
        .http_status_as_error(false)
        .max_idle_connections(2000)
        .max_idle_connections_per_host(2000)
        .timeout_global(Some(Duration::from_mins(1)))
        .build();
    Ok(config.into())
}

/// A request and its answer.
pub(crate) fn ask(
    agent: &Agent,
    method: &str,
    address: &str,
    token: Option<&str>,
    body: Option<&Value>,
) -> Result<(u16, Value)> {
    let request = ureq::http::Request::builder().method(method).uri(address);
    let request =
        token.into_iter().fold(request, |request, token| request.header("authorization", format!("Bearer {token}")));
    let mut answer = match body {
        None => agent.run(request.body(())?)?,
        Some(body) => agent.run(request.header("content-type", "application/json").body(body.to_string())?)?,
    };
    let text = answer.body_mut().read_to_string()?;
    let body = if text.is_empty() { Value::Null } else { serde_json::from_str(&text)? };
    Ok((answer.status().as_u16(), body))
}

/// Accounts for so many reviewers, each with the token of a session.
pub(crate) fn enrol(agent: &Agent, server: &Server, reviewers: usize) -> Result<Vec<String>> {
    let api = |path: &str| format!("{}/api/{path}", server.address);
    let by_slip = |slip: &str| -> Result<String> {
        let (status, opened) =
            ask(agent, "POST", &api("enrolment"), None, Some(&json!({ "slip": slip, "password": PASSWORD })))?;
        ensure!(status == 200, "{opened}");
        Ok(opened["token"].as_str().unwrap_or_default().to_owned())
    };
    let chief = by_slip(server.slip.as_deref().context("the server has accounts already")?)?;
    let case = "work";
    let mut tokens = Vec::with_capacity(reviewers);
    for number in 0..reviewers {
        let account = format!("r{number}");
        let new = json!({ "account": account, "name": "R", "duties": { case: ["reviewer"] } });
        let (status, made) = ask(agent, "POST", &api("people"), Some(&chief), Some(&new))?;
        ensure!(status == 201, "{made}");
        let (_, slips) =
            ask(agent, "POST", &api("people/slips"), Some(&chief), Some(&json!({ "accounts": [account] })))?;
        tokens.push(by_slip(slips[0]["code"].as_str().unwrap_or_default())?);
    }
    Ok(tokens)
}

/// One simulated person.
struct Reviewer<'a> {
    agent: &'a Agent,
    address: &'a str,
    token: &'a str,
    number: usize,
    images: bool,
    pace: Duration,
    spread: bool,
    waits: &'a Waits,
    stop: &'a AtomicBool,
    acknowledged: &'a AtomicU64,
    taken: &'a AtomicU64,
}

impl Reviewer<'_> {
    fn ask(&self, what: &'static str, method: &str, path: &str, body: Option<&Value>) -> Result<Value> {
        let since = Instant::now();
        let (status, answer) =
            ask(self.agent, method, &format!("{}/api/cases/work/{path}", self.address), Some(self.token), body)?;
        self.waits.add(what, since.elapsed());
        ensure!(status == 200, "{method} {path}: {status} {answer}");
        Ok(answer)
    }

    /// An image; none where nobody was proposed for the line.
    fn fetch(&self, path: &str) -> Result<()> {
        let since = Instant::now();
        let address = format!("{}/api/cases/work/{path}", self.address);
        let mut answer = self.agent.get(&address).header("authorization", format!("Bearer {}", self.token)).call()?;
        let status = answer.status().as_u16();
        ensure!(matches!(status, 200 | 404), "GET {path}: {status}");
        let bytes = answer.body_mut().read_to_vec()?;
        self.waits.add(if status == 200 { "image" } else { "no image" }, since.elapsed());
        ensure!(status == 404 || bytes.len() > 8_000, "GET {path}: {} bytes", bytes.len());
        Ok(())
    }

    fn work(&self) -> Result<()> {
        // People do not all begin at the same instant.
        let place = u32::try_from(self.number % 300).unwrap_or_default();
        let within = if self.spread { self.pace * LINES_OF_A_BATCH } else { self.pace };
        std::thread::sleep(within * place / 300);
        let mut batches = 0;
        while !self.stop.load(Ordering::Relaxed) {
            batches += 1;
            let batch = format!("batches/r{}-{batches}", self.number);
            let wanted = json!({ "stage": "review", "size": LINES_OF_A_BATCH });
            let claimed = self.ask("take lines in hand", "PUT", &batch, Some(&wanted))?;
            let lines = claimed["lines"].as_array().cloned().unwrap_or_default();
            if lines.is_empty() {
                std::thread::sleep(self.pace);
            }
            for (nth, line) in lines.iter().enumerate() {
                if self.stop.load(Ordering::Relaxed) {
                    break;
                }
                let since = Instant::now();
                self.look_at(&batch, line, nth)?;
                std::thread::sleep(self.pace.saturating_sub(since.elapsed()));
            }
            let closed = self.ask("close", "PUT", &format!("{batch}/closed"), None)?;
            self.taken.fetch_add(closed["taken"].as_u64().unwrap_or_default(), Ordering::Relaxed);
            ensure!(closed["refused"] == json!([]), "{closed}");
        }
        Ok(())
    }

    fn look_at(&self, batch: &str, line: &Value, nth: usize) -> Result<()> {
        let at = format!("{batch}/lines/{}/{}", line["section"], line["line"]);
        let sheet = self.ask("next line", "GET", &at, None)?;
        if nth % 5 == 4 {
            let name = batch.rsplit('/').next().unwrap_or_default();
            let looked = json!({ "batch": name, "section": line["section"], "line": line["line"], "text": sheet["printed_name"] });
            self.ask("search", "POST", "search", Some(&looked))?;
        }
        if self.images {
            for image in ["strip", "signature", "candidates/1/references/1"] {
                self.fetch(&format!("{at}/{image}"))?;
            }
        }
        let found = match sheet["candidates"].as_array().and_then(|candidates| candidates.first()) {
            Some(best) if best["voter"]["status"] == "active" => {
                json!({ "disposition": "valid", "voter": best["voter"]["voter"], "note": "looked again" })
            }
            _ => json!({ "disposition": "invalid", "reason": "not_registered" }),
        };
        self.ask("finding", "PUT", &format!("{at}/finding"), Some(&found))?;
        self.acknowledged.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }
}

/// Memory of a process that is in use, in kilobytes; nothing where the system does not tell.
fn memory(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or_default()
}

/// Whether the tables of the case are those that follow from its events, once the server is gone.
pub(crate) fn rebuilt(office: &Office, place: &str) -> Result<()> {
    let done = Command::new(&office.program).args(["case", "rebuild", place, "--json"]).output()?;
    let report: Value = serde_json::from_slice(&done.stdout)?;
    ensure!(done.status.success() && report["mended"] == json!({}), "{report}");
    println!("The tables of the case follow from its {} events.", report["events"]);
    Ok(())
}
