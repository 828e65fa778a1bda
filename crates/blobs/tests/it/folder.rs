//! A folder of images: what is kept, what was damaged, and what is left behind.

use std::path::{Path, PathBuf};

use blobs::{BlobError, Blobs, Digest};
use tempfile::TempDir;

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() { all.extend(files(&path)) } else { all.push(path) }
    }
    all
}

fn store(folder: &Path) -> Blobs {
    Blobs::open(folder.to_str().unwrap(), || None).unwrap()
}

#[test]
fn an_image_is_found_by_its_digest() {
    let folder = TempDir::new().unwrap();
    let root = folder.path().join("images");
    let blobs = store(&root);
    // The digest of the empty text and of "abc", from the standard.
    assert_eq!(Digest::of(b"abc").to_string(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    let digest = blobs.put(b"abc").unwrap();
    assert_eq!(digest, Digest::of(b"abc"));
    assert_eq!(blobs.put(b"abc").unwrap(), digest, "kept once");
    let path = root.join("ba/78").join(digest.to_string());
    assert_eq!(files(&root), std::slice::from_ref(&path), "and no draft is left");
    assert_eq!(blobs.get(digest).unwrap(), b"abc");
    let other = Digest::of(b"other");
    assert!(matches!(blobs.get(other), Err(BlobError::Missing { .. })));
    blobs.remove(other).unwrap();
    blobs.remove(digest).unwrap();
    assert!(matches!(blobs.get(digest), Err(BlobError::Missing { .. })));
    assert!(!path.exists());
}

#[test]
fn what_was_damaged_is_told_and_mended_by_taking_it_in_again() {
    let folder = TempDir::new().unwrap();
    let blobs = store(folder.path());
    let digest = blobs.put(b"a signature").unwrap();
    let path = files(folder.path()).remove(0);
    for damage in [&b"a signaturf"[..], b"", b"a signature and more"] {
        std::fs::write(&path, damage).unwrap();
        assert!(matches!(blobs.get(digest), Err(BlobError::Damaged { .. })));
        assert_eq!(blobs.put(b"a signature").unwrap(), digest);
        assert_eq!(blobs.get(digest).unwrap(), b"a signature");
    }
}

#[cfg(unix)]
#[test]
fn only_its_owner_looks_into_it() {
    use std::os::unix::fs::PermissionsExt;
    let folder = TempDir::new().unwrap();
    let root = folder.path().join("images");
    store(&root).put(b"abc").unwrap();
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&root), mode(&root.join("ba")), mode(&files(&root)[0])), (0o700, 0o700, 0o600));
}

/// Where nothing can be written, nothing half written is left.
#[test]
fn a_folder_that_is_a_file() {
    let folder = TempDir::new().unwrap();
    let root = folder.path().join("images");
    std::fs::write(&root, "not a folder").unwrap();
    assert!(matches!(store(&root).put(b"abc"), Err(BlobError::File { .. })));
    assert_eq!(files(folder.path()), [root]);
}

/// Eight threads keep the same images at the same time.
#[test]
fn many_at_once() {
    let folder = TempDir::new().unwrap();
    let blobs = store(folder.path());
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| (0..20_u8).for_each(|number| assert!(blobs.put(&[number; 1000]).is_ok())));
        }
    });
    assert_eq!(files(folder.path()).len(), 20);
    for number in 0..20 {
        assert_eq!(blobs.get(Digest::of(&[number; 1000])).unwrap(), [number; 1000]);
    }
}

#[test]
fn digests_have_one_spelling() {
    let digest = Digest::of(b"abc");
    assert_eq!(digest.to_string().parse(), Ok(digest));
    let text = digest.to_string();
    for bad in ["", "00", &text[1..], &text.to_uppercase(), &format!("+{}", &text[1..]), &text.replace('b', "ä")] {
        assert!(bad.parse::<Digest>().is_err(), "{bad:?}");
    }
}
