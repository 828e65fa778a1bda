//! Signatures that were held against those on file: what there is to compare, once; and the order of contact sheets that follows, of which no line is decided.

use casework::{
    Act, Comparable, ComparedSignature, Image, Likest, Shows, Stage, WorkPolicy, Workroom, files::ReadOptions,
};
use domain::{LineRef, SectionNo, VoterId};
use jiff::SignedDuration;

use crate::{
    desk::{Desk, act, small},
    sample::SEED,
    shift::{Shift, at, compared, lines, person, worker},
    shift_shadow::SHEETS_FROM,
};

const WAY: &str = "a way";

fn image(shows: Shows, digit: char) -> Image {
    Image { shows, digest: digest(digit), form: "png".to_owned(), bytes: 1234, width: 300, height: 80 }
}

fn digest(digit: char) -> String {
    digit.to_string().repeat(64)
}

fn voter(number: &str) -> VoterId {
    VoterId::new(number).unwrap()
}

fn signature(line: &str, digit: char) -> Image {
    image(Shows::Signature(at(line)), digit)
}

fn reference(number: &str, nth: u32, digit: char) -> Image {
    image(Shows::Reference(voter(number), nth), digit)
}

fn of(line: &str, number: &str, of_line: char, on_file: &[(u32, char)]) -> Comparable {
    let references = on_file.iter().map(|(nth, digit)| (*nth, digest(*digit))).collect();
    Comparable { line: at(line), voter: voter(number), signature: digest(of_line), references }
}

#[tokio::test]
async fn what_is_to_compare() {
    let desk = Desk::new();
    let mut case = desk.searched().await;
    let both = [1, 2].map(|no| SectionNo::new(no).unwrap());
    assert_eq!(case.to_compare(&both, WAY).await.unwrap(), [], "no images");
    let images = [
        signature("1:1", 'a'),
        signature("1:2", 'b'),
        // Of this line nobody is proposed, and the likeliest voter of the next has nothing on file.
        signature("1:4", 'c'),
        signature("2:1", 'd'),
        reference("1", 2, 'f'),
        reference("1", 1, 'e'),
        reference("2", 1, 'a'),
        reference("99", 1, 'b'),
    ];
    case.add_images(&images, &act()).await.unwrap();
    let first = of("1:1", "1", 'a', &[(1, 'e'), (2, 'f')]);
    let second = of("1:2", "2", 'b', &[(1, 'a')]);
    assert_eq!(case.to_compare(&both, WAY).await.unwrap(), [first.clone(), second.clone()]);
    assert_eq!(case.to_compare(&both[1..], WAY).await.unwrap(), []);

    let likest = Some(Likest { reference: 2, permille: 871 });
    let done = [ComparedSignature { of: first, likest }, ComparedSignature { of: second.clone(), likest: None }];
    case.keep_compared(&done, WAY, act().at).await.unwrap();
    assert_eq!(case.to_compare(&both, WAY).await.unwrap(), [], "also what could not be compared is done");
    assert_eq!(case.to_compare(&both, "another way").await.unwrap().len(), 2);

    // Scanned again, or with one more on file, it is something else.
    case.add_images(&[signature("1:1", '0')], &act()).await.unwrap();
    let again = of("1:1", "1", '0', &[(1, 'e'), (2, 'f')]);
    assert_eq!(case.to_compare(&both, WAY).await.unwrap(), [again]);
    case.add_images(&[signature("1:1", 'a'), reference("2", 2, 'f')], &act()).await.unwrap();
    let more = of("1:2", "2", 'b', &[(1, 'a'), (2, 'f')]);
    assert_eq!(case.to_compare(&both, WAY).await.unwrap(), [more], "the first one put back is as it was compared");

    // A line that is decided may be handed out again as one whose answer is known, and must not be told from others.
    desk.decide(&mut case, "1,2,invalid,no_signature,,R9,2022-07-10T10:00:00Z,\n").await.unwrap();
    assert_eq!(case.to_compare(&both, WAY).await.unwrap().len(), 1);
    // Of a void section nothing is looked at.
    let rows =
        desk.file("void.csv", "section,reason,reviewer,decided_at,note\n1,section_fatal,R1,2022-07-10T10:00:00Z,\n");
    case.void_sections(&rows, &ReadOptions::default(), &act()).await.unwrap();
    assert_eq!(case.to_compare(&both, WAY).await.unwrap(), []);
    assert_eq!(desk.text("SELECT CAST(COUNT(*) AS TEXT) FROM similarity WHERE permille IS NULL").await, "1");
    assert!(case.rebuild().await.unwrap().mended.is_empty());
}

