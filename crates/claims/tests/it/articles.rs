//! The five articles of 2022 that printed the real case's figures, where the folder that holds them is at hand.

use std::path::{Path, PathBuf};

use claims::Verdict;

use crate::common::{certificate, check};

/// The articles: in `COUNTERSIGN_ARTICLES`, or beside the repository.
fn articles() -> Vec<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/articles");
    let folder = std::env::var_os("COUNTERSIGN_ARTICLES").map_or(beside, PathBuf::from);
    let mut found: Vec<PathBuf> = std::fs::read_dir(folder)
        .map(|entries| entries.filter_map(|entry| Some(entry.ok()?.path())).collect())
        .unwrap_or_default();
    found.sort();
    found
}

/// One figure in them is wrong, and no other is accused.
#[test]
fn one_wrong_figure_in_five_articles() {
    let articles = articles();
    if articles.is_empty() {
        eprintln!(
            "skipped: one_wrong_figure_in_five_articles (set COUNTERSIGN_ARTICLES to the folder of the articles)"
        );
        return;
    }
    let figures = certificate("real");
    let findings: Vec<_> = articles.iter().flat_map(|path| check(&figures, path)).collect();
    let wrong: Vec<_> = findings.iter().filter(|finding| finding.verdict == Verdict::Contradicted).collect();
    assert_eq!(wrong.len(), 1, "{wrong:#?}");
    assert_eq!(wrong[0].printed, "530,020");
    assert!(wrong[0].file.starts_with("001"), "{}", wrong[0].file);
    for said in ["520,050 was probably meant", "530,020 + 195,783 = 725,803, which is not 715,833"] {
        assert!(wrong[0].explanation.contains(said), "{}", wrong[0].explanation);
    }
    // What they round is recognised too: nothing of the case in them is passed over.
    let told = |verdict| {
        findings
            .iter()
            .filter(|finding| finding.verdict == verdict)
            .map(|finding| finding.printed.as_str())
            .collect::<Vec<_>>()
    };
    insta::assert_debug_snapshot!((told(Verdict::Exact), told(Verdict::Rounded)));
}
