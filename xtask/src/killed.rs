//! A served case whose server is killed at instants that nobody chose, under load: what was acknowledged is there when it is started again, and the log is
//! consistent with the checkpoint that was taken before.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

use anyhow::{Context as _, Result, ensure};
use clap::Args;
use ledger::{Checkpoint, ConsistencyProof, read_unverified};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use ureq::Agent;

use crate::load::{self, Server, ask};

#[derive(Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    office: load::Office,
    /// How often the server is killed.
    #[arg(long, default_value_t = 50)]
    kills: u32,
    /// Simulated reviewers.
    #[arg(long, default_value_t = 8)]
    reviewers: usize,
    /// Every so many kills, the database server is killed too, and started again: by the program that scripts/postgres names in
    /// COUNTERSIGN_POSTGRES_CRASH.
    #[arg(long)]
    database_every: Option<u32>,
}

/// What one simulated person knows of their work.
#[derive(Default)]
struct Memory {
    batches: u32,
    /// The batch in hand.
    open: Option<String>,
    /// Lines with a finding that the server acknowledged, by section and line.
    acknowledged: BTreeMap<(u64, u64), Value>,
    /// Lines with a finding of which no answer came.
    unanswered: BTreeSet<(u64, u64)>,
    /// Those of the batch in hand.
    in_hand: BTreeSet<(u64, u64)>,
    /// Findings at a signature of which somebody had found that it does not compare.
    further: usize,
    /// What the server refused, which is never to be.
    refused: Vec<Value>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let place = load::prepare(&arguments.office)?;
    let mut server = load::start(&arguments.office, &place)?;
    let agent = load::agent(&arguments.office)?;
    let tokens = load::enrol(&agent, &server, arguments.reviewers)?;
    let mut people: Vec<_> = tokens.iter().map(|_| Memory::default()).collect();
    let log = Log::of(&arguments.office, &place)?;
    let before = log.checkpoint()?.size;
    for kill in 0..arguments.kills {
        let mut seen = None;
        std::thread::scope(|scope| {
            for (number, (token, memory)) in tokens.iter().zip(&mut people).enumerate() {
                let (agent, address) = (&agent, server.address.clone());
                // An error is the server's death; what it means is looked at afterwards.
                scope.spawn(move || drop(work(agent, &address, token, number, memory)));
            }
            std::thread::sleep(instant(kill));
            // Both sides have it in their hands before the power goes.
            seen = (kill % EVERY == 0).then(|| log.checkpoint());
            server.kill();
        });
        if arguments.database_every.is_some_and(|every| kill % every == every - 1) {
            crash_database()?;
        }
        server = load::start(&arguments.office, &place)?;
        if let Some(seen) = seen {
            log.only_grew_since(&seen?)?;
        }
        for (token, memory) in tokens.iter().zip(&mut people) {
            ensure!(memory.refused.is_empty(), "{:?}", memory.refused);
            check(&agent, &server, token, memory)?;
        }
        if kill % EVERY == EVERY - 1 {
            println!("{} kills: {} findings acknowledged, none lost.", kill + 1, count(&people));
        }
    }
    for (token, memory) in tokens.iter().zip(&people) {
        if let Some(batch) = &memory.open {
            let closed = ask(
                &agent,
                "PUT",
                &format!("{}/api/cases/work/batches/{batch}/closed", server.address),
                Some(token),
                None,
            )?;
            ensure!(closed.0 == 200 || closed.1["code"] == "lease_lapsed", "{closed:?}");
        }
    }
    let acknowledged = count(&people) as u64;
    let mut found = 0;
    // What a killed server left half closed is closed by the next one, by itself: it looks once it has started and every half minute.
    for _ in 0..300 {
        let (_, standing) = ask(&agent, "GET", &format!("{}/api/cases/work", server.address), Some(&tokens[0]), None)?;
        found = standing["events"].as_u64().unwrap_or_default() - before;
        if found >= acknowledged {
            break;
        }
        std::thread::sleep(Duration::from_millis(200));
    }
    let unanswered: usize = people.iter().map(|memory| memory.unanswered.len()).sum();
    let looks: usize = people.iter().map(|memory| memory.further).sum();
    println!(
        "{} kills, {acknowledged} findings acknowledged ({looks} of them further looks at a mismatch), {unanswered} without an answer, {found} events; the log only grew, by {} checkpoints.",
        arguments.kills,
        arguments.kills.div_ceil(EVERY)
    );
    ensure!((acknowledged..=acknowledged + unanswered as u64).contains(&found), "findings are lost or doubled");
    drop(server);
    load::rebuilt(&arguments.office, &place)
}

/// After so many kills one says how far it is; before the first of as many, a checkpoint is taken.
const EVERY: u32 = 10;

/// The log of the case, as the program hands it out while the server works.
struct Log<'a> {
    office: &'a load::Office,
    place: &'a str,
    key: PathBuf,
}

impl<'a> Log<'a> {
    fn of(office: &'a load::Office, place: &'a str) -> Result<Self> {
        let key = office.dir.join("log.key");
        let log = Self { office, place, key };
        if !log.key.exists() {
            log.run(&["key", "new", "load.example/work"], &log.key)?;
        }
        Ok(log)
    }

    fn run(&self, words: &[&str], out: &Path) -> Result<()> {
        let done =
            Command::new(&self.office.program).args(words).arg("--out").arg(out).stdout(Stdio::null()).status()?;
        ensure!(done.success(), "countersign {} failed", words.join(" "));
        Ok(())
    }