/// Before a sample is drawn every line may be looked at; of a drawn one its lines are, and those that are decided.
#[tokio::test]
async fn the_lines_of_a_sample() {
    let desk = Desk::under(small());
    let mut case = desk.searched().await;
    let both = [1, 2].map(|no| SectionNo::new(no).unwrap());
    let lines = ["1:1", "1:2", "1:3", "1:5", "2:1", "2:3"];
    let voters = case.candidate_voters().await.unwrap();
    let on_file = voters.iter().map(|voter| image(Shows::Reference(voter.clone(), 1), 'e'));
    let images: Vec<_> = lines.iter().map(|line| signature(line, 'a')).chain(on_file).collect();
    case.add_images(&images, &act()).await.unwrap();
    let compared = async |case: &casework::CaseFile| -> Vec<LineRef> {
        case.to_compare(&both, WAY).await.unwrap().into_iter().map(|of| of.line).collect()
    };
    assert_eq!(compared(&case).await, lines.map(at));
    case.seal_manifest(&desk.pack, None, &act()).await.unwrap();
    assert_eq!(compared(&case).await, lines.map(at), "nobody knows yet which will be drawn");
    case.draw_sample(SEED, None, &desk.pack, "rolled in the lobby", &act()).await.unwrap();
    let drawn = case.case().sample.as_ref().unwrap().lines().to_vec();
    let expected: Vec<_> = lines.map(at).into_iter().filter(|line| drawn.contains(line)).collect();
    assert!((1..lines.len()).contains(&expected.len()), "{expected:?}");
    assert_eq!(compared(&case).await, expected);
    let other = lines.map(at).into_iter().find(|line| !drawn.contains(line)).unwrap();
    let row = format!("{},{},invalid,no_signature,,R9,2022-07-10T10:00:00Z,\n", other.section, other.line);
    desk.decide(&mut case, &row).await.unwrap();
    assert!(compared(&case).await.contains(&other));
}

/// An office at work with contact sheets of likely lines.
async fn with_sheets() -> Shift {
    let mut shift = Shift::begin().await;
    let policy = WorkPolicy { contact_sheet_from: Some(SHEETS_FROM), least_look: 0, ..WorkPolicy::default() };
    shift.room.lay_down(policy, "for a reason", &act()).await.unwrap();
    shift
}

/// The likeliest voter of a line.
async fn best(room: &Workroom, line: LineRef) -> VoterId {
    room.file().search_of(line.section, line.line).await.unwrap().unwrap().candidates.swap_remove(0).voter
}

/// What is on a sheet now; the lines go back to their queue.
async fn sheet(shift: &mut Shift, id: &str) -> Vec<LineRef> {
    let batch = shift.claim(id, "R1", Stage::ContactSheet, 8).await.unwrap();
    shift.room.close(id, &person("R1"), &shift.desk.snapshot, shift.now).await.unwrap();
    lines(&batch)
}

