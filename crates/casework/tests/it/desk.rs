//! A small office for tests: a roll of nine voters, a petition of a few lines, and its desk.

use std::{
    path::PathBuf,
    sync::atomic::{AtomicU32, Ordering},
};

use casework::{Act, CaseFacts, CaseFile, CaseworkError, DecideReport, Place, SearchReport, files::ReadOptions};
use law::RulePack;
use matching::Model;
use roll::{ImportOptions, Layout, NoProgress, Snapshot, import};
use sqlx::{AnyConnection, Connection};
use tempfile::TempDir;

/// Voters 1 to 9 live at 101 to 109 Oak Street, number 9 in apartment 3.
pub(crate) const ROLL: &str = "\
voter_id,first,middle,last,suffix,birth_date,house_number,street_pre,street,street_type,unit,city,zip,status,registered_on,canceled_on,signatures
1,ANA,,ALVAREZ,,1970-01-01,101,,OAK,ST,,PASADENA,91101,A,2010-01-01,,
2,BEN,,BAKER,,1970-01-01,102,,OAK,ST,,PASADENA,91101,A,2010-01-01,,
3,CLARA,,CHAVEZ,,1970-01-01,103,,OAK,ST,,PASADENA,91101,A,2010-01-01,,
4,DAVID,,DUNN,,1970-01-01,104,,OAK,ST,,PASADENA,91101,A,2010-01-01,,
5,EVA,,ESTRADA,,1970-01-01,105,,OAK,ST,,PASADENA,91101,A,2010-01-01,,
6,FRANK,,FOSTER,,1970-01-01,106,,OAK,ST,,PASADENA,91101,A,2010-01-01,,
7,GRACE,,GARCIA,,1970-01-01,107,,OAK,ST,,PASADENA,91101,A,2010-01-01,,
8,HUGO,,HAYES,,1970-01-01,108,,OAK,ST,,PASADENA,91101,C,2010-01-01,2020-01-01,
9,INES,,IBARRA,,1970-01-01,109,,OAK,ST,APT 3,PASADENA,91101,A,2010-01-01,,
";

/// Two sections: lines 1 to 5 and 1 to 3. Line 1:5 repeats the signer of 1:1, and 2:3 has the wrong apartment.
pub(crate) const LINES: &str = "\
section,page,line,printed_name,address,city,zip,date_signed,signature
1,1,1,Ana Alvarez,101 Oak St,Pasadena,91101,,a.png
1,1,2,Ben Baker,102 Oak St,Pasadena,91101,,b.png
1,1,3,Clara Chavez,103 Oak St,Pasadena,91101,,c.png
1,1,4,Nobody Known,77 Elm Ave,Pasadena,91101,,d.png
1,2,5,Ana Alvarez,101 Oak St,Pasadena,91101,,e.png
2,1,1,David Dunn,104 Oak St,Pasadena,91101,,f.png
2,1,2,Eva Estrada,900 Pine St,Pasadena,91101,,g.png
2,1,3,Ines Ibarra,109 Oak St Apt 7,Pasadena,91101,,h.png
";

pub(crate) const SECTIONS: &str = "\
section,circulator,circulator_address,signed_from,signed_to,executed_on
1,C. Irculator,1 Main St,2022-02-01,2022-03-01,2022-03-01
2,D. Irculator,2 Main St,2022-02-01,2022-03-01,2022-03-01
";

pub(crate) const HEADER: &str = "section,line,disposition,reason,voter_id,reviewer,decided_at,note\n";

