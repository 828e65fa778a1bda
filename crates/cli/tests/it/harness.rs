//! A folder with an office's files, commands run in it, and transcripts of them for snapshots.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::{Command, Output},
    sync::LazyLock,
};

use serde_json::Value;
use sqlx::{Connection, SqliteConnection};
use tempfile::TempDir;

/// The program under test.
pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_countersign");

/// A made-up roll. The unit of voter 1002 and the move of voter 1003 matter to the decisions below.
const ROLL: &str = "\
voter_id,first,middle,last,suffix,birth_date,house_number,street_pre,street,street_type,unit,city,zip,status,registered_on,canceled_on
1001,MARIA,L,GARCIA,,1971-06-04,12,N,OAK,ST,,LAKEVIEW,90001,A,2002-03-10,
1002,JOHN,Q,PARKER,,1964-01-30,45,,ELM,AVE,APT 2,LAKEVIEW,90001,A,1999-08-01,
1003,WEI,,CHEN,,1988-11-17,7,S,HILL,RD,,LAKEVIEW,90002,A,2015-05-20,
1004,AMINA,,DIALLO,,1992-02-08,230,,RIVER,DR,UNIT B,LAKEVIEW,90002,A,2018-09-12,
1005,PETER,J,NOVAK,JR,1955-12-25,9,,MILL,LN,,LAKEVIEW,90003,A,1980-10-02,
1006,ROSA,E,MENDEZ,,1979-07-19,81,E,PINE,ST,,LAKEVIEW,90003,C,2004-04-04,2021-01-15
";

const FACTS: &str = r#"{
  "petition": {
    "title": "Recall of the Clerk (made up)",
    "kind": "recall",
    "jurisdiction": "Made-up County",
    "officer": "A. N. Officer",
    "office": "Clerk of Made-up County"
  },
  "rules": "synthetic/county-recall",
  "form_approved_on": "2022-01-27",
  "report_of_registration_on": "2022-01-04",
  "registered_voters": 40,
  "filed_on": "2022-07-06"
}
"#;

pub(crate) const LINES_HEADER: &str = "section,page,line,printed_name,address,city,zip,date_signed,signature\n";

/// Six lines, two of them by the same voter.
const LINES: &str = "\
section,page,line,printed_name,address,city,zip,date_signed,signature
1,1,1,Maria Garcia,12 N Oak St,Lakeview,90001,2022-03-01,
1,1,2,John Parker,45 Elm Ave Apt 3,Lakeview,90001,2022-03-01,
1,1,3,Wei Chen,300 Bay St,Lakeview,90002,2022-03-02,
2,1,1,Amina Diallo,230 River Dr Unit B,Lakeview,90002,2022-04-05,
2,1,2,Maria Garcia,12 N Oak St,Lakeview,90001,2022-04-05,
2,1,3,Zebulon Quartz,5 Nowhere Way,Lakeview,90009,2022-04-06,
";

const SECTIONS: &str = "\
section,circulator,circulator_address,signed_from,signed_to,executed_on,lines
1,Terry Lamb,5 Holly Dr,2022-03-01,2022-03-02,2022-03-03,3
2,Kira Coats,29 Melrose Ave,2022-04-05,2022-04-06,2022-04-06,3
";

pub(crate) const DECISIONS_HEADER: &str = "section,line,disposition,reason,voter_id,reviewer,decided_at,note\n";

const DECISIONS: &str = "\
section,line,disposition,reason,voter_id,reviewer,decided_at,note
1,1,valid,,1001,R1,2022-07-07T15:00:00Z,
1,2,valid,,1002,R1,2022-07-07T15:01:00Z,
1,3,invalid,different_address,1003,R1,2022-07-07T15:02:00Z,
2,1,invalid,signature_mismatch,1004,R1,2022-07-07T15:03:00Z,
2,1,invalid,signature_mismatch,1004,R2,2022-07-07T15:04:00Z,
2,1,invalid,signature_mismatch,1004,R3,2022-07-07T15:05:00Z,
2,2,valid,,1001,R2,2022-07-07T15:06:00Z,
2,3,invalid,not_registered,,R2,2022-07-07T15:07:00Z,
";

/// What stands in the files about people; no message of a refusal may say any of it.
const PERSONAL: [&str; 30] = [
    "maria", "garcia", "parker", "chen", "amina", "diallo", "peter", "novak", "rosa", "mendez", "zebulon", "quartz",
    "terry", "lamb", "kira", "coats", "oak", "elm", "hill", "river", "mill", "pine", "nowhere", "bay st", "holly",
    "melrose", "lakeview", "1001", "1003", "1006",
];

/// How far the work has gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    /// Files only.
    Files,
    /// The roll is imported and the case is open.
    Opened,
    /// Sections are received.
    Received,
    /// The raw count is made.
    Counted,
    /// Signers are looked up.
    Searched,
    /// Every line is decided.
    Decided,
    /// A certificate stands.
    Certified,
}

/// What every command of an office is recorded under, so that events come out the same each time.
pub(crate) const ACT: &str = "--actor clerk --at 2022-08-15T17:00:00Z";

