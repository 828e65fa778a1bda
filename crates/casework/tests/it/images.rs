//! Images of pages, lines and signatures: what belongs to what, who may be shown which, and that nothing that was taken in is forgotten.

use casework::{CaseFile, CaseworkError, Image, ImagesReport, Own, Shows, Stage, WorkError, Worker, Workroom};
use domain::{LineRef, ReviewerId, VoterId};

use crate::desk::{Desk, act};

fn image(shows: Shows, digit: char) -> Image {
    let digest = digit.to_string().repeat(64);
    Image { shows, digest, form: "png".to_owned(), bytes: 1234, width: 300, height: 80 }
}

fn page(section: u32, page: u32) -> Shows {
    Shows::Page(domain::SectionNo::new(section).unwrap(), domain::PageNo::new(page).unwrap())
}

fn at(line: &str) -> LineRef {
    line.parse().unwrap()
}

fn report(new: u64, replaced: u64, known: u64) -> ImagesReport {
    ImagesReport { new, replaced, known }
}

#[tokio::test]
async fn what_an_image_shows() {
    let desk = Desk::new();
    let case = desk.received().await;
    let reference = |place| Shows::Reference(VoterId::new("7").unwrap(), place);
    let all = [
        image(page(1, 1), 'a'),
        image(Shows::Strip(at("1:1")), 'b'),
        image(Shows::Signature(at("1:1")), 'c'),
        image(reference(1), 'd'),
        image(reference(2), 'e'),
        // A page of a section that is not keyed yet.
        image(page(9, 3), 'a'),
    ];
    assert_eq!(case.add_images(&all, &act()).await.unwrap(), report(6, 0, 0));
    assert_eq!(case.add_images(&all, &act()).await.unwrap(), report(0, 0, 6), "asked again, nothing changes");
    for image in &all {
        assert_eq!(case.image(&image.shows).await.unwrap().as_ref(), Some(image));
    }
    for none in [page(1, 2), Shows::Strip(at("1:2")), Shows::Signature(at("2:1")), reference(3)] {
        assert_eq!(case.image(&none).await.unwrap(), None);
    }
    assert_eq!(case.references(&VoterId::new("7").unwrap()).await.unwrap(), 2);
    assert_eq!(case.references(&VoterId::new("8").unwrap()).await.unwrap(), 0);
    let digests: Vec<_> = case.blob_digests().await.unwrap().into_iter().collect();
    assert_eq!(digests, ['a', 'b', 'c', 'd', 'e'].map(|digit| digit.to_string().repeat(64)));
    let files = case.signature_files().await.unwrap();
    assert_eq!((files.len(), &files[7]), (8, &(at("2:3"), "h.png".to_owned())));
}

/// A page that is scanned again takes the place of the first; both stay on record, and the first can be put back.
#[tokio::test]
async fn a_page_scanned_again() {
    let desk = Desk::new();
    let case = desk.received().await;
    let (first, second) = (image(page(1, 1), 'a'), image(page(1, 1), 'b'));
    for (image, done) in
        [(&first, report(1, 0, 0)), (&second, report(0, 1, 0)), (&second, report(0, 0, 1)), (&first, report(0, 1, 0))]
    {
        assert_eq!(case.add_images(std::slice::from_ref(image), &act()).await.unwrap(), done);
        assert_eq!(case.image(&image.shows).await.unwrap().as_ref(), Some(image));
    }
    let both = [second.clone(), first.clone()];
    assert_eq!(case.add_images(&both, &act()).await.unwrap(), report(0, 2, 0), "each after the one before it");
    assert_eq!(case.blob_digests().await.unwrap().len(), 2);
    let kept = desk.text("SELECT CAST(COUNT(*) AS TEXT) || added_by FROM blob GROUP BY added_by").await;
    assert_eq!(kept, "5clerk");
    for sql in ["DELETE FROM blob", "UPDATE blob SET digest = 'x'"] {
        let refused = desk.run(sql).await.unwrap_err();
        assert!(refused.contains("what an image shows is never"), "{refused}");
    }
}