/// Every line decided: 4 valid, the fifth a duplicate, one mismatch by three, one elsewhere, one unknown.
pub(crate) const DECISIONS: &str = "\
1,1,valid,,1,R1,2022-07-10T10:00:00Z,
1,2,invalid,signature_mismatch,2,R1,2022-07-10T10:00:01Z,
1,2,invalid,signature_mismatch,2,R2,2022-07-10T10:00:02Z,
1,2,invalid,signature_mismatch,2,R3,2022-07-10T10:00:03Z,
1,3,valid,,3,R1,2022-07-10T10:00:04Z,
1,4,invalid,not_registered,,R1,2022-07-10T10:00:05Z,
1,5,valid,,1,R2,2022-07-10T10:00:06Z,
2,1,valid,,4,R1,2022-07-10T10:00:07Z,
2,2,invalid,different_address,5,R1,2022-07-10T10:00:08Z,
2,3,valid,,9,R1,2022-07-10T10:00:09Z,
";

/// Where the cases of this run are kept: the address of a PostgreSQL database, or none for files. See `scripts/postgres`.
pub(crate) fn server() -> Option<String> {
    std::env::var("COUNTERSIGN_POSTGRES").ok()
}

/// Desks made so far in this run.
static DESKS: AtomicU32 = AtomicU32::new(0);

pub(crate) struct Desk {
    folder: TempDir,
    /// Told from every other of this run, and of the runs beside it.
    number: u32,
    pub(crate) snapshot: Snapshot,
    pub(crate) pack: RulePack,
}

pub(crate) fn act() -> Act {
    Act { actor: "clerk".to_owned(), at: "2022-08-15T17:00:00Z".parse().unwrap() }
}

/// A law of the tests: the synthetic one, but four lines are drawn from petitions of five lines and more.
pub(crate) const SMALL: &str = r#"
[sample]
duty = "may"
unit = "petition"
brackets = [{ from = 5, number = 4 }]
seed_digits = 20
text = "Four lines are drawn."
citation = "none: made up"
status = "unconfirmed"

[projection]
formula = "proportion"
text = "The sample stands for the whole."
citation = "none: made up"
status = "unconfirmed"

[sample_result]
insufficient_below = 90
sufficient_above = 110
between = "examine_all"
combine = "sum"
text = "Between 90 and 110 percent every line is examined."
citation = "none: made up"
status = "unconfirmed"
"#;

/// The synthetic pack without its golden examples and with more tables, read as a file of the office's own. `change` sees each part.
pub(crate) fn pack(id: &str, more: &str, change: &dyn Fn(&str, String) -> String) -> RulePack {
    let synthetic = RulePack::by_id("synthetic/county-recall").unwrap();
    let [first, parts @ ..] = synthetic.files() else { unreachable!("a pack has files") };
    let own = &first.text[..first.text.find("# Known results").unwrap()];
    let golden = "\n[[golden.threshold]]\nregistered = 60\nrequired = 6\nsource = \"the office of the tests\"\n";
    let text = own.replace("synthetic/county-recall", id) + more + golden;
    let part = |name: &str| {
        let part = parts.iter().find(|part| part.name == name)?;
        Some(change(name, part.text.clone()))
    };
    RulePack::read(&text, &format!("{id}.toml"), &part).unwrap()
}

/// The law under which a sample of four lines is drawn.
pub(crate) fn small() -> RulePack {
    pack("ours/small", SMALL, &|_, part| part)
}

impl Desk {
    pub(crate) fn new() -> Self {
        Self::under(RulePack::by_id("synthetic/county-recall").unwrap())
    }

