//! Tests of import and snapshot through the public interface.

#![expect(clippy::expect_used, reason = "a test that cannot set up its files has failed")]

mod containers;
mod fixed;
mod format;
mod nist_vri;
mod normal;
#[cfg(feature = "parquet")]
mod parquet;
mod seal;
mod states;
mod strangers;
mod voters;

use std::path::PathBuf;

use roll::{ImportError, ImportOptions, ImportReport, Layout, NoProgress, Snapshot, import};
use tempfile::TempDir;

/// A folder for one test, with a voter file in it.
struct Desk {
    folder: TempDir,
}

impl Desk {
    fn with(file: impl AsRef<[u8]>) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("voters.txt"), file).expect("the voter file");
        Self { folder }
    }

    fn source(&self) -> PathBuf {
        self.folder.path().join("voters.txt")
    }

    fn out(&self) -> PathBuf {
        self.folder.path().join("voters.roll")
    }

    fn import_as(&self, layout: &Layout, options: &ImportOptions) -> Result<ImportReport, ImportError> {
        import(&self.source(), layout, options, &self.out(), &NoProgress)
    }

    fn import(&self, layout: &str) -> Result<ImportReport, ImportError> {
        self.import_as(&Layout::preset(layout).expect("a preset"), &ImportOptions::default())
    }

    fn open(&self) -> Snapshot {
        Snapshot::open(&self.out()).expect("the snapshot")
    }

    /// The files that an import left, besides the voter file.
    fn left_behind(&self) -> Vec<String> {
        let files = std::fs::read_dir(self.folder.path()).expect("the folder");
        let names = files.map(|file| file.expect("a file").file_name().to_string_lossy().into_owned());
        names.filter(|name| name != "voters.txt").collect()
    }
}

/// A file in the generic layout with so many voters, all different.
fn county(voters: u32) -> String {
    let header = "voter_id,first,last,birth_date,house_number,street,city,zip,status,previous_street,county\n";
    let voter = |n: u32| {
        let status = ["A", "A", "I", "A", "C", "P"][n as usize % 6];
        let previous = if n.is_multiple_of(5) { "OLD RD" } else { "" };
        let (id, year, day) = ((u64::from(n) * 7919) % 10_000_000, n % 90, n % 28 + 1);
        let (first, last, house, street) = (n % 1009, n % 7001, n % 9973, n % 311);
        let (city, zip, county) = (n % 13, n % 101, n / 10_000);
        format!(
            "V{id:07},FIRST{first},LAST{last},19{year:02}-05-{day:02},{house},STREET {street},TOWN{city},9{zip:04},\
             {status},{previous},COUNTY{county}\n"
        )
    };
    header.to_owned() + &(0..voters).map(voter).collect::<Vec<_>>().concat()
}
