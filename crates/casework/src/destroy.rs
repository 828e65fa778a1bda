//! The destruction of a case whose time is over. The certificate of what is destroyed is on disk before anything goes; then the files handed in go, and the case itself last, so
//! that a run that was cut off is taken up again by the same command. The public record is no part of the case and stays.

use std::{
    collections::BTreeSet,
    fmt,
    fs::{File, OpenOptions},
    io::{Read as _, Write as _},
    path::{Path, PathBuf},
};

use domain::{Petition, Verdict};
use jiff::{Timestamp, civil::Date};
use law::KeptFor;
use ledger::hex;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use sqlx::{AnyConnection, AssertSqlSafe, Row as _, any::AnyRow};

use crate::{Act, CaseFile, CaseworkError, Place, retention::Keeping, sqlite};

/// The value of the field `format`.
pub const DESTRUCTION_FORMAT: &str = "countersign-destruction/v1";

/// What is to be destroyed, and by whom.
#[derive(Debug)]
pub struct Destruction {
    /// The petition's title, typed by the person: another case is not destroyed by mistake.
    pub title: String,
    /// Files and folders that go with the case: scans, crops, backups.
    pub also: Vec<PathBuf>,
    /// What becomes of the images of the case.
    pub images: Images,
    /// Where the certificate of what is destroyed is written.
    pub certificate: PathBuf,
    /// The day, in the office.
    pub today: Date,
}

/// Removes the image with a digest from its store; one that is not there any more is removed.
pub type RemoveImage = Box<dyn Fn(&str) -> Result<(), String> + Send + Sync>;

/// What becomes of the images of a case.
#[derive(Debug)]
pub enum Images {
    /// Nobody said. Refused where it has any: with the case goes what tells which images of a store were its own.
    Unsaid,
    /// They stay where they are, or go with a folder.
    Stay,
    /// They go, one by one.
    Go(ImagesGo),
}

/// The removal of a case's images from the store that holds them, one at a time by their digests.
pub struct ImagesGo {
    /// Images that stay, by their digests: other cases of the store have them, too.
    pub stay: BTreeSet<String>,
    /// Removes an image.
    pub remove: RemoveImage,
}

impl fmt::Debug for ImagesGo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ImagesGo").field("stay", &self.stay).finish_non_exhaustive()
    }
}

/// A file that was destroyed. Its name stays unsaid, since it may name a person.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DestroyedFile {
    /// SHA-256 of its content, 64 hexadecimal digits.
    pub sha256: String,
    /// Its length.
    pub bytes: u64,
}

/// How much of what is destroyed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DestroyedCounts {
    /// Sections of the petition.
    pub sections: u64,
    /// Lines that counted.
    pub lines: u64,
    /// Lines for whose signer a search of the roll was stored.
    pub searches: u64,
    /// Findings of people.
    pub findings: u64,
    /// Looks at voters' records in the log of looks.
    pub looks: u64,
    /// Events of the case.
    pub events: u64,
}

/// What was destroyed, by whom and by which rule. It names no signer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DestructionCertificate {
    /// [`DESTRUCTION_FORMAT`].
    pub format: String,
    /// The petition.
    pub petition: Petition,
    /// The day of filing.
    pub filed_on: Date,
    /// Where the case was kept.
    pub place: String,
    /// What was certified, or that too few signatures were filed.
    pub verdict: Verdict,
    /// SHA-256 of the certificate that stood, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate_digest: Option<String>,
    /// The rule pack, with its digest.
    pub rule_pack: String,
    /// Its digest.
    pub rule_pack_digest: String,
    /// The times for which the case was kept.
    pub kept_for: Vec<KeptFor>,
    /// The first day on which it might be destroyed.
    pub destroy_from: Date,
    /// Legal holds that there were; all were lifted.
    pub holds_lifted: u64,
    /// How much is destroyed with the case.
    pub counts: DestroyedCounts,
    /// Root of the tree over all events, as in the public record.
    pub events_digest: String,
    /// Files and folders destroyed with the case, as they were named.
    pub also: Vec<String>,
    /// Every file in them.
    pub files: Vec<DestroyedFile>,
    /// Every image of the case that was removed from the store.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub images: Vec<DestroyedFile>,
    /// Images of the case that stay where they are: nothing says any more what they show.
    #[serde(default, skip_serializing_if = "none")]
    pub images_left: u64,
    /// The account of the person who destroys.
    pub destroyed_by: String,
    /// When.
    pub destroyed_at: Timestamp,
    /// What this certificate does not say.
    pub limits: String,
}

const LIMITS: &str = "Files are removed, not overwritten: what a disk keeps of them goes with the disk or with the key that it is encrypted by. Backups and copies that are not named here, the accounts of the office, and the public record are not touched.";

