//! The tools that a user would otherwise pick, run over the same county. Their scripts lie outside this repository.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, ensure};

use crate::measure::{self, Cost};

/// What the scripts import. They ask a DuckDB connection for a Polars frame, which DuckDB 2 no longer gives.
const PACKAGES: [&str; 7] = ["splink==4.0.17", "duckdb<2", "polars", "pyarrow", "numpy", "pandas", "scikit-learn"];

/// A tool to compare with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Peer {
    /// A short name for the command line and for files.
    pub(crate) name: &'static str,
    /// For the table.
    pub(crate) title: &'static str,
    script: &'static str,
    arguments: &'static [&'static str],
    /// Where it leaves its answers, in the folder of the county.
    answers: &'static str,
    /// So many lines it learned from; they are not scored.
    pub(crate) learned_from: u32,
}

/// Every peer, quick ones first.
pub(crate) const PEERS: [Peer; 5] = [
    Peer {
        name: "exact",
        title: "Polars, one exact join",
        script: "exact_polars.py",
        arguments: &[],
        answers: "pred_exact_polars.parquet",
        learned_from: 0,
    },
    Peer {
        name: "cascade",
        title: "DuckDB, cascade of nine exact joins",
        script: "exact_duckdb.py",
        arguments: &["cascade"],
        answers: "pred_exact_cascade.parquet",
        learned_from: 0,
    },
    Peer {
        name: "trained",
        title: "DuckDB fuzzy join, boosted trees trained on 4,000 lines",
        script: "duckdb_fuzzy.py",
        arguments: &["gbm"],
        answers: "pred_duckfuzzy_gbm.parquet",
        learned_from: 4000,
    },
    Peer {
        name: "splink-tuned",
        title: "Splink 4.0.17, tuned",
        script: "splink4.py",
        arguments: &["--tuned"],
        answers: "pred_splink4tuned.parquet",
        learned_from: 0,
    },
    Peer {
        name: "splink",
        title: "Splink 4.0.17, defaults of its documentation",
        script: "splink4.py",
        arguments: &[],
        answers: "pred_splink4.parquet",
        learned_from: 0,
    },
];

/// The scripts, and a Python that can run them.
pub(crate) struct Scripts {
    scripts: PathBuf,
    python: PathBuf,
}

impl Scripts {
    /// Sets up the environment in `venv` if it is not there.
    pub(crate) fn ready(scripts: &Path, venv: &Path) -> Result<Self> {
        let python = std::path::absolute(venv.join("bin/python"))?;
        let done = venv.join("packages.txt");
        let wanted = PACKAGES.join("\n");
        if std::fs::read_to_string(&done).ok().as_ref() != Some(&wanted) {
            eprintln!("setting up {} (about a minute)", venv.display());
            let venv = venv.as_os_str();
            command("python3", &["-m".as_ref(), "venv".as_ref(), venv])
                .context("python3 with its venv module is needed")?;
            let install =
                ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"].into_iter().chain(PACKAGES);
            command(&python, &install.collect::<Vec<_>>()).context("installing the packages of the peers")?;
            std::fs::write(&done, wanted).with_context(|| done.display().to_string())?;
        }
        Ok(Self { scripts: scripts.to_path_buf(), python })
    }

    /// The normalisation that every peer gets, from `roll.csv` and `petition.csv` in the folder.
    pub(crate) fn prepare(&self, county: &Path) -> Result<Cost> {
        self.script("prep.py", county, &[], &county.join("prep.log"))
    }

    /// Runs a peer over the folder; gives what it needed, and its answers as `line_id,voter_id,score`.
    pub(crate) fn run(&self, peer: &Peer, county: &Path) -> Result<(Cost, PathBuf)> {
        let cost = self.script(peer.script, county, peer.arguments, &county.join(format!("{}.log", peer.name)))?;
        let answers = county.join(format!("{}.csv", peer.name));
        let code = "import polars, sys\n\
            answers = polars.read_parquet(sys.argv[1]).select('line_id', 'voter_id', polars.col('score').cast(polars.Float64))\n\
            answers.filter(polars.col('score').is_finite()).write_csv(sys.argv[2])";
        let [parquet, csv] = [county.join(peer.answers), answers.clone()];
        command(&self.python, &["-c".as_ref(), code.as_ref(), parquet.as_os_str(), csv.as_os_str()])?;
        Ok((cost, answers))
    }

    fn script(&self, script: &str, county: &Path, arguments: &[&str], log: &Path) -> Result<Cost> {
        let script = self.scripts.join(script);
        let first = [script.as_os_str(), county.as_os_str()];
        let all: Vec<_> = first.into_iter().chain(arguments.iter().map(AsRef::as_ref)).collect();
        measure::run(&self.python, &all, log)
    }
}

fn command<P: AsRef<std::ffi::OsStr>, S: AsRef<std::ffi::OsStr>>(program: P, arguments: &[S]) -> Result<()> {
    let program = program.as_ref();
    let status = Command::new(program).args(arguments).status();
    let status = status.with_context(|| format!("starting {}", program.display()))?;
    ensure!(status.success(), "{} failed ({status})", program.display());
    Ok(())
}