    /// What a command of the log writes.
    fn written(&self, words: &[&str]) -> Result<String> {
        let (key, out) = (self.key.to_string_lossy(), self.office.dir.join("log.out"));
        let _ = std::fs::remove_file(&out);
        self.run(&[words, &["--key", &key]].concat(), &out)?;
        Ok(std::fs::read_to_string(&out)?)
    }

    fn checkpoint(&self) -> Result<Checkpoint> {
        Ok(read_unverified(&self.written(&["ledger", "checkpoint", self.place])?)?)
    }

    /// Whether the log as it is now holds everything that it held by a checkpoint.
    fn only_grew_since(&self, old: &Checkpoint) -> Result<()> {
        let since = old.size.to_string();
        let proof = ConsistencyProof::from_text(&self.written(&["ledger", "grown", self.place, "--since", &since])?)?;
        let new = read_unverified(&proof.checkpoint)?;
        ensure!(proof.holds(old, &new), "the log of {} events is not the one of {since} and more", new.size);
        Ok(())
    }
}

/// Kills the database server as a power cut would, and starts it again.
fn crash_database() -> Result<()> {
    let program = std::env::var("COUNTERSIGN_POSTGRES_CRASH").context("run this with scripts/postgres")?;
    ensure!(Command::new(program).status()?.success(), "the database server does not start again");
    Ok(())
}

fn count(people: &[Memory]) -> usize {
    people.iter().map(|memory| memory.acknowledged.len()).sum()
}

/// A time between a fiftieth of a second and a second and a half that is the same in every run.
fn instant(kill: u32) -> Duration {
    let digest = Sha256::digest(kill.to_be_bytes());
    Duration::from_millis(20 + u64::from(u16::from_be_bytes([digest[0], digest[1]])) % 1480)
}

/// Works until the server is gone.
fn work(agent: &Agent, address: &str, token: &str, number: usize, memory: &mut Memory) -> Result<()> {
    let api = format!("{address}/api/cases/work/batches");
    loop {
        if memory.open.is_none() {
            memory.batches += 1;
        }
        let batch = memory.open.get_or_insert_with(|| format!("k{number}-{}", memory.batches)).clone();
        let blind = memory.batches % 3 == 2;
        let wanted = json!({ "stage": if blind { "blind_review" } else { "review" }, "size": 6 });
        let (status, claimed) = ask(agent, "PUT", &format!("{api}/{batch}"), Some(token), Some(&wanted))?;
        if status == 200 {
            for line in claimed["lines"].as_array().into_iter().flatten() {
                let at = (line["section"].as_u64().unwrap_or_default(), line["line"].as_u64().unwrap_or_default());
                memory.in_hand.insert(at);
                let here = format!("{api}/{batch}/lines/{}/{}", at.0, at.1);
                let (status, sheet) = ask(agent, "GET", &here, Some(token), None)?;
                ensure!(status == 200, "{sheet}");
                let found = finding(&sheet, at, memory.batches);
                memory.unanswered.insert(at);
                let (status, answer) = ask(agent, "PUT", &format!("{here}/finding"), Some(token), Some(&found))?;
                if answer["code"] == "refused" {
                    memory.refused.push(answer.clone());
                }
                ensure!(status == 200, "{answer}");
                memory.unanswered.remove(&at);
                memory.further += usize::from(blind && memory.acknowledged.insert(at, found.clone()).is_none());
                memory.acknowledged.insert(at, found);
            }
            let (status, answer) = ask(agent, "PUT", &format!("{api}/{batch}/closed"), Some(token), None)?;
            ensure!(status == 200, "{answer}");
        }
        memory.open = None;
        memory.in_hand.clear();
    }
}

/// What is found on a line: of those of whom somebody was proposed, every third one does not compare, whoever looks.
fn finding(sheet: &Value, at: (u64, u64), batch: u32) -> Value {
    let named = Some(&sheet["named"]).filter(|named| named.is_object());
    let voter = named.unwrap_or(&sheet["candidates"][0]["voter"])["voter"].as_str();
    let note = batch.to_string();
    match voter {
        Some(voter) if (at.0 + at.1).is_multiple_of(3) => {
            json!({ "disposition": "invalid", "reason": "signature_mismatch", "voter": voter, "note": note })
        }
        Some(voter) if named.is_some() => json!({ "disposition": "valid", "voter": voter, "note": note }),
        _ => json!({ "disposition": "invalid", "reason": "not_registered", "note": note }),
    }
}

/// Whether everything acknowledged of the batch in hand is there.
fn check(agent: &Agent, server: &Server, token: &str, memory: &mut Memory) -> Result<()> {
    let Some(batch) = &memory.open else { return Ok(()) };
    let (status, shown) =
        ask(agent, "GET", &format!("{}/api/cases/work/batches/{batch}", server.address), Some(token), None)?;
    if status != 200 {
        // Closed without an answer, or never handed out. The lines decided are counted in the end.
        ensure!(shown["code"] == "lease_lapsed", "{shown}");
        memory.open = None;
        memory.in_hand.clear();
        return Ok(());
    }
    for line in shown["lines"].as_array().into_iter().flatten() {
        let at = (line["section"].as_u64().unwrap_or_default(), line["line"].as_u64().unwrap_or_default());
        if let Some(found) = memory.acknowledged.get(&at).filter(|_| memory.in_hand.contains(&at)) {
            ensure!(
                line["finding"] == *found,
                "{batch} {at:?}: {} was acknowledged, and {} is there",
                found,
                line["finding"]
            );
        }
    }
    Ok(())
}
