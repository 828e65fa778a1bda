//! Writing of a snapshot's parts, on a thread of its own, so that what comes next is made in the meantime. The file has
//! its name only when all is done.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

use memmap2::Mmap;
use sha2::{Digest, Sha256};
use tempfile::NamedTempFile;
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

use crate::error::ImportError;
use crate::format::{Content, Derived, HEADER_LEN, Part, Row, Section, header, hex, sha256_hex};
use crate::mmap;

/// Pieces that may wait to be written.
const WAITING: usize = 4;
/// Bytes that are summed and then written while they are near the processor. For pieces of some MiB the system also looks
/// for memory in pieces of that size, which takes it longer.
const WRITTEN_AT_ONCE: usize = 256 << 10;
/// Bytes after which what is written is forced to the disk, so that little is left to wait for at the end.
const FORCED_AT_ONCE: u64 = 64 << 20;
/// Rows read at once when some are taken out.
const ROWS_AT_ONCE: usize = 1 << 14;

/// Something that is made of bytes and can be handed to another thread.
pub(crate) trait Bytes: Send {
    fn bytes(&self) -> &[u8];
}

impl<T: IntoBytes + Immutable + Send> Bytes for Vec<T> {
    fn bytes(&self) -> &[u8] {
        self.as_slice().as_bytes()
    }
}

impl<T: IntoBytes + Immutable + Send + Sync> Bytes for Arc<Vec<T>> {
    fn bytes(&self) -> &[u8] {
        self.as_slice().as_bytes()
    }
}

/// What the thread is asked to do.
enum Job {
    /// Begin a part at the next multiple of 8.
    Begin(Part),
    /// Append to the part.
    Write(Box<dyn Bytes>),
    /// Answer when all before is in the file.
    Flush(SyncSender<()>),
}

/// The file and what is in it so far.
struct Parts {
    file: NamedTempFile,
    at: u64,
    done: Vec<Section>,
    open: Option<(Part, u64, Sha256)>,
}

impl Parts {
    fn run(mut self, jobs: &Receiver<Job>) -> io::Result<Self> {
        let file = self.file.as_file().try_clone()?;
        std::thread::scope(|scope| {
            let (due, is_due) = sync_channel(1);
            let forcing = scope.spawn(move || is_due.into_iter().try_for_each(|()| file.sync_data()));
            let mut forced = self.at;
            for job in jobs {
                match job {
                    Job::Begin(part) => self.begin(part)?,
                    Job::Write(bytes) => self.write(bytes.bytes())?,
                    Job::Flush(done) => _ = done.send(()),
                }
                if self.at - forced >= FORCED_AT_ONCE && due.try_send(()).is_ok() {
                    forced = self.at;
                }
            }
            drop(due);
            forcing.join().unwrap_or_else(|_| Err(io::Error::other("forcing to the disk ended early")))
        })?;
        Ok(self)
    }

    fn begin(&mut self, part: Part) -> io::Result<()> {
        self.end();
        let padding = usize::try_from(self.at.wrapping_neg() % 8).unwrap_or(0);
        self.file.write_all(&[0; 8][..padding])?;
        self.at += padding as u64;
        self.open = Some((part, self.at, Sha256::new()));
        Ok(())
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        for bytes in bytes.chunks(WRITTEN_AT_ONCE) {
            if let Some((_, _, hasher)) = &mut self.open {
                hasher.update(bytes);
            }
            self.file.write_all(bytes)?;
            self.at += bytes.len() as u64;
        }
        Ok(())
    }

    fn end(&mut self) {
        if let Some((part, offset, hasher)) = self.open.take() {
            let (name, sha256) = (part.name().to_owned(), hex(&hasher.finalize()));
            self.done.push(Section { name, offset, length: self.at - offset, sha256 });
        }
    }

    /// Takes out those of the rows, which are all that was written, that are not to be kept.
    fn retain_rows(&mut self, mut keep: impl FnMut(usize) -> bool) -> io::Result<()> {
        let end = self.at;
        (self.at, self.done, self.open) = (HEADER_LEN as u64, Vec::new(), None);
        let (mut from, mut number) = (HEADER_LEN as u64, 0);
        self.begin(Part::Rows)?;
        let mut rows = vec![Row::default(); ROWS_AT_ONCE];
        while from < end {
            let left = usize::try_from(end - from).unwrap_or(usize::MAX) / size_of::<Row>();
            rows.truncate(left);
            self.file.seek(SeekFrom::Start(from))?;
            self.file.read_exact(rows.as_mut_bytes())?;
            from += rows.as_bytes().len() as u64;
            let mut kept = rows.clone();
            kept.retain(|_| {
                number += 1;
                keep(number - 1)
            });
            // What is written lies before what is read next.
            self.file.seek(SeekFrom::Start(self.at))?;
            self.write(kept.as_bytes())?;
        }
        self.file.as_file().set_len(self.at)?;
        self.file.seek(SeekFrom::Start(self.at))?;
        Ok(())
    }
}

/// A snapshot being written, under a temporary name that vanishes if the import does not end well.
pub(crate) struct Writer {
    out: PathBuf,
    file: File,
    /// None once nothing more is to be written.
    jobs: Option<SyncSender<Job>>,
    /// None once its end is known.
    thread: Option<JoinHandle<io::Result<Parts>>>,
}

/// A part as written, mapped.
pub(crate) struct Written {
    map: Mmap,
    from: usize,
    to: usize,
}