/// The commands that lead to each stage from the one before.
pub(crate) fn steps() -> [(Stage, Vec<String>); 6] {
    [
        (
            Stage::Opened,
            vec!["roll import roll.csv --out roll".to_owned(), format!("case new case --facts facts.json {ACT}")],
        ),
        (Stage::Received, vec![format!("intake receive case --lines lines.csv --sections sections.csv {ACT}")]),
        (
            Stage::Counted,
            vec![
                format!("intake count case {ACT}"),
                format!("intake withdraw case withdrawals.csv --roll roll {ACT}"),
                format!("intake void case section_decisions.csv {ACT}"),
            ],
        ),
        (Stage::Searched, vec![format!("match --case case --roll roll {ACT}")]),
        (Stage::Decided, vec![format!("decide case decisions.csv --roll roll {ACT}")]),
        (Stage::Certified, vec![format!("certify case --roll roll --out out --on 2022-08-15 {ACT}")]),
    ]
}

/// A folder in which commands are run.
pub(crate) struct Office {
    folder: TempDir,
}

/// The six lines of the made-up office, at a stage.
pub(crate) fn office(stage: Stage) -> Office {
    static FILES: LazyLock<Stages> = LazyLock::new(|| {
        let office = Office::empty();
        let files = [
            ("roll.csv", ROLL),
            ("facts.json", FACTS),
            ("lines.csv", LINES),
            ("sections.csv", SECTIONS),
            ("decisions.csv", DECISIONS),
            ("withdrawals.csv", "voter_id,received_on,signature_compares\n"),
            ("section_decisions.csv", "section,reason,reviewer,decided_at,note\n"),
        ];
        for (name, content) in files {
            office.write(name, content);
        }
        Stages::from(office)
    });
    FILES.at(stage)
}

/// A synthetic county of 5,669 voters and 716 lines, at a stage.
pub(crate) fn county(stage: Stage) -> Office {
    static FILES: LazyLock<Stages> = LazyLock::new(|| {
        let office = Office::empty();
        office.succeeds("synth --dir . --scale 1:1000");
        for (ours, theirs) in [("facts.json", "case.json"), ("lines.csv", "petition.csv")] {
            std::fs::rename(office.path(theirs), office.path(ours)).unwrap();
        }
        Stages::from(office)
    });
    FILES.at(stage)
}

/// A folder for each stage, made once and copied for each test.
struct Stages(BTreeMap<Stage, Office>);

impl Stages {
    fn from(files: Office) -> Self {
        let mut all = BTreeMap::new();
        let mut last = files;
        let mut stage = Stage::Files;
        for (next, commands) in steps() {
            let office = last.copy();
            all.insert(stage, last);
            for command in &commands {
                office.succeeds(command);
            }
            (last, stage) = (office, next);
        }
        all.insert(stage, last);
        Self(all)
    }

    fn at(&self, stage: Stage) -> Office {
        self.0[&stage].copy()
    }
}

impl Office {
    pub(crate) fn empty() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// A copy in another folder.
    pub(crate) fn copy(&self) -> Self {
        let copy = Self::empty();
        copy_folder(self.folder.path(), copy.folder.path());
        copy
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        std::fs::write(self.path(name), content).unwrap();
    }

    pub(crate) fn text(&self, name: &str) -> String {
        String::from_utf8(self.read(name)).unwrap()
    }

    /// Every file below the folder.
    pub(crate) fn files(&self) -> Vec<String> {
        let mut found = Vec::new();
        list(self.folder.path(), "", &mut found);
        found.sort();
        found
    }

    /// The program with its words, ready to be run here; nothing of the tester's surroundings reaches it.
    pub(crate) fn command(&self, words: &str) -> Command {
        let mut command = Command::new(PROGRAM);
        command.args(words.split_whitespace());
        self.surround(&mut command);
        command
    }

    /// Sets the folder and the surroundings of any command.
    pub(crate) fn surround(&self, command: &mut Command) {
        command.env_clear().env("USER", "clerk").env("TZ", "UTC").env("LC_ALL", "C").env("PATH", "/usr/bin:/bin");
        command.current_dir(self.folder.path());
    }

    pub(crate) fn run(&self, words: &str) -> Run {
        Run::of(words, &self.command(words).output().unwrap())
    }

    pub(crate) fn succeeds(&self, words: &str) -> Run {
        let run = self.run(words);
        assert_eq!(run.status, Some(0), "{run}");
        run
    }

    /// Runs what reports, and whose answer is no.
    pub(crate) fn answers_no(&self, words: &str) -> Run {
        let run = self.run(words);
        assert_eq!((run.status, run.stdout.is_empty()), (Some(1), false), "{run}");
        run
    }

    /// Runs what must be refused: the input is at fault, every file of the office is as it was, none was added, and
    /// nothing about a person is said.
    pub(crate) fn refuses(&self, words: &str) -> Run {
        self.stays_as_it_is(|| self.run(words))
    }

