//! A served case whose server is killed at instants that nobody chose, under load: what was acknowledged is there when it is started again.

use std::{
    collections::{BTreeMap, BTreeSet},
    process::Command,
    time::Duration,
};

use anyhow::{Context as _, Result, ensure};
use clap::Args;
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
}

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let place = load::prepare(&arguments.office)?;
    let mut server = load::start(&arguments.office, &place)?;
    let agent = load::agent(&arguments.office)?;
    let tokens = load::enrol(&agent, &server, arguments.reviewers)?;
    let mut people: Vec<_> = tokens.iter().map(|_| Memory::default()).collect();
    for kill in 0..arguments.kills {
        std::thread::scope(|scope| {
            for (number, (token, memory)) in tokens.iter().zip(&mut people).enumerate() {
                let (agent, address) = (&agent, server.address.clone());
                // An error is the server's death; what it means is looked at afterwards.
                scope.spawn(move || drop(work(agent, &address, token, number, memory)));
            }
            std::thread::sleep(instant(kill));
            server.kill();
        });
        if arguments.database_every.is_some_and(|every| kill % every == every - 1) {
            crash_database()?;
        }
        server = load::start(&arguments.office, &place)?;
        for (token, memory) in tokens.iter().zip(&mut people) {
            check(&agent, &server, token, memory)?;
        }
        if kill % 10 == 9 {
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
    let mut decided = 0;
    // What a killed server left half closed is closed by the next one, by itself.
    for _ in 0..50 {
        let (_, standing) = ask(&agent, "GET", &format!("{}/api/cases/work", server.address), Some(&tokens[0]), None)?;
        decided = standing["valid"].as_u64().unwrap_or_default() + standing["invalid"].as_u64().unwrap_or_default();
        if decided >= acknowledged {
            break;
        }
        std::thread::sleep(Duration::from_millis(200));
    }
    let unanswered: usize = people.iter().map(|memory| memory.unanswered.len()).sum();
    println!(
        "{} kills, {acknowledged} findings acknowledged, {unanswered} without an answer, {decided} lines decided.",
        arguments.kills
    );
    ensure!((acknowledged..=acknowledged + unanswered as u64).contains(&decided), "findings are lost or doubled");
    drop(server);
    load::rebuilt(&arguments.office, &place)
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
        let wanted = json!({ "stage": "review", "size": 6 });
        let (status, claimed) = ask(agent, "PUT", &format!("{api}/{batch}"), Some(token), Some(&wanted))?;
        if status == 200 {
            for line in claimed["lines"].as_array().into_iter().flatten() {
                let at = (line["section"].as_u64().unwrap_or_default(), line["line"].as_u64().unwrap_or_default());
                memory.in_hand.insert(at);
                let found = json!({ "disposition": "invalid", "reason": "not_registered", "note": format!("{}", memory.batches) });
                memory.unanswered.insert(at);
                let finding = format!("{api}/{batch}/lines/{}/{}/finding", at.0, at.1);
                let (status, answer) = ask(agent, "PUT", &finding, Some(token), Some(&found))?;
                ensure!(status == 200, "{answer}");
                memory.unanswered.remove(&at);
                memory.acknowledged.insert(at, found);
            }
            let (status, answer) = ask(agent, "PUT", &format!("{api}/{batch}/closed"), Some(token), None)?;
            ensure!(status == 200, "{answer}");
        }
        memory.open = None;
        memory.in_hand.clear();
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
