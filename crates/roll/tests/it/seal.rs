//! The seal: the same on any number of threads, whole or not there at all, and no damage goes unseen or panics.

use std::sync::OnceLock;

use proptest::prelude::*;
use roll::{ImportError, ImportOptions, Layout, NoProgress, Progress, Searcher, Snapshot, SnapshotError, import};

use crate::{Desk, county};

#[test]
fn one_thread_and_many_give_the_same_bytes() {
    let desk = Desk::with(county(70_000));
    let mut all = Vec::new();
    for threads in [1, 2, 7] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
        let report = pool.install(|| desk.import("generic")).expect("imports");
        all.push((report.digest, std::fs::read(desk.out()).expect("the snapshot")));
    }
    assert!(all.iter().all(|one| *one == all[0]));
    assert_eq!(all[0].0, desk.open().digest());
    desk.open().verify().expect("whole");
}

#[test]
fn the_digest_follows_the_voters() {
    let one = Desk::with(county(50));
    let other = Desk::with(county(50).replace("LAST7,", "LOST7,"));
    let digests = [&one, &other].map(|desk| desk.import("generic").expect("imports").digest);
    assert_ne!(digests[0], digests[1]);
    assert!(digests[0].len() == 64 && digests[0].bytes().all(|byte| byte.is_ascii_hexdigit()));
}

/// The voter file stays what it is, under whatever name it is given as the place of the snapshot; so does every file that is no
/// snapshot. A snapshot makes way for another.
#[test]
fn only_a_snapshot_is_replaced() {
    let desk = Desk::with(county(50));
    let layout = Layout::preset("generic").expect("a preset");
    let voters = std::fs::read(desk.source()).expect("the voter file");
    let folder = desk.folder.path().to_owned();
    let place = |name: &str| folder.join(name);
    std::fs::hard_link(desk.source(), place("link.csv")).expect("a hard link");
    std::fs::write(place("notes.txt"), "notes").expect("another file");
    std::fs::write(place("empty.txt"), "").expect("an empty file");
    std::fs::create_dir(place("folder")).expect("a folder");
    let mut places = vec![
        (desk.source(), true),
        (place("folder/../voters.txt"), true),
        (place("link.csv"), false),
        (place("notes.txt"), false),
        (place("empty.txt"), false),
        (place("folder"), false),
    ];
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(desk.source(), place("symlink.csv")).expect("a symlink");
        places.push((place("symlink.csv"), true));
    }
    let before = desk.left_behind().len();
    for (out, itself) in places {
        let refused = import(&desk.source(), &layout, &ImportOptions::default(), &out, &NoProgress);
        let as_it_should = match refused {
            Err(ImportError::OutIsSource { .. }) => itself,
            Err(ImportError::OutIsOther { .. }) => !itself,
            _ => false,
        };
        assert!(as_it_should, "{}: {refused:?}", out.display());
        assert_eq!(std::fs::read(desk.source()).expect("the voter file"), voters);
    }
    assert_eq!(std::fs::read(place("notes.txt")).expect("the other file"), b"notes");
    assert_eq!(desk.left_behind().len(), before, "nothing was added");
    let first = desk.import("generic").expect("imports").digest;
    std::fs::write(desk.source(), county(51)).expect("another voter file");
    assert_ne!(desk.import("generic").expect("a snapshot makes way").digest, first);
}

/// Stops after so many bytes; the second number is how many were read.
struct StopAt(u64, std::sync::atomic::AtomicU64);

impl Progress for StopAt {
    fn advance(&self, bytes: u64, of: u64) {
        assert!(bytes <= of);
        self.1.store(bytes, std::sync::atomic::Ordering::Relaxed);
    }

    fn cancelled(&self) -> bool {
        self.1.load(std::sync::atomic::Ordering::Relaxed) >= self.0
    }
}

#[test]
fn a_stopped_import_leaves_nothing_and_keeps_the_old_snapshot() {
    let desk = Desk::with(county(70_000));
    let layout = Layout::preset("generic").expect("a preset");
    let size = std::fs::metadata(desk.source()).expect("the voter file").len();
    for stop_at in [1, size / 2, size] {
        let stop = StopAt(stop_at, 0.into());
        let stopped = import(&desk.source(), &layout, &ImportOptions::default(), &desk.out(), &stop);
        assert!(matches!(stopped, Err(ImportError::Cancelled)), "{stopped:?}");
        assert_eq!(desk.left_behind(), [""; 0]);
    }
    desk.import("generic").expect("imports");
    let before = std::fs::read(desk.out()).expect("the snapshot");
    std::fs::write(desk.source(), "voter_id,first\n").expect("another voter file");
    desk.import("generic").expect_err("does not fit");
    assert_eq!(std::fs::read(desk.out()).expect("the snapshot"), before);
    assert_eq!(desk.left_behind(), ["voters.roll"]);
}

