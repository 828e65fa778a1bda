//! Backups that a server makes by itself, at set times, of its cases and its accounts. The last ones are kept.

use std::{
    io,
    path::{Path, PathBuf},
    time::Duration,
};

use casework::{BackupError, Place, back_up_case, manifest_of};
use jiff::{Timestamp, tz::TimeZone};

use crate::people::back_up_accounts;

/// What is backed up, where to, and how often.
#[derive(Debug, Clone)]
pub struct Backups {
    /// The files of the cases.
    pub cases: Vec<PathBuf>,
    /// The file of the accounts; none where they are on a server.
    pub office: Option<PathBuf>,
    /// The folder for the backups; made where there is none.
    pub folder: PathBuf,
    /// How often.
    pub every: Duration,
    /// How many of each file are kept.
    pub keep: usize,
}

impl Backups {
    /// Makes backups until the program ends, the first at once, on a thread of its own: each reads a case to its end.
    pub fn start(self) -> io::Result<()> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let work = move || {
            runtime.block_on(async {
                let mut times = tokio::time::interval(self.every);
                times.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
                loop {
                    times.tick().await;
                    for failed in self.once(Timestamp::now()).await {
                        eprintln!("countersign serve: {failed}");
                    }
                }
            });
        };
        std::thread::Builder::new().name("backups".to_owned()).spawn(work).map(drop)
    }

    /// One backup of everything, under names that say when. Returns what failed, in words for whoever runs the server; the older backups of that file stay.
    pub async fn once(&self, at: Timestamp) -> Vec<String> {
        let folder = std::fs::create_dir_all(&self.folder);
        if let Err(error) = folder {
            return vec![format!("no backup was made: {}: {error}", self.folder.display())];
        }
        let mut failed = Vec::new();
        for case in &self.cases {
            let out = self.name(case, at);
            let made = back_up_case(&Place::File(case.clone()), &out, at).await;
            failed.extend(self.outcome(case, made.map(drop)));
        }
        if let Some(office) = &self.office {
            let made = back_up_accounts(office, &self.name(office, at), at).await;
            failed.extend(self.outcome(office, made.map(drop)));
        }
        failed
    }

    /// The name of a backup: that of the file, with the second at which it is made.
    fn name(&self, of: &Path, at: Timestamp) -> PathBuf {
        let mut name = of.file_name().unwrap_or_default().to_owned();
        name.push(at.to_zoned(TimeZone::UTC).strftime(".%Y%m%dT%H%M%SZ").to_string());
        self.folder.join(name)
    }

    /// Lets go of what is older than the last ones, once a new one is there. Returns what failed.
    fn outcome(&self, of: &Path, made: Result<(), BackupError>) -> Option<String> {
        let done = match made {
            Ok(()) => self.forget(of).map_err(|error| error.to_string()),
            Err(error) => Err(error.to_string()),
        };
        done.err().map(|why| format!("the backup of {} failed: {why}", of.display()))
    }

    fn forget(&self, of: &Path) -> io::Result<()> {
        let mut all = Vec::new();
        for entry in std::fs::read_dir(&self.folder)? {
            let path = entry?.path();
            if is_backup(&path, of) {
                all.push(path);
            }
        }
        all.sort_unstable();
        let old = all.len().saturating_sub(self.keep);
        for path in &all[..old] {
            std::fs::remove_file(path)?;
            std::fs::remove_file(manifest_of(path))?;
        }
        Ok(())
    }
}

/// Whether a file is a backup of this one by its name: nothing else in the folder is touched.
fn is_backup(path: &Path, of: &Path) -> bool {
    let (Some(name), Some(of)) =
        (path.file_name().and_then(|name| name.to_str()), of.file_name().and_then(|of| of.to_str()))
    else {
        return false;
    };
    let when = name.strip_prefix(of).and_then(|rest| rest.strip_prefix('.'));
    when.is_some_and(|when| {
        when.len() == 16
            && when.bytes().enumerate().all(|(at, sign)| match at {
                8 => sign == b'T',
                15 => sign == b'Z',
                _ => sign.is_ascii_digit(),
            })
    })
}
