//! Two programs at one case: one of them writes, the other says so and takes nothing in.

use crate::harness::{Run, Stage, county, office, shows};

#[test]
fn while_another_program_writes() {
    let office = office(Stage::Searched);
    let run = office.connected(async |other| {
        sqlx::query("BEGIN IMMEDIATE").execute(&mut *other).await.unwrap();
        let run = office.run("decide case decisions.csv --roll roll");
        sqlx::query("ROLLBACK").execute(&mut *other).await.unwrap();
        run
    });
    assert_eq!(run.status, Some(1));
    assert_eq!(office.status()["undecided"], 6);
    shows!([run, office.acts("decide case decisions.csv --roll roll")]);
}

/// Reading goes on while another program writes.
#[test]
fn reading_while_another_program_writes() {
    let office = office(Stage::Decided);
    office.connected(async |other| {
        sqlx::query("BEGIN IMMEDIATE").execute(&mut *other).await.unwrap();
        office.succeeds("case status case");
        sqlx::query("ROLLBACK").execute(&mut *other).await.unwrap();
    });
}

/// The same decisions taken in by several programs at once: once.
#[test]
fn the_same_decisions_at_once() {
    let office = county(Stage::Searched);
    let words = "decide case decisions.csv --roll roll";
    let running: Vec<_> = (0..4)
        .map(|_| {
            let mut command = office.command(words);
            command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped()).spawn().unwrap()
        })
        .collect();
    let runs: Vec<_> = running.into_iter().map(|child| Run::of(words, &child.wait_with_output().unwrap())).collect();
    let mut statuses: Vec<_> = runs.iter().map(|run| run.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [Some(0), Some(1), Some(1), Some(1)], "{runs:?}");
    assert!(office.succeeds("case rebuild case").stdout.contains("the tables agree"));
    assert_eq!(office.status()["undecided"], 0);
}

/// Of several who open the same case at once, one does.
#[test]
fn the_same_case_opened_at_once() {
    let office = office(Stage::Files);
    let running: Vec<_> = (0..4)
        .map(|_| {
            let mut command = office.command("case new case --facts facts.json");
            command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped()).spawn().unwrap()
        })
        .collect();
    let runs: Vec<_> =
        running.into_iter().map(|child| Run::of("case new", &child.wait_with_output().unwrap())).collect();
    assert_eq!(runs.iter().filter(|run| run.status == Some(0)).count(), 1, "{runs:?}");
    assert!(runs.iter().all(|run| matches!(run.status, Some(0 | 1))), "{runs:?}");
    assert_eq!(office.status()["events"], 1);
    assert!(!office.files().iter().any(|file| file.contains("draft")), "{:?}", office.files());
}