#[test]
fn an_open_quotation_mark_does_not_swallow_the_file() {
    let desk = Desk::with(county(70_000).replacen("FIRST0", "\"FIRST0", 1));
    let layout = Layout::preset("generic").expect("a preset");
    let watch = StopAt(u64::MAX, 0.into());
    let refused = import(&desk.source(), &layout, &ImportOptions::default(), &desk.out(), &watch);
    assert!(matches!(refused, Err(ImportError::UnclosedQuote { line: 2, .. })), "{refused:?}");
    assert!(watch.1.into_inner() < 1 << 20, "read on after the record had become too long");
}

#[test]
fn a_folder_that_is_not_there_is_named() {
    let desk = Desk::with(county(3));
    let layout = Layout::preset("generic").expect("a preset");
    let out = desk.out().with_file_name("nowhere").join("voters.roll");
    let error =
        import(&desk.source(), &layout, &ImportOptions::default(), &out, &roll::NoProgress).expect_err("no folder");
    assert!(error.to_string().contains("nowhere") && error.to_string().contains("nothing was changed"), "{error}");
}

#[test]
fn other_files_and_cut_files_are_refused_by_name() {
    let desk = Desk::with(county(300));
    desk.import("generic").expect("imports");
    let whole = std::fs::read(desk.out()).expect("the snapshot");
    let open = |bytes: &[u8]| {
        std::fs::write(desk.out(), bytes).expect("a file");
        Snapshot::open(&desk.out()).map(|_| ())
    };
    for bytes in [&b""[..], b"short", b"voter_id,first,last,status\n1,A,B,A\n"] {
        assert!(matches!(open(bytes), Err(SnapshotError::NotASnapshot { .. })));
    }
    for cut in [17, 5000, 32_768, whole.len() / 2, whole.len() - 1] {
        let error = open(&whole[..cut]).expect_err("cut").to_string();
        assert!(error.contains("voters.roll") && error.contains("damaged"), "{cut}: {error}");
    }
    assert!(matches!(open(&[&whole[..], b"x"].concat()), Err(SnapshotError::Damaged { .. })));
    let mut newer = whole.clone();
    newer[16] = 200;
    let error = open(&newer).expect_err("a newer format").to_string();
    assert!(error.contains("format 200") && error.contains("import the voter file again"), "{error}");
    let missing = Snapshot::open(&desk.out().with_file_name("none.roll")).expect_err("not there").to_string();
    assert!(missing.contains("none.roll"), "{missing}");
}

fn sealed() -> &'static [u8] {
    static SEALED: OnceLock<Vec<u8>> = OnceLock::new();
    SEALED.get_or_init(|| {
        let desk = Desk::with(county(200));
        desk.import("generic").expect("imports");
        std::fs::read(desk.out()).expect("the snapshot")
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn damage_is_found_and_never_panics(
        header in any::<bool>(),
        places in prop::collection::vec((any::<prop::sample::Index>(), 1..=255_u8), 1..4),
        tail in prop::collection::vec(any::<u8>(), 0..64),
        tail_at in any::<prop::sample::Index>(),
    ) {
        let whole = sealed();
        let mut bytes = whole.to_vec();
        let range = if header { 0..6000 } else { 32_768..bytes.len() };
        for (place, flip) in places {
            bytes[range.start + place.index(range.len())] ^= flip;
        }
        if !header {
            let at = range.start + tail_at.index(range.len() - tail.len());
            bytes[at..at + tail.len()].copy_from_slice(&tail);
        }
        prop_assume!(bytes != whole);
        let desk = Desk::with("");
        std::fs::write(desk.out(), &bytes).expect("a file");
        match Snapshot::open(&desk.out()) {
            Err(_) => prop_assert!(header, "only the header is checked on opening"),
            Ok(snapshot) => {
                let index = snapshot.index();
                for row in (0..snapshot.len()).chain([u32::MAX]) {
                    let voter = snapshot.voter(row);
                    snapshot.by_id(voter.voter_id);
                    snapshot.history(row).for_each(drop);
                    snapshot.district(row, "jurisdiction");
                    let form = index.form(row);
                    for name in [form.given, form.surname, form.middle] {
                        let word = index.names.word(name);
                        index.names.near(word, &mut Vec::new());
                        index.names.beginning(word);
                        index.name_facts(name);
                        index.by_surname_given.rows(name, form.given).iter().for_each(drop);
                        index.by_given_street.rows(name, form.place.street).iter().for_each(drop);
                    }
                    index.previous(&form);
                    index.streets.number(index.streets.word(form.place.street));
                    index.by_street_number.rows(form.place.street, form.place.number).iter().for_each(drop);
                }
                let searcher = Searcher::new(&snapshot);
                for query in ["first1 1950", "l 1", "street 9", "v0 town1", "f"] {
                    searcher.find(query, 5);
                }
                prop_assert!(snapshot.verify().is_err() || only_padding_differs(whole, &bytes));
            }
        }
    }
}

/// Zeros between sections, and after the header texts, belong to no seal.
fn only_padding_differs(whole: &[u8], bytes: &[u8]) -> bool {
    whole.iter().zip(bytes).all(|(was, is)| was == is || *was == 0)
}