    /// See [`Office::refuses`], for a command made by hand.
    pub(crate) fn stays_as_it_is(&self, run: impl FnOnce() -> Run) -> Run {
        let (status, files) = (self.standing(), self.contents());
        let run = run();
        assert_eq!(run.status, Some(1), "{run}");
        assert!(run.stdout.is_empty(), "{run}");
        for (name, content) in self.contents() {
            // The case is held against its status: closing a store may move pages about.
            assert!(name == "case" || files.get(&name) == Some(&content), "{name} was changed or added by\n{run}");
        }
        assert_eq!(self.files(), files.keys().cloned().collect::<Vec<_>>(), "{run}");
        assert_eq!(self.standing(), status, "{run}");
        let said = run.stderr.to_lowercase();
        // Whole words: the given name Amina stands in the middle of "examination".
        let letter = |at: Option<char>| at.is_some_and(char::is_alphanumeric);
        let as_words = |word: &str| {
            said.match_indices(word).any(|(at, _)| {
                !letter(said[..at].chars().next_back()) && !letter(said[at + word.len()..].chars().next())
            })
        };
        let told: Vec<_> = PERSONAL.iter().filter(|word| as_words(word)).collect();
        assert!(told.is_empty(), "{told:?} in\n{run}");
        run
    }

    fn contents(&self) -> BTreeMap<String, Vec<u8>> {
        self.files().into_iter().map(|name| (name.clone(), self.read(&name))).collect()
    }

    /// What `case status` says, or that there is no sound case.
    fn standing(&self) -> String {
        self.run("case status case --json").to_string()
    }

    pub(crate) fn status(&self) -> Value {
        self.json("case status case")
    }

    /// The JSON that a command reports.
    pub(crate) fn json(&self, words: &str) -> Value {
        let run = self.succeeds(&format!("{words} --json"));
        serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}: {run}"))
    }

    /// Adds nothing but the usual actor and time to a command.
    pub(crate) fn acts(&self, words: &str) -> Run {
        self.succeeds(&format!("{words} {ACT}"))
    }

    /// A connection of somebody else to the case file.
    pub(crate) fn connected<T>(&self, work: impl AsyncFnOnce(&mut SqliteConnection) -> T) -> T {
        let url = format!("sqlite://{}", self.path("case").display());
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let mut connection = SqliteConnection::connect(&url).await.unwrap();
            let done = work(&mut connection).await;
            connection.close().await.unwrap();
            done
        })
    }

    /// Somebody's SQL on the case file.
    pub(crate) fn sql(&self, statement: &'static str) -> Result<u64, String> {
        self.connected(async |connection| {
            let done = sqlx::query(statement).execute(connection).await;
            done.map(|done| done.rows_affected()).map_err(|error| error.to_string())
        })
    }

    /// One text out of the case file.
    pub(crate) fn sql_text(&self, query: &'static str) -> String {
        self.connected(async |connection| sqlx::query_scalar(query).fetch_one(connection).await.unwrap())
    }
}

fn copy_folder(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            std::fs::create_dir(&target).unwrap();
            copy_folder(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

fn list(folder: &Path, below: &str, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let name = format!("{below}{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            list(&entry.path(), &format!("{name}/"), found);
        } else {
            found.push(name);
        }
    }
}

/// What a command did.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) words: String,
    /// None where a signal ended it.
    pub(crate) status: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Run {
    pub(crate) fn of(words: &str, output: &Output) -> Self {
        Self {
            words: words.replace(&format!(" {ACT}"), ""),
            status: output.status.code(),
            stdout: named(std::str::from_utf8(&output.stdout).unwrap()),
            stderr: String::from_utf8(output.stderr.clone()).unwrap(),
        }
    }
}

/// As on a terminal, with the exit status.
impl std::fmt::Display for Run {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let status =
            self.status.map_or_else(|| "ended by a signal".to_owned(), |status| format!("exit status {status}"));
        write!(f, "$ countersign {}\n{}{}[{status}]\n\n", self.words, self.stdout, self.stderr)
    }
}

/// Commands one after the other, as on a terminal.
pub(crate) fn transcript(runs: impl IntoIterator<Item = Run>) -> String {
    runs.into_iter().map(|run| run.to_string()).collect()
}

/// What differs from build to build, or from run to run.
pub(crate) fn filters() -> Vec<(&'static str, &'static str)> {
    vec![
        ("[0-9a-f]{64}", "<digest>"),
        (r" +\d+\.\d s\b", " <time>"),
        (r"countersign \d+\.\d+\.\d+", "countersign <version>"),
        (r#"at path "[^"]*""#, "at path <path>"),
    ]
}

/// Holds a transcript against its snapshot.
macro_rules! shows {
    ($runs:expr) => {
        insta::with_settings!({ filters => crate::harness::filters(), omit_expression => true }, {
            insta::assert_snapshot!(crate::harness::transcript($runs));
        })
    };
}
pub(crate) use shows;

/// What was printed, with the programs by their names and not by where they lie.
fn named(text: &str) -> String {
    let folder = Path::new(PROGRAM).parent().unwrap().display().to_string();
    text.replace(&format!("{folder}/"), "")
}
