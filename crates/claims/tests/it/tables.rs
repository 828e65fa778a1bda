//! Tables of figures: each row an exact claim, every fault with its row.

use claims::{Verdict, check_table};

use crate::common::certificate;

fn verdicts(table: &str) -> Vec<Verdict> {
    check_table(&certificate("real"), table, b',', "table.csv")
        .unwrap()
        .into_iter()
        .map(|finding| finding.verdict)
        .collect()
}

#[test]
fn rows_are_exact_or_contradicted() {
    let table = "figure,value\nraw_count,\"715,833\"\nvalid,520000\ninvalid_by_category.duplicate,43 593\nmargin,-46807\nmargin,46807\nverdict,insufficient\nverdict,sufficient\n";
    let (yes, no) = (Verdict::Exact, Verdict::Contradicted);
    assert_eq!(verdicts(table), [yes, no, yes, yes, yes, yes, no]);
}

#[test]
fn every_fault_is_told_with_its_row() {
    let table = "figure,value\nvalid,many\nvotes,7\nvalid,520050\nrequired,\"56,6857\"\n";
    let error = check_table(&certificate("real"), table, b',', "table.csv").unwrap_err();
    insta::assert_snapshot!(error);
}

#[test]
fn a_table_of_something_else() {
    let error = check_table(&certificate("real"), "name,age\nA,7\n", b',', "table.csv").unwrap_err();
    insta::assert_snapshot!(error);
}
