//! Images for every line of a large case, so that simulated reviewers fetch them as people's workstations do. A few dozen stand for all: what is measured is
//! how they are asked for and handed out, and the server looks none of them over.

use std::path::Path;

use anyhow::{Context as _, Result};
use blobs::Blobs;
use casework::{Act, CaseFile, Image, Place, Shows};
use domain::VoterId;

/// Different images of each kind.
const DIFFERENT: u64 = 64;

/// Sizes of a strip and of a signature as a scanner makes them, in bytes.
const STRIP: usize = 30_000;
const SIGNATURE: usize = 8_000;

/// Images of one size in the store, each with the beginning of a PNG.
fn kept(store: &Blobs, length: usize) -> Result<Vec<String>> {
    let one = |number: u64| -> Result<String> {
        let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x04\xb0\0\0\x00\x50\x08\0\0\0\0\0\0\0\0".to_vec();
        // Noise, which nothing on the way makes smaller.
        let mut state = number.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
        while bytes.len() < length {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            bytes.extend(state.to_le_bytes());
        }
        Ok(store.put(&bytes)?.to_string())
    };
    (1..=DIFFERENT).map(one).collect()
}

fn image(shows: Shows, digest: &str, length: usize) -> Image {
    Image { shows, digest: digest.to_owned(), form: "png".to_owned(), bytes: length as u64, width: 1200, height: 80 }
}

/// A strip and a signature for every line, and a reference signature for every voter whom the search proposed.
pub(crate) fn for_every_line(place: &str, folder: &Path) -> Result<()> {
    let store = Blobs::open(folder.to_str().context("the folder's name is no text")?, || None)?;
    let (strips, signatures) = (kept(&store, STRIP)?, kept(&store, SIGNATURE)?);
    let place: Place = place.parse().map_err(|error| anyhow::anyhow!("{place}: {error}"))?;
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
        let case = CaseFile::open(&place).await?;
        let voters = case.candidate_voters().await?;
        let mut images = Vec::new();
        for ((line, _), at) in case.case().lines().zip((0..strips.len()).cycle()) {
            images.push(image(Shows::Strip(line), &strips[at], STRIP));
            images.push(image(Shows::Signature(line), &signatures[at], SIGNATURE));
        }
        let of_voter = |voter: VoterId| image(Shows::Reference(voter, 1), &signatures[0], SIGNATURE);
        images.extend(voters.into_iter().map(of_voter));
        let act = Act { actor: "scanner".to_owned(), at: case.case().at };
        for some in images.chunks(50_000) {
            case.add_images(some, &act).await?;
        }
        case.close().await;
        Ok(())
    })
}
