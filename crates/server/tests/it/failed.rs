//! A petition that was certified insufficient, of which everything can be told from everything else.

use std::sync::atomic::AtomicBool;

use casework::{Act, CaseFile, CertifyInputs, files::ReadOptions};
use jiff::civil::date;

use crate::desk::{Desk, Places, opened};

/// A voter of whom everything can be told from everything else, and the line that is his.
#[derive(Debug, Clone)]
pub(crate) struct Signer {
    pub(crate) name: String,
    /// A number that stands in every field which is masked.
    pub(crate) mark: u32,
    pub(crate) moved: bool,
    pub(crate) signatures: usize,
    pub(crate) reason: Option<&'static str>,
}

impl Signer {
    pub(crate) fn first_and_last(&self) -> (String, String) {
        let letters: String = self.mark.to_string().bytes().map(|digit| char::from(digit - b'0' + b'A')).collect();
        (format!("{}{letters}", self.name), format!("SIGNER{letters}"))
    }

    pub(crate) fn birth_date(&self) -> String {
        format!("19{:02}-{:02}-{:02}", 30 + self.mark % 60, 1 + self.mark % 12, 1 + self.mark % 28)
    }

    pub(crate) fn roll_row(&self) -> String {
        let (mark, (first, last)) = (self.mark, self.first_and_last());
        let files: Vec<_> = (0..self.signatures).map(|at| format!("V{mark}-{at}.png")).collect();
        let previous = if self.moved {
            format!("8{mark},FORMER{mark},ST,OLDTOWN{mark},917{}", mark % 90 + 10)
        } else {
            ",,,,".into()
        };
        let (status, canceled) = if self.reason == Some("canceled") { ("C", "2020-02-02") } else { ("A", "") };
        format!(
            "V{mark},{first},{last},{},9{mark},HIDDEN{mark},AVE,TOWN{mark},911{},{status},2010-10-10,{canceled},{},PARTY{mark},555-{mark},{previous}",
            self.birth_date(),
            mark % 90 + 10,
            files.join(";")
        )
    }

    /// What a line that does not count must never show, unless it is the address and the reason rests on that.
    pub(crate) fn masked(&self) -> Vec<String> {
        let mark = self.mark;
        let mut masked = vec![format!("V{mark}"), self.birth_date(), format!("PARTY{mark}"), format!("555-{mark}")];
        masked.extend(["2010-10-10", "2020-02-02", "R-SECRET", "NOTE-SECRET", ".png"].map(str::to_owned));
        masked
    }

    pub(crate) fn addresses(&self) -> Vec<String> {
        let mark = self.mark;
        let own = [format!("HIDDEN{mark}"), format!("TOWN{mark}")];
        let former = [format!("FORMER{mark}"), format!("OLDTOWN{mark}")];
        if self.moved { own.into_iter().chain(former).collect() } else { own.into() }
    }
}

const ROLL: &str = "voter_id,first,last,birth_date,house_number,street,street_type,city,zip,status,registered_on,canceled_on,signatures,party,telephone,\
     previous_house_number,previous_street,previous_street_type,previous_city,previous_zip";

/// An office whose petition of these lines was examined and certified insufficient on 2022-08-05.
pub(crate) async fn office_of(signers: &[Signer]) -> Desk {
    let places = Places::new().await;
    let path = |name: &str| places.file(name);
    let rows: Vec<_> = signers.iter().map(Signer::roll_row).collect();
    std::fs::write(path("roll.csv"), format!("{ROLL}\n{}\n", rows.join("\n"))).unwrap();
    let mut lines = "section,page,line,printed_name,address,city,zip,date_signed,signature\n".to_owned();
    let mut decisions = "section,line,disposition,reason,voter_id,reviewer,decided_at,note\n".to_owned();
    for (signer, line) in signers.iter().zip(1..) {
        let (first, last) = signer.first_and_last();
        lines.push_str(&format!("1,1,{line},{first} {last},{line} Written Blvd,Writtenville,90001,,line{line}.png\n"));
        let reviewers = if signer.reason == Some("signature_mismatch") { 3 } else { 1 };
        for reviewer in 1..=reviewers {
            let voter =
                if signer.reason == Some("not_registered") { String::new() } else { format!("V{}", signer.mark) };
            let found = signer.reason.map_or("valid,".to_owned(), |reason| format!("invalid,{reason}"));
            decisions
                .push_str(&format!("1,{line},{found},{voter},R-SECRET-{reviewer},2022-07-10T10:00:00Z,NOTE-SECRET\n"));
        }
    }
    std::fs::write(path("lines.csv"), lines).unwrap();
    std::fs::write(path("decisions.csv"), decisions).unwrap();
    let layout = roll::Layout::preset("generic").unwrap();
    roll::import(&path("roll.csv"), &layout, &roll::ImportOptions::default(), &path("roll"), &roll::NoProgress)
        .unwrap();
    let snapshot = roll::Snapshot::open(&path("roll")).unwrap();
    let act = Act { actor: "clerk".to_owned(), at: "2022-08-05T18:00:00Z".parse().unwrap() };
    let mut case = opened(&places.place("recall")).await;
    case.receive(&path("lines.csv"), None, &ReadOptions::default(), &act).await.unwrap();
    case.count(&act).await.unwrap();
    let stop = AtomicBool::new(false);
    case.search(&snapshot, &matching::Model::built_in(), &act, &|_, _| {}, &stop).await.unwrap();
    case.decide(&path("decisions.csv"), &ReadOptions::default(), &snapshot, None, &act).await.unwrap();
    certify(&mut case, &snapshot, date(2022, 8, 5)).await;
    case.close().await;
    let (case, roll) = (places.place("recall"), path("roll"));
    Desk::of(places, &[case], &[roll]).await
}

pub(crate) async fn certify(case: &mut CaseFile, snapshot: &roll::Snapshot, on: jiff::civil::Date) {
    let pack = law::RulePack::from_files(&case.case().opened.rule_pack_files).unwrap();
    let inputs = CertifyInputs { certified_on: on, official: None };
    let given = case.prepare_certificate(snapshot, &pack, &inputs).await.unwrap();
    let act = Act { actor: "registrar".to_owned(), at: case.case().at };
    case.record_certificate(&given, &inputs, &act).await.unwrap();
}

/// Nine lines: two count, the others do not, each for another reason.
pub(crate) fn nine() -> Vec<Signer> {
    let reasons = [
        None,
        Some("signature_mismatch"),
        Some("different_address"),
        Some("not_registered"),
        Some("canceled"),
        None,
        Some("illegible"),
        Some("out_of_jurisdiction"),
        Some("no_address"),
    ];
    let signer = |(at, reason): (u32, Option<&'static str>)| Signer {
        name: "ANNA".to_owned(),
        mark: 4100 + at * 7,
        moved: at.is_multiple_of(2),
        signatures: at as usize % 4,
        reason,
    };
    (0..).zip(reasons).map(signer).collect()
}
