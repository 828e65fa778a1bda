//! What must not matter: the order of lines and of rows, capitals, marks and spaces, and voters who have nothing to do
//! with a line.

use std::sync::atomic::AtomicBool;

use matching::{LineText, MatchContext, Model, Proposal, mark_duplicates, match_lines};
use proptest::{prelude::*, sample::select};
use roll::{
    ImportOptions, Layout, NoProgress, Snapshot, import,
    normal::{StreetAddress, VoterAddress, compare_address},
};

/// A voter or a line: given name, middle name, surname, house number, street, postal code.
type Person = [&'static str; 6];

const FIRST: &[&str] = &["MARIA", "MARIO", "BOB", "ROBERT", "JOSE", "ANN", "M", "QUYNH"];
const MIDDLE: &[&str] = &["", "A", "LUIS", "ANN"];
const LAST: &[&str] = &["GARCIA", "GARZA", "GARCIA-LOPEZ", "LOPEZ", "SMITH", "SMYTHE", "DE LA CRUZ", "LEE"];
const NUMBER: &[&str] = &["12", "121", "112", "4500", "4501"];
const STREET: &[&str] =
    &["ELM ST", "ELM AVE", "ELMO AVE", "DEL MAR BLVD", "N DEL MAR BLVD", "S DEL MAR BLVD", "42ND ST"];
const FRACTION: &[&str] = &["", "", " 1/2", "A"];
const UNIT: &[&str] = &["", "", "APT 3", "APT 4", "PO BOX 7"];
const CITY: &[&str] = &["Pasadena", "Pasadna", "Altadena", "Glendale", ""];
const ZIP: &[&str] = &["91101", "91102", "90001", ""];

fn person() -> impl Strategy<Value = Person> {
    (select(FIRST), select(MIDDLE), select(LAST), select(NUMBER), select(STREET), select(ZIP))
        .prop_map(|(first, middle, last, number, street, zip)| [first, middle, last, number, street, zip])
}

/// A roll of these voters; each has the number of its place in the list, whatever the order of `rows`.
fn roll_of(voters: &[Person], rows: &[usize]) -> Snapshot {
    let folder = tempfile::tempdir().expect("a folder");
    let (csv, out) = (folder.path().join("roll.csv"), folder.path().join("roll"));
    let mut text = "voter_id,first,middle,last,house_number,street,zip,city,status\n".to_owned();
    for at in rows {
        let [first, middle, last, number, street, zip] = voters[*at];
        text.push_str(&format!("v{at:03},{first},{middle},{last},{number},{street},{zip},PASADENA,A\n"));
    }
    std::fs::write(&csv, text).expect("the voter file");
    let layout = Layout::preset("generic").expect("a preset");
    import(&csv, &layout, &ImportOptions::default(), &out, &NoProgress).expect("imports");
    Snapshot::open(&out).expect("opens")
}

/// A line as it is written: name, address, postal code.
fn written([first, middle, last, number, street, zip]: Person) -> [String; 3] {
    let name = [first, middle, last].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
    [name, format!("{number} {street}"), zip.to_owned()]
}

/// For each line the candidates, as voter number, weight and probability, and the proposal.
type Answer = (Vec<(String, i32, u32)>, Proposal);

fn answers(snapshot: &Snapshot, lines: &[[String; 3]]) -> Vec<Answer> {
    let texts: Vec<LineText<'_>> = lines
        .iter()
        .map(|[printed_name, address, zip]| LineText { printed_name, address, city: "Pasadena", zip })
        .collect();
    let (context, stop) = (MatchContext::default(), AtomicBool::new(false));
    let found = match_lines(snapshot, &texts, &Model::built_in(), &context, &|_| {}, &stop).expect("matches");
    let id = |row: u32| snapshot.voter_id(row).to_owned();
    found
        .into_iter()
        .map(|found| {
            let candidates = found.candidates.iter();
            let candidates = candidates.map(|one| (id(one.row), one.weight_centibits, one.probability_ppm)).collect();
            (candidates, found.proposal)
        })
        .collect()
}

fn in_order(count: usize) -> Vec<usize> {
    (0..count).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn the_order_of_lines_and_of_rows_changes_nothing(
        voters in prop::collection::vec(person(), 1..40),
        signers in prop::collection::vec(person(), 1..20),
        turn in any::<prop::sample::Index>(),
    ) {
        let lines: Vec<[String; 3]> = signers.into_iter().map(written).collect();
        let one = answers(&roll_of(&voters, &in_order(voters.len())), &lines);
        let mut rows = in_order(voters.len());
        rows.rotate_left(turn.index(voters.len()));
        rows.reverse();
        let mut turned = lines.clone();
        turned.reverse();
        let mut other = answers(&roll_of(&voters, &rows), &turned);
        other.reverse();
        prop_assert_eq!(one, other);
    }

    #[test]
    fn capitals_marks_and_spaces_change_nothing(
        voters in prop::collection::vec(person(), 1..40),
        signers in prop::collection::vec(person(), 1..20),
    ) {
        let roll = roll_of(&voters, &in_order(voters.len()));
        let lines: Vec<[String; 3]> = signers.into_iter().map(written).collect();
        let disguised: Vec<[String; 3]> = lines
            .iter()
            .map(|[name, address, zip]| {
                let spaced = |text: &str| format!("  {}.  ", text.to_lowercase().replace(' ', "   "));
                [spaced(name), spaced(address), format!(" {zip} ")]
            })
            .collect();
        prop_assert_eq!(answers(&roll, &lines), answers(&roll, &disguised));
    }

    /// Where numbers of the index say how the residence compares, the texts are not read; they must say the same.
    #[test]
    fn the_address_agrees_as_its_texts_do(
        voters in prop::collection::vec((person(), select(FRACTION), select(UNIT), select(NUMBER)), 1..40),
        signers in prop::collection::vec((person(), select(FRACTION), select(UNIT), select(CITY)), 1..20),
    ) {
        let folder = tempfile::tempdir().expect("a folder");
        let (csv, out) = (folder.path().join("roll.csv"), folder.path().join("roll"));
        let mut text = "voter_id,first,last,house_number,street,unit,zip,city,status,previous_house_number,previous_street\n".to_owned();
        for (at, ([first, _, last, number, street, zip], fraction, unit, before)) in voters.iter().enumerate() {
            let previous = if at % 3 == 0 { format!("{before},{street}") } else { ",".to_owned() };
            text.push_str(&format!("v{at:03},{first},{last},{number}{fraction},{street},{unit},{zip},PASADENA,A,{previous}\n"));
        }
        std::fs::write(&csv, text).expect("the voter file");
        let layout = Layout::preset("generic").expect("a preset");
        import(&csv, &layout, &ImportOptions::default(), &out, &NoProgress).expect("imports");
        let roll = Snapshot::open(&out).expect("opens");
        let lines: Vec<([String; 2], &str, &str)> = signers
            .into_iter()
            .map(|([first, _, last, number, street, zip], fraction, unit, city)| {
                ([format!("{first} {last}"), format!("{number}{fraction} {street} {unit}")], city, zip)
            })
            .collect();
        let texts: Vec<LineText<'_>> = lines
            .iter()
            .map(|([printed_name, address], city, zip)| LineText { printed_name, address, city, zip })
            .collect();
        let (context, stop) = (MatchContext::default(), AtomicBool::new(false));
        let found = match_lines(&roll, &texts, &Model::built_in(), &context, &|_| {}, &stop).expect("matches");
        for (text, found) in texts.iter().zip(found) {
            let line = StreetAddress::parse_line(text.address, text.city, text.zip);
            for candidate in found.candidates {
                let whole = compare_address(&line, &VoterAddress::of(&roll.voter(candidate.row)));
                prop_assert_eq!(candidate.address, whole, "{:?}", text);
            }
        }
    }

    /// One more voter without anything of the line: whoever was ahead of another stays ahead. How rare a name or an address
    /// is depends on the size of the roll; on one so small one voter more is a twentieth of a bit for each of them, so a
    /// lead of less may turn.
    #[test]
    fn an_unrelated_voter_does_not_change_the_order(
        voters in prop::collection::vec(person(), 30..60),
        signer in person(),
    ) {
        let lines = [written(signer)];
        let before = answers(&roll_of(&voters, &in_order(voters.len())), &lines);
        let mut more = voters.clone();
        more.push(["ZEBULON", "", "QUARTERMAIN", "77777", "NOWHERE XING", "10001"]);
        let after = answers(&roll_of(&more, &in_order(more.len())), &lines);
        let order = |answers: &[Answer]| answers[0].0.iter().map(|one| (one.0.clone(), one.1)).collect::<Vec<_>>();
        let (before, after) = (order(&before), order(&after));
        for (at, (ahead, weight)) in before.iter().enumerate() {
            for (behind, _) in before[at + 1..].iter().filter(|(_, other)| other + 20 < *weight) {
                let place = |voter: &String| after.iter().position(|(one, _)| one == voter);
                prop_assert!(place(ahead) < place(behind) || place(behind).is_none(), "{before:?} {after:?}");
            }
        }
    }
}

#[test]
fn lines_of_one_voter_are_marked_as_duplicates() {
    let voters: Vec<Person> = (0..40)
        .map(|at| [FIRST[at % 8], "", LAST[at / 8], NUMBER[at % 5], STREET[(at / 5) % 5], "91101"])
        .chain([["ZELDA", "", "FAIRWEATHER", "9", "ORANGE GROVE AVE", "91105"]])
        .collect();
    let roll = roll_of(&voters, &in_order(voters.len()));
    let line = |printed_name| LineText { printed_name, address: "9 Orange Grove", city: "Pasadena", zip: "91105" };
    let lines = [line("Zelda Fairweather"), line("FAIRWEATHER, ZELDA"), line("Hugo Nobody")];
    let (context, stop) = (MatchContext::default(), AtomicBool::new(false));
    let mut found = match_lines(&roll, &lines, &Model::built_in(), &context, &|_| {}, &stop).expect("matches");
    let proposals = |found: &[matching::LineMatch]| found.iter().map(|one| one.proposal).collect::<Vec<_>>();
    assert_eq!(proposals(&found)[..2], [Proposal::LikelyValid; 2]);
    assert_eq!(mark_duplicates(&mut found), 1);
    assert_eq!(proposals(&found)[..2], [Proposal::DuplicateGroup; 2]);
    assert_ne!(proposals(&found)[2], Proposal::DuplicateGroup);
    assert_eq!(mark_duplicates(&mut found[1..]), 0);
}

/// Who is registered in another district than the petition's is proposed as out of jurisdiction, and nobody else.
#[test]
fn a_voter_of_another_district_is_out_of_jurisdiction() {
    let folder = tempfile::tempdir().expect("a folder");
    let (csv, out) = (folder.path().join("roll.csv"), folder.path().join("roll"));
    let mut text = "voter_id,first,last,house_number,street,zip,city,status,supervisor_district\n\
        z1,ZELDA,FAIRWEATHER,9,ORANGE GROVE AVE,91105,PASADENA,A,5\n"
        .to_owned();
    for at in 0..40 {
        text.push_str(&format!("v{at},{},{},{at},ELM ST,91101,PASADENA,A,4\n", FIRST[at % 8], LAST[at / 8]));
    }
    std::fs::write(&csv, text).expect("the voter file");
    let layout = Layout::preset("generic").expect("a preset");
    import(&csv, &layout, &ImportOptions::default(), &out, &NoProgress).expect("imports");
    let roll = Snapshot::open(&out).expect("opens");
    let zelda =
        LineText { printed_name: "Zelda Fairweather", address: "9 Orange Grove Ave", city: "Pasadena", zip: "91105" };
    for (district, expected) in [
        (None, Proposal::LikelyValid),
        (Some(("supervisor", "5")), Proposal::LikelyValid),
        (Some(("supervisor", "4")), Proposal::OutOfJurisdiction),
    ] {
        let (context, stop) = (MatchContext { district, ..MatchContext::default() }, AtomicBool::new(false));
        let found = match_lines(&roll, &[zelda], &Model::built_in(), &context, &|_| {}, &stop).expect("matches");
        assert_eq!(found[0].proposal, expected, "{district:?}");
    }
}
