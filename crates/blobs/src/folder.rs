//! Images in a folder: `ab/cd/<digest>`, each written under another name, synchronised and renamed, so that a file under a digest is whole.

use std::{
    fmt,
    fs::{DirBuilder, File, OpenOptions},
    io::{ErrorKind, Read, Result, Write},
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
};

use crate::{BlobError, Digest, MOST_BYTES};

/// Drafts made so far by this process, so that each has a name of its own.
static DRAFTS: AtomicU64 = AtomicU64::new(0);

#[derive(Debug)]
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) const fn new(path: PathBuf) -> Self {
        Self(path)
    }

    fn path(&self, digest: Digest) -> PathBuf {
        let name = digest.to_string();
        self.0.join(&name[..2]).join(&name[2..4]).join(&name)
    }

    pub(crate) fn put(&self, digest: Digest, bytes: &[u8]) -> std::result::Result<(), BlobError> {
        let path = self.path(digest);
        // One that was damaged meanwhile is written anew.
        if read(&path).is_ok_and(|kept| kept == bytes) {
            return Ok(());
        }
        write(&self.0, &path, bytes).map_err(|source| BlobError::File { path, source })
    }

    pub(crate) fn get(&self, digest: Digest) -> std::result::Result<Vec<u8>, BlobError> {
        let path = self.path(digest);
        read(&path).map_err(|source| match source.kind() {
            ErrorKind::NotFound => BlobError::Missing { place: self.to_string(), digest },
            _ => BlobError::File { path, source },
        })
    }

    pub(crate) fn remove(&self, digest: Digest) -> std::result::Result<(), BlobError> {
        let path = self.path(digest);
        let removed = match std::fs::remove_file(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            done => done.and_then(|()| sync_parent(&path)),
        };
        removed.map_err(|source| BlobError::File { path, source })
    }
}

impl fmt::Display for Folder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.display().fmt(f)
    }
}

/// At most one byte more than an image has, so that a file that grew is found to be damaged and is not read whole.
fn read(path: &Path) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(MOST_BYTES as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Writes a file whole, in a folder that only its owner may look into: signatures are what forgers want.
fn write(root: &Path, path: &Path, bytes: &[u8]) -> Result<()> {
    let Some(folder) = path.parent() else { return Err(ErrorKind::InvalidInput.into()) };
    let fresh: Vec<_> = folder.ancestors().take_while(|above| !above.exists()).map(Path::to_owned).collect();
    let mut folders = DirBuilder::new();
    folders.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut folders, 0o700);
    folders.create(folder)?;
    let number = DRAFTS.fetch_add(1, Ordering::Relaxed);
    let draft = root.join(format!(".{}-{number}.draft", std::process::id()));
    let written = write_draft(&draft, bytes).and_then(|()| std::fs::rename(&draft, path));
    if written.is_err() {
        let _ = std::fs::remove_file(&draft);
    }
    written?;
    sync_parent(path)?;
    // The names of new folders survive a power cut too.
    fresh.iter().try_for_each(|folder| sync_parent(folder))
}

fn write_draft(draft: &Path, bytes: &[u8]) -> Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(draft)?;
    file.write_all(bytes)?;
    file.sync_all()
}

fn sync_parent(path: &Path) -> Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}
