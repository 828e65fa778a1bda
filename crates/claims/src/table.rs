//! A table of figures: each row of `figure,value` is held against the certificate as an exact claim.

use thiserror::Error;

use crate::{
    exact::{GREATEST, grouped},
    figures::{About, Figure, Figures},
    report::{Finding, Value, Verdict},
    slips::explain,
};

/// Why a table cannot be held against a certificate; every fault is told.
#[derive(Debug, Error)]
#[error("{}", faults.iter().map(|fault| format!("{file}: {fault}")).collect::<Vec<_>>().join("\n"))]
pub struct TableError {
    file: String,
    faults: Vec<String>,
}

/// Reads a table and judges its rows.
pub fn check_table(figures: &Figures, text: &str, delimiter: u8, file: &str) -> Result<Vec<Finding>, TableError> {
    let mut reader =
        csv::ReaderBuilder::new().delimiter(delimiter).trim(csv::Trim::All).flexible(true).from_reader(text.as_bytes());
    let refused = |fault: String| TableError { file: file.to_owned(), faults: vec![fault] };
    let header = reader.headers().map_err(|error| refused(format!("the table cannot be read: {error}")))?.clone();
    let column =
        |name: &str| header.iter().position(|found| found.trim_start_matches('\u{FEFF}').eq_ignore_ascii_case(name));
    let (Some(figure_at), Some(value_at)) = (column("figure"), column("value")) else {
        return Err(refused(
            "a table of figures has the columns figure and value; give it that header, or hand an article in as .txt or .html".to_owned(),
        ));
    };
    let (mut findings, mut faults) = (Vec::new(), Vec::new());
    for (at, row) in reader.records().enumerate() {
        let (row_number, below_header) = (at + 1, at + 2);
        let mut line = below_header;
        let judged = row.map_err(|error| error.to_string()).and_then(|row| {
            let position = row.position().and_then(|position| usize::try_from(position.line()).ok());
            line = position.unwrap_or(below_header);
            let cell = |at| row.get(at).unwrap_or_default();
            judge_row(figures, cell(figure_at), cell(value_at), file, line)
        });
        match judged {
            Ok(finding) => findings.push(finding),
            Err(fault) => faults.push(format!("row {row_number} (line {line}): {fault}")),
        }
    }
    if faults.is_empty() { Ok(findings) } else { Err(TableError { file: file.to_owned(), faults }) }
}

fn judge_row(figures: &Figures, name: &str, printed: &str, file: &str, line: usize) -> Result<Finding, String> {
    let finding = |value, about, verdict, explanation: String| Finding {
        text: format!("{name}: {printed}"),
        printed: printed.to_owned(),
        value,
        about,
        verdict,
        explanation,
        file: file.to_owned(),
        line,
    };
    if name == "verdict" {
        let (verdict, explanation) = match figures.verdict() {
            None => (Verdict::Unrelated, "The certificate gives no verdict.".to_owned()),
            Some(truth) if truth == printed => (Verdict::Exact, format!("The certificate says the same: {truth}.")),
            Some(truth) => (Verdict::Contradicted, format!("The certificate's verdict is {truth}.")),
        };
        return Ok(finding(Value::Text(printed.to_owned()), None, verdict, explanation));
    }
    let figure: Figure = name.parse().map_err(|error| {
        let names: Vec<String> = Figure::all().map(|figure| figure.to_string()).collect();
        format!("column figure: {error}; use one of {}, verdict", names.join(", "))
    })?;
    let value = whole(printed)
        .ok_or_else(|| format!("column value: {printed:?} is no whole number; write it as 566857 or 566,857"))?;
    let about = About::Count(figure);
    let Some(truth) = figures.count(figure) else {
        let why = format!("The certificate does not give {figure}.");
        return Ok(finding(Value::Whole(value), None, Verdict::Unrelated, why));
    };
    // Only the margin has a sign; without one it may be meant either way.
    let sign = figure != Figure::Margin || value >= 0 || figures.short() != Some(false);
    let positive = figure == Figure::Margin || value >= 0;
    let size = u128::from(value.unsigned_abs());
    if size == truth && sign && positive {
        let same = format!("The certificate says the same: {}.", figures.told(about));
        return Ok(finding(Value::Whole(value), Some(about), Verdict::Exact, same));
    }
    let mut words = vec![format!(
        "The table says {}; the certificate says otherwise: {}.",
        grouped_signed(value),
        figures.told(about)
    )];
    if size != truth {
        words.extend(explain(figures, figure, size, truth).words);
    }
    Ok(finding(Value::Whole(value), Some(about), Verdict::Contradicted, words.join(" ")))
}

/// A whole number with or without separators of thousands, and a sign.
fn whole(printed: &str) -> Option<i64> {
    let plain = printed.replace(['\u{2212}', '\u{2013}'], "-");
    let (sign, digits) = plain.strip_prefix('-').map_or((1, plain.as_str()), |digits| (-1, digits));
    let separators = [',', ' ', '\u{A0}', '\u{2009}', '\u{202F}'];
    let groups: Vec<&str> = digits.split(separators).collect();
    let grouped = groups.len() == 1
        || groups.first().is_some_and(|first| (1..=3).contains(&first.len()))
            && groups[1..].iter().all(|group| group.len() == 3);
    let joined = groups.concat();
    let number: i64 = joined.parse().ok().filter(|_| grouped && joined.bytes().all(|byte| byte.is_ascii_digit()))?;
    (u128::from(number.unsigned_abs()) <= GREATEST).then_some(sign * number)
}

fn grouped_signed(value: i64) -> String {
    let sign = if value < 0 { "-" } else { "" };
    format!("{sign}{}", grouped(u128::from(value.unsigned_abs())))
}