#[tokio::test]
async fn what_looks_most_alike_comes_first() {
    let mut shift = with_sheets().await;
    let likeliest = sheet(&mut shift, "b1").await;
    assert!(likeliest.len() >= 4, "{likeliest:?}");
    let count = likeliest.len();
    // The likeliest is the least alike, the next could not be compared, the last two look equally alike.
    let permilles = |nth: usize| match nth {
        0 => Some(0),
        1 => None,
        _ if nth + 2 >= count => Some(1000),
        _ => Some(500),
    };
    let mut all = Vec::new();
    for (nth, &line) in likeliest.iter().enumerate() {
        all.push(compared(line, &best(&shift.room, line).await, permilles(nth)));
    }
    shift.room.file().keep_compared(&all, WAY, shift.now).await.unwrap();
    let mut expected = likeliest[count - 2..].to_vec();
    expected.extend(&likeliest[2..count - 2]);
    expected.extend([likeliest[0], likeliest[1]]);

    assert_eq!(sheet(&mut shift, "b2").await, likeliest, "read a moment ago");
    shift.now += SignedDuration::from_secs(6);
    assert_eq!(sheet(&mut shift, "b3").await, expected);
    // A case opened anew stands where that does which stayed open.
    let again = casework::CaseFile::open(&shift.desk.place()).await.unwrap();
    shift.room = Workroom::open(again).await.unwrap();
    assert_eq!(sheet(&mut shift, "b4").await, expected);

    // What was compared with somebody else's signatures says nothing here, and the last comparison counts.
    let first = expected[0];
    let all = [
        compared(first, &voter("99"), Some(1000)),
        compared(expected[1], &best(&shift.room, expected[1]).await, Some(999)),
    ];
    shift.room.file().keep_compared(&all, WAY, shift.now).await.unwrap();
    shift.now += SignedDuration::from_secs(6);
    let now = sheet(&mut shift, "b5").await;
    assert_eq!(
        (now[0], now.iter().position(|line| *line == first).unwrap() >= count - 2),
        (expected[1], true),
        "{now:?}"
    );

    // Compared in another way, what was compared before counts no more: not while the case stays open, and not when it is opened anew.
    let least = likeliest[count - 1];
    let anew = [compared(least, &best(&shift.room, least).await, Some(10))];
    shift.room.file().keep_compared(&anew, "another way", shift.now).await.unwrap();
    shift.now += SignedDuration::from_secs(6);
    let mut only = vec![least];
    only.extend(&likeliest[..count - 1]);
    assert_eq!(sheet(&mut shift, "b6").await, only);
    let again = casework::CaseFile::open(&shift.desk.place()).await.unwrap();
    shift.room = Workroom::open(again).await.unwrap();
    assert_eq!(sheet(&mut shift, "b7").await, only);

    // Single review comes in the order of the match, and no line was decided by any of it.
    let policy = WorkPolicy { contact_sheet_from: None, least_look: 0, ..WorkPolicy::default() };
    let by = Act { actor: "super".to_owned(), at: shift.now };
    shift.room.lay_down(policy, "singly", &by).await.unwrap();
    let batch = shift.claim("b8", "R1", Stage::Review, 8).await.unwrap();
    assert_eq!(lines(&batch)[..count], likeliest);
    assert_eq!(shift.desk.text("SELECT CAST(COUNT(*) AS TEXT) FROM event WHERE kind = 'line_judged'").await, "0");
}

/// Whoever has a line in hand is told which reference signature looks most alike: of the voter who is proposed first, and of nobody else.
#[tokio::test]
async fn the_likest_reference() {
    let mut shift = with_sheets().await;
    let batch = shift.claim("b1", "R1", Stage::ContactSheet, 3).await.unwrap();
    let [one, two, three] = lines(&batch)[..] else { panic!("three lines") };
    let likest = |line, voter: &VoterId| {
        let ComparedSignature { of, .. } = compared(line, voter, None);
        ComparedSignature { of, likest: Some(Likest { reference: 2, permille: 700 }) }
    };
    let all = [likest(one, &best(&shift.room, one).await), likest(two, &voter("99"))];
    shift.room.file().keep_compared(&all, WAY, shift.now).await.unwrap();
    shift.now += SignedDuration::from_secs(6);
    shift.claim("b2", "R2", Stage::Review, 1).await.unwrap();
    for (line, reference) in [(one, Some(2)), (two, None), (three, None)] {
        let sheet = shift.room.sheet("b1", &worker("R1"), line, shift.now).await.unwrap();
        assert_eq!(sheet.likest, reference, "{line}");
    }
    // Once it could not be compared any more, nothing is said.
    let none = [compared(one, &best(&shift.room, one).await, None)];
    shift.room.file().keep_compared(&none, WAY, shift.now).await.unwrap();
    shift.now += SignedDuration::from_secs(6);
    shift.claim("b3", "R2", Stage::Review, 1).await.unwrap();
    assert_eq!(shift.room.sheet("b1", &worker("R1"), one, shift.now).await.unwrap().likest, None);
}