impl Written {
    /// The part as records.
    pub(crate) fn records<T: FromBytes + Immutable + KnownLayout>(&self) -> &[T] {
        <[T]>::ref_from_bytes(self.map.get(self.from..self.to).unwrap_or(&[])).unwrap_or(&[])
    }
}

impl Writer {
    /// A temporary file beside `out`, with room for the header. The rows come first.
    pub(crate) fn create(out: &Path) -> Result<Self, ImportError> {
        let fail = |source| ImportError::Write { path: out.to_owned(), source };
        let file = tempfile::Builder::new().prefix(".roll-import-").tempfile_in(folder(out)).map_err(fail)?;
        let mut parts = Parts { file, at: 0, done: Vec::new(), open: None };
        parts.write(&vec![0; HEADER_LEN]).and_then(|()| parts.begin(Part::Rows)).map_err(fail)?;
        Self::start(out.to_owned(), parts)
    }

    fn start(out: PathBuf, parts: Parts) -> Result<Self, ImportError> {
        let fail = |source| ImportError::Write { path: out.clone(), source };
        let file = parts.file.as_file().try_clone().map_err(fail)?;
        let (jobs, received) = sync_channel(WAITING);
        let thread = std::thread::Builder::new().name("snapshot".to_owned());
        let thread = thread.spawn(move || parts.run(&received)).map_err(fail)?;
        Ok(Self { out, file, jobs: Some(jobs), thread: Some(thread) })
    }

    /// Appends to the part.
    pub(crate) fn write(&mut self, records: impl Bytes + 'static) -> Result<(), ImportError> {
        self.ask(Job::Write(Box::new(records)))
    }

    /// A whole part.
    pub(crate) fn part(&mut self, part: Part, records: impl Bytes + 'static) -> Result<(), ImportError> {
        self.ask(Job::Begin(part))?;
        self.write(records)
    }

    /// The last `records` records of this kind that were written.
    pub(crate) fn written<T>(&mut self, records: usize) -> Result<Written, ImportError> {
        let (done, is_done) = sync_channel(1);
        self.ask(Job::Flush(done))?;
        if is_done.recv().is_err() {
            return Err(self.fault());
        }
        let map = mmap::map(&self.file).map_err(|source| ImportError::Write { path: self.out.clone(), source })?;
        let to = map.len();
        Ok(Written { from: to.saturating_sub(records * size_of::<T>()), to, map })
    }

    /// Takes out those of the rows, which are all that was written so far, that are not to be kept; `keep` is asked for
    /// each in turn.
    pub(crate) fn retain_rows(self, keep: impl FnMut(usize) -> bool) -> Result<Self, ImportError> {
        let (out, mut parts) = self.finish()?;
        parts.retain_rows(keep).map_err(|source| ImportError::Write { path: out.clone(), source })?;
        Self::start(out, parts)
    }

    /// Writes the header, forces all to the disk, and gives the file its name. Both texts of the header come without
    /// their parts. Returns the digest.
    pub(crate) fn seal(self, mut content: Content, mut derived: Derived) -> Result<String, ImportError> {
        let (out, mut parts) = self.finish()?;
        let fail = |source| ImportError::Write { path: out.clone(), source };
        parts.end();
        let is_content = |section: &Section| Part::CONTENT.iter().any(|part| part.name() == section.name);
        (content.sections, derived.sections) = parts.done.into_iter().partition(is_content);
        let content = serde_json::to_string(&content).map_err(|error| fail(error.into()))?;
        let derived = serde_json::to_string(&derived).map_err(|error| fail(error.into()))?;
        let header = header(&content, &derived).ok_or(ImportError::TooLarge { what: "bytes of header" })?;
        let mut file = parts.file;
        file.seek(SeekFrom::Start(0)).map_err(fail)?;
        file.write_all(&header).map_err(fail)?;
        file.as_file().sync_all().map_err(fail)?;
        file.persist(&out).map_err(|error| fail(error.error))?;
        File::open(folder(&out)).and_then(|folder| folder.sync_all()).map_err(fail)?;
        Ok(sha256_hex(content.as_bytes()))
    }

    fn ask(&mut self, job: Job) -> Result<(), ImportError> {
        let sent = self.jobs.as_ref().is_some_and(|jobs| jobs.send(job).is_ok());
        if sent { Ok(()) } else { Err(self.fault()) }
    }

    /// Why the thread has ended early.
    fn fault(&mut self) -> ImportError {
        let source = self.end().err().unwrap_or_else(|| io::Error::other("writing ended early"));
        ImportError::Write { path: self.out.clone(), source }
    }

    fn finish(mut self) -> Result<(PathBuf, Parts), ImportError> {
        let out = self.out.clone();
        match self.end() {
            Ok(parts) => Ok((out, parts)),
            Err(source) => Err(ImportError::Write { path: out, source }),
        }
    }

    /// Lets the thread come to its end.
    fn end(&mut self) -> io::Result<Parts> {
        drop(self.jobs.take());
        let early = || Err(io::Error::other("writing ended early"));
        self.thread.take().map_or_else(early, |thread| thread.join().unwrap_or_else(|_| early()))
    }
}

impl Drop for Writer {
    /// The temporary file goes with the thread: whoever gives up waits for that.
    fn drop(&mut self) {
        _ = self.end();
    }
}

fn folder(out: &Path) -> &Path {
    out.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}