#[tokio::test]
async fn all_or_none() {
    let desk = Desk::new();
    let case = desk.received().await;
    let images = [image(page(1, 1), 'a'), image(Shows::Signature(at("1:99")), 'b')];
    let refused = case.add_images(&images, &act()).await;
    assert!(matches!(refused, Err(CaseworkError::Case(_))), "{refused:?}");
    assert!(case.blob_digests().await.unwrap().is_empty());
}

/// Two programs take images in at the same time: each is on record once, in an order.
#[tokio::test]
async fn images_of_two_programs() {
    let desk = Desk::new();
    let case = desk.received().await;
    let writers: Vec<_> = (0..3_u32)
        .map(|writer| {
            let place = desk.place();
            std::thread::spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
                runtime.block_on(async {
                    let case = CaseFile::open(&place).await.unwrap();
                    for number in 1..=20 {
                        case.add_images(&[image(page(writer + 1, number), 'a')], &act()).await.unwrap();
                    }
                });
            })
        })
        .collect();
    for writer in writers {
        writer.join().unwrap();
    }
    let kept = desk.text("SELECT CAST(COUNT(*) AS TEXT) || '/' || CAST(MAX(seq) AS TEXT) FROM blob").await;
    assert_eq!(kept, "60/60");
    assert_eq!(case.blob_digests().await.unwrap().len(), 1);
}

/// The images of a line, and how many reference signatures its candidates have, are for whoever has the line in hand.
#[tokio::test]
async fn images_of_a_line_in_hand() {
    let desk = Desk::new();
    let case = desk.searched().await;
    let voters = case.candidate_voters().await.unwrap();
    assert!(voters.contains(&VoterId::new("1").unwrap()) && !voters.contains(&VoterId::new("8").unwrap()));
    let signature = Shows::Signature(at("1:1"));
    let images = [image(signature.clone(), 'a'), image(Shows::Reference(VoterId::new("1").unwrap(), 1), 'b')];
    case.add_images(&images, &act()).await.unwrap();
    let mut room = Workroom::open(case).await.unwrap();
    let worker = |name: &str| Worker::from(ReviewerId::new(name).unwrap());
    let (one, other, now) = (worker("R1"), worker("R2"), act().at);
    let asked = room.image_in_hand("b1", &one, &signature, now).await;
    assert!(matches!(asked, Err(WorkError::NotInHand)));
    room.claim("b1", &one, Stage::Review, 50, &desk.snapshot, now).await.unwrap();
    assert_eq!(room.image_in_hand("b1", &one, &signature, now).await.unwrap(), Some(images[0].clone()));
    assert_eq!(room.image_in_hand("b1", &one, &Shows::Strip(at("1:1")), now).await.unwrap(), None);
    assert_eq!(room.image_in_hand("b1", &one, &page(1, 1), now).await.unwrap(), None, "a page shows other lines");
    let references = room.references_in_hand("b1", &one, at("1:1"), now).await.unwrap();
    assert_eq!(references[0], (VoterId::new("1").unwrap(), 1));
    // The office learns meanwhile that R1 may have signed this section.
    let own = Own { voter: VoterId::new("1"), ..Own::default() };
    let signer = Worker { own, ..one.clone() };
    assert!(matches!(room.image_in_hand("b1", &signer, &signature, now).await, Err(WorkError::Refused(_))));
    assert!(matches!(room.references_in_hand("b1", &signer, at("1:1"), now).await, Err(WorkError::Refused(_))));
    assert!(matches!(room.image_in_hand("b1", &other, &signature, now).await, Err(WorkError::NotInHand)));
    assert!(matches!(room.references_in_hand("b1", &other, at("1:1"), now).await, Err(WorkError::NotInHand)));
    let late = now + casework::LEASE + jiff::SignedDuration::from_secs(1);
    assert!(matches!(room.image_in_hand("b1", &one, &signature, late).await, Err(WorkError::NotInHand)));
}