    /// The office of another law.
    pub(crate) fn under(pack: RulePack) -> Self {
        let folder = TempDir::new().unwrap();
        let (csv, roll) = (folder.path().join("roll.csv"), folder.path().join("roll"));
        std::fs::write(&csv, ROLL).unwrap();
        import(&csv, &Layout::preset("generic").unwrap(), &ImportOptions::default(), &roll, &NoProgress).unwrap();
        let snapshot = Snapshot::open(&roll).unwrap();
        Self { folder, number: DESKS.fetch_add(1, Ordering::Relaxed), snapshot, pack }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Where this desk keeps its case.
    pub(crate) fn place(&self) -> Place {
        match server() {
            None => Place::File(self.path("case")),
            Some(server) => format!("{server}#{}", self.name()).parse().unwrap(),
        }
    }

    fn name(&self) -> String {
        format!("desk-{}-{}", std::process::id(), self.number)
    }

    pub(crate) fn file(&self, name: &str, content: &str) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, content).unwrap();
        path
    }

    /// A case of 60 registered voters, so that six signatures are required.
    pub(crate) async fn open(&self, place: &Place) -> Result<CaseFile, CaseworkError> {
        let facts: CaseFacts = serde_json::from_value(serde_json::json!({
            "petition": {"title": "Recall", "kind": "recall", "jurisdiction": "Test County"},
            "rules": "synthetic/county-recall",
            "form_approved_on": "2022-01-27",
            "registered_voters": 60,
            "filed_on": "2022-07-06",
        }))
        .unwrap();
        CaseFile::new_case(place, &facts, &self.pack, [7; 32], &act()).await
    }

    pub(crate) async fn received(&self) -> CaseFile {
        let mut case = self.open(&self.place()).await.unwrap();
        let (lines, sections) = (self.file("lines.csv", LINES), self.file("sections.csv", SECTIONS));
        case.receive(&lines, Some(&sections), &ReadOptions::default(), &act()).await.unwrap();
        case
    }

    pub(crate) async fn counted(&self) -> CaseFile {
        let mut case = self.received().await;
        assert!(case.count(&act()).await.unwrap().accepted);
        case
    }

    pub(crate) async fn searched(&self) -> CaseFile {
        let mut case = self.counted().await;
        assert_eq!(self.search(&mut case).await.unwrap().lines, 8);
        case
    }

    pub(crate) async fn search(&self, case: &mut CaseFile) -> Result<SearchReport, CaseworkError> {
        let stop = std::sync::atomic::AtomicBool::new(false);
        case.search(&self.snapshot, &Model::built_in(), &act(), &|_, _| {}, &stop).await
    }

    pub(crate) async fn decide(&self, case: &mut CaseFile, rows: &str) -> Result<DecideReport, CaseworkError> {
        let file = self.file("decisions.csv", &format!("{HEADER}{rows}"));
        case.decide(&file, &ReadOptions::default(), &self.snapshot, None, &act()).await
    }

    pub(crate) async fn decided(&self) -> CaseFile {
        let mut case = self.searched().await;
        self.decide(&mut case, DECISIONS).await.unwrap();
        case
    }

    /// The same, in the place of earlier decisions.
    pub(crate) async fn decide_again(&self, case: &mut CaseFile, rows: &str) {
        let file = self.file("decisions.csv", &format!("{HEADER}{rows}"));
        case.decide(&file, &ReadOptions::default(), &self.snapshot, Some("looked at again"), &act()).await.unwrap();
    }

    /// Somebody else at the case, with a database tool.
    pub(crate) async fn stranger(&self) -> AnyConnection {
        sqlx::any::install_default_drivers();
        let url = match server() {
            None => format!("sqlite://{}", self.path("case").display()),
            Some(server) => format!("{server}?options[search_path]=\"case_{}\"", self.name()),
        };
        AnyConnection::connect(&url).await.unwrap()
    }

    /// One text out of the case.
    pub(crate) async fn text(&self, query: &'static str) -> String {
        sqlx::query_scalar(query).fetch_one(&mut self.stranger().await).await.unwrap()
    }

    /// What somebody with a database tool could do to the case.
    pub(crate) async fn run(&self, sql: &'static str) -> Result<(), String> {
        sqlx::query(sql).execute(&mut self.stranger().await).await.map(|_| ()).map_err(|error| error.to_string())
    }

    /// Takes one of the guards of the events away: `event_is_kept` or `event_is_unchanged`.
    pub(crate) async fn unguard(&self, guard: &str) {
        let on = if server().is_some() { " ON event" } else { "" };
        let sql = sqlx::AssertSqlSafe(format!("DROP TRIGGER {guard}{on}"));
        sqlx::query(sql).execute(&mut self.stranger().await).await.unwrap();
    }
}