/// What a run did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DestructionReport {
    /// The certificate as it is on disk.
    pub certificate: DestructionCertificate,
    /// Whether an earlier run that was cut off was taken up again.
    pub resumed: bool,
}

/// Destroys a case, or takes up again a destruction that was cut off. Refused before its day, while a hold stands, where the title is another, and while another
/// program has the case open in a file. Nothing is destroyed before the certificate is on disk.
pub async fn destroy(place: &Place, order: &Destruction, act: &Act) -> Result<DestructionReport, CaseworkError> {
    let before = read_certificate(&order.certificate)?;
    let mut file = match (CaseFile::open(place).await, before) {
        // The case went last, so everything went.
        (Err(CaseworkError::Missing(_)), Some(certificate)) if certificate.place == place.to_string() => {
            return Ok(DestructionReport { certificate, resumed: true });
        }
        (opened, _) => opened?,
    };
    let done = all(&mut file, order, act).await;
    file.close().await;
    done
}

async fn all(file: &mut CaseFile, order: &Destruction, act: &Act) -> Result<DestructionReport, CaseworkError> {
    // Once before anything is locked, so that a case in use is not disturbed for nothing.
    let keeping = file.keeping().await?;
    permitted(file, &keeping, order)?;
    let listed = list(file.place(), order)?;
    if let Place::File(_) = file.place() {
        // Refused where another program has the file open; brings everything into the one file.
        let mut connection = file.pool().acquire().await.map_err(|error| file.failed("destroyed", error))?;
        in_one_file(file, "PRAGMA journal_mode = DELETE", &mut connection).await?;
    }
    let mut transaction = file.begin().await?;
    if let Place::File(_) = file.place() {
        // Whoever opened it in between has made it another kind of file again.
        in_one_file(file, "PRAGMA journal_mode", &mut transaction).await?;
    }
    file.take_in(&mut transaction).await?;
    let keeping = file.keeping_by(&mut transaction).await?;
    let (verdict, destroy_from) = permitted(file, &keeping, order)?;
    let counts = counts(file, &mut transaction).await?;
    let (images, images_left) = images(file, &mut transaction, order).await?;
    let opened = &file.case().opened;
    let mut files: Vec<_> = listed.files.iter().map(|(_, file)| file.clone()).collect();
    files.sort();
    let certificate = DestructionCertificate {
        format: DESTRUCTION_FORMAT.to_owned(),
        petition: opened.petition.clone(),
        filed_on: opened.milestones.filed_on(),
        place: file.place().to_string(),
        verdict,
        certificate_digest: file.status().certificate_digest,
        rule_pack: opened.rule_pack.clone(),
        rule_pack_digest: opened.rule_pack_digest.clone(),
        kept_for: keeping.retention.times,
        destroy_from,
        holds_lifted: keeping.holds.len() as u64,
        counts,
        events_digest: file.events_digest(),
        also: order.also.iter().map(|path| path.display().to_string()).collect(),
        files,
        images,
        images_left,
        destroyed_by: act.actor.clone(),
        destroyed_at: act.at,
        limits: LIMITS.to_owned(),
    };
    if let Place::Server(server) = file.place() {
        // A store of many images takes its time, in which the server hears nothing.
        let patient = sqlx::query("SET LOCAL idle_in_transaction_session_timeout = 0").execute(&mut *transaction).await;
        patient.map_err(|error| file.failed("destroyed", error))?;
        // Gone only with the end of the transaction; whoever may not do it learns so before there is a certificate.
        let drop = format!("DROP SCHEMA \"{}\" CASCADE", server.schema());
        let dropped = sqlx::query(AssertSqlSafe(drop)).execute(&mut *transaction).await;
        dropped.map_err(|error| file.failed("destroyed", error))?;
    }
    let (certificate, resumed) = if let Some(before) = read_certificate(&order.certificate)? {
        (taken_up(before, &certificate)?, true)
    } else {
        write_certificate(&order.certificate, &certificate)?;
        (certificate, false)
    };
    listed.remove().map_err(CaseworkError::NotRemoved)?;
    if let Images::Go(ImagesGo { remove, .. }) = &order.images {
        let removed = certificate.images.iter().try_for_each(|image| remove(&image.sha256));
        removed.map_err(CaseworkError::NotRemoved)?;
    }
    match file.place() {
        Place::File(path) => {
            // While it is locked: nobody opens it in between.
            sqlite::destroy(path).map_err(CaseworkError::NotRemoved)?;
            transaction.rollback().await.map_err(|error| file.failed("destroyed", error))?;
        }
        Place::Server(_) => transaction.commit().await.map_err(|error| file.failed("destroyed", error))?,
    }
    Ok(DestructionReport { certificate, resumed })
}

/// The images that go, in the order of their digests, all that the case ever had but for those that stay; and how many stay.
async fn images(
    file: &CaseFile,
    from: &mut AnyConnection,
    order: &Destruction,
) -> Result<(Vec<DestroyedFile>, u64), CaseworkError> {
    let failed = |error| file.failed("read", error);
    let rows = sqlx::query("SELECT DISTINCT digest, bytes FROM blob ORDER BY digest").fetch_all(from).await;
    let image = |row: &AnyRow| {
        let bytes: i64 = row.try_get(1).map_err(failed)?;
        let bytes = u64::try_from(bytes).map_err(|error| file.damaged(&error))?;
        Ok(DestroyedFile { sha256: row.try_get(0).map_err(failed)?, bytes })
    };
    let all: Result<Vec<_>, CaseworkError> = rows.map_err(failed)?.iter().map(image).collect();
    let all = all?;
    let count = all.len() as u64;
    let go: Vec<_> = match &order.images {
        Images::Unsaid if count > 0 => {
            let what = format!(
                "the case has {count} images in a store, and nothing will say which they are; name the store with --images, or say --images-stay"
            );
            return Err(CaseworkError::NotPossible(what));
        }
        Images::Unsaid | Images::Stay => Vec::new(),
        Images::Go(ImagesGo { stay, .. }) => all.into_iter().filter(|image| !stay.contains(&image.sha256)).collect(),
    };
    let left = count - go.len() as u64;
    Ok((go, left))
}

/// Whether a number is not worth a field.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
const fn none(number: &u64) -> bool {
    *number == 0
}

/// The result and the first day of destruction, where nothing stands in the way.
fn permitted(file: &CaseFile, keeping: &Keeping, order: &Destruction) -> Result<(Verdict, Date), CaseworkError> {
    let kept = |why: String| CaseworkError::Kept { place: file.place().clone(), why };
    if order.title != file.case().opened.petition.title {
        return Err(kept(
            "the title that was typed is not the petition's; type it as `countersign case status` shows it".to_owned(),
        ));
    }
    if let Some(why) = keeping.why_kept(order.today) {
        return Err(kept(why.to_string()));
    }
    keeping.verdict.zip(keeping.retention.destroy_from).ok_or_else(|| kept("its time has no end".to_owned()))
}

/// Refuses a file that is not, or by this statement does not become, one without a log of writes beside it.
async fn in_one_file(file: &CaseFile, pragma: &'static str, by: &mut AnyConnection) -> Result<(), CaseworkError> {
    let mode = sqlx::query_scalar::<_, String>(pragma).fetch_one(by).await;
    match mode.map_err(|error| file.failed("destroyed", error))?.as_str() {
        "delete" => Ok(()),
        _ => Err(CaseworkError::Busy(file.place().clone())),
    }
}

async fn counts(file: &CaseFile, from: &mut AnyConnection) -> Result<DestroyedCounts, CaseworkError> {
    let mut count = async |sql: &'static str| {
        let count = sqlx::query_scalar::<_, i64>(sql).fetch_one(&mut *from).await;
        u64::try_from(count.map_err(|error| file.failed("read", error))?).map_err(|error| file.damaged(&error))
    };
    let findings = count("SELECT COUNT(*) FROM event WHERE kind = 'line_judged'").await?;
    let looks = count("SELECT COUNT(*) FROM access").await?;
    let status = file.status();
    Ok(DestroyedCounts {
        sections: status.sections,
        lines: status.lines,
        searches: status.searched,
        findings,
        looks,
        events: status.events,
    })
}

/// The certificate of an earlier run, where it is of this case as it stands and of files that all stand in it.
fn taken_up(
    before: DestructionCertificate,
    now: &DestructionCertificate,
) -> Result<DestructionCertificate, CaseworkError> {
    let known: BTreeSet<_> = before.files.iter().collect();
    let same = DestructionCertificate {
        files: before.files.clone(),
        destroyed_by: before.destroyed_by.clone(),
        destroyed_at: before.destroyed_at,
        ..now.clone()
    };
    if same == before && now.files.iter().all(|file| known.contains(file)) {
        return Ok(before);
    }
    Err(CaseworkError::Law(
        "the certificate that is there is of something else than what is to be destroyed now; give another name for the certificate, or the files and folders of the run that was cut off"
            .to_owned(),
    ))
}

fn output(path: &Path) -> impl Fn(std::io::Error) -> CaseworkError {
    let shown = path.display().to_string();
    move |error| CaseworkError::Output(std::io::Error::new(error.kind(), format!("{shown}: {error}")))
}

fn read_certificate(path: &Path) -> Result<Option<DestructionCertificate>, CaseworkError> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(output(path)(error)),
    };
    serde_json::from_str(&text).map(Some).map_err(|_| {
        CaseworkError::Law(format!(
            "{} is there and is no certificate of a destruction; choose another name",
            path.display()
        ))
    })
}

/// The certificate is there as a whole and on disk, or not at all; a file of that name is never written over.
fn write_certificate(path: &Path, certificate: &DestructionCertificate) -> Result<(), CaseworkError> {
    let text = serde_json::to_string_pretty(certificate).map_err(|error| CaseworkError::Output(error.into()))? + "\n";
    let mut draft = path.as_os_str().to_owned();
    draft.push(format!(".{}.draft", std::process::id()));
    let draft = PathBuf::from(draft);
    let written = File::create(&draft).and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        std::fs::hard_link(&draft, path)?;
        sqlite::sync_folder(path)
    });
    // What is not there needs no removing.
    let _ = std::fs::remove_file(&draft);
    written.map_err(output(path))
}

/// Files and folders that go with the case.
struct Listed {
    files: Vec<(PathBuf, DestroyedFile)>,
    /// Folders, each before those that it holds.
    folders: Vec<PathBuf>,
}

/// Lists what goes with the case. Nothing is followed out of the folders that were named, and nothing goes that must stay.
fn list(place: &Place, order: &Destruction) -> Result<Listed, CaseworkError> {
    let mut listed = Listed { files: Vec::new(), folders: Vec::new() };
    for path in &order.also {
        let real = match path.canonicalize() {
            Ok(real) => real,
            // Gone in a run that was cut off, which its certificate shows; otherwise a slip of the pen.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && order.certificate.exists() => continue,
            Err(error) => return Err(output(path)(error)),
        };
        stays(&real, place, order)?;
        listed.add(&real)?;
    }
    // Folders may have been named one in another.
    listed.files.sort();
    listed.files.dedup();
    listed.folders.sort();
    listed.folders.dedup();
    Ok(listed)
}

/// Refuses a folder that holds the case, the certificate, or a public record.
fn stays(real: &Path, place: &Place, order: &Destruction) -> Result<(), CaseworkError> {
    let within = |inner: &Path| inner.canonicalize().is_ok_and(|inner| inner.starts_with(real));
    let refused = |what: &str| {
        Err(CaseworkError::Law(format!("{} holds {what}; name the folder of the images itself", real.display())))
    };
    if let Place::File(case) = place
        && within(case)
    {
        return refused("the case, which goes last and by itself");
    }
    let folder = order.certificate.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if within(folder) {
        return refused("the certificate of what is destroyed");
    }
    Ok(())
}

impl Listed {
    fn add(&mut self, path: &Path) -> Result<(), CaseworkError> {
        let kind = std::fs::symlink_metadata(path).map_err(output(path))?.file_type();
        if kind.is_file() {
            self.files.push((path.to_owned(), digest(path)?));
            return Ok(());
        }
        if !kind.is_dir() {
            let what =
                format!("{} is neither a file nor a folder; remove it, or name what it leads to", path.display());
            return Err(CaseworkError::Law(what));
        }
        if path.join("SHA256SUMS.sig").exists() {
            return Err(CaseworkError::Law(format!("{} is a public record, which stays", path.display())));
        }
        self.folders.push(path.to_owned());
        let mut entries: Vec<_> = std::fs::read_dir(path)
            .and_then(|entries| entries.map(|entry| entry.map(|entry| entry.path())).collect())
            .map_err(output(path))?;
        entries.sort();
        entries.iter().try_for_each(|entry| self.add(entry))
    }

    /// Removes the files, then the folders that hold nothing more.
    fn remove(&self) -> Result<(), String> {
        let not = |path: &Path, error: std::io::Error| format!("{}: {error}", path.display());
        for (path, _) in &self.files {
            std::fs::remove_file(path).map_err(|error| not(path, error))?;
        }
        for folder in self.folders.iter().rev() {
            let removed = std::fs::remove_dir(folder).and_then(|()| sqlite::sync_folder(folder));
            removed.map_err(|error| not(folder, error))?;
        }
        Ok(())
    }
}

fn digest(path: &Path) -> Result<DestroyedFile, CaseworkError> {
    let mut file = OpenOptions::new().read(true).open(path).map_err(output(path))?;
    let (mut hash, mut bytes, mut buffer) = (Sha256::new(), 0_u64, vec![0; 1 << 16]);
    loop {
        let read = file.read(&mut buffer).map_err(output(path))?;
        if read == 0 {
            return Ok(DestroyedFile { sha256: hex(&hash.finalize()), bytes });
        }
        hash.update(&buffer[..read]);
        bytes += read as u64;
    }
}
