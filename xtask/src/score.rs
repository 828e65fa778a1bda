//! `xtask score`: how well matches find the right voter. The only reader of a synthetic county's truth, so that nothing
//! that is judged can look.

use std::{
    collections::{BTreeMap, HashMap},
    fmt::Write as _,
    io::Read,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};
use matching::reliability;

use crate::{
    curve::{Point, at_precision, best, curve, ratio},
    table::Table,
};

/// Marks of an unregistered signer who lives with voters.
const HOUSEMATES: [&str; 2] = ["relative", "roommate"];

/// Arguments of `xtask score`.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Truth: `line_id,kind,voter_id,flags` or `section,line,kind,voter_id,noise`.
    #[arg(long)]
    truth: PathBuf,
    /// Matches: `section,line,rank,voter_id,weight,probability,...`, as `countersign match` writes them.
    #[arg(long)]
    matches: PathBuf,
    /// Probability from which the first candidate is taken; the one of the best F1 if not given.
    #[arg(long)]
    threshold: Option<f64>,
    /// Print tables in Markdown.
    #[arg(long)]
    markdown: bool,
}

/// What a line really is.
#[derive(Debug)]
struct Truth {
    kind: String,
    /// The voter who signed, if registered.
    voter: Option<String>,
    /// What was done to the line; empty for a clean one.
    noise: Vec<String>,
}

/// A candidate named for a line.
#[derive(Debug, Clone)]
struct Named {
    rank: u32,
    voter: String,
    /// The probability, or whatever figure a tool orders its answers by.
    score: f64,
}

pub(crate) type Key = (u32, u32);

/// A line with its truth and its candidates, best first.
pub(crate) struct Scored {
    truth: Truth,
    named: Vec<Named>,
}

/// Reads truth and matches and prints the score.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let lines = read(&arguments.truth, &arguments.matches, |_| true)?;
    print!("{}", report(&lines, arguments.threshold, arguments.markdown));
    Ok(())
}

/// Reads truth and answers of the lines that are wanted.
pub(crate) fn read(truth: &Path, matches: &Path, wanted: impl Fn(Key) -> bool) -> Result<Vec<Scored>> {
    let known = read_truth(open(truth)?).with_context(|| in_file(truth))?;
    let mut answers = read_matches(open(matches)?).with_context(|| in_file(matches))?;
    let lines =
        known.into_iter().map(|(key, truth)| (key, Scored { truth, named: answers.remove(&key).unwrap_or_default() }));
    let lines = lines.filter(|(key, _)| wanted(*key)).map(|(_, line)| line).collect();
    if let Some((section, line)) = answers.keys().min() {
        bail!("the matches hold line {section}:{line}, which the truth does not; do the two files belong together?");
    }
    Ok(lines)
}

fn open(path: &Path) -> Result<std::fs::File> {
    std::fs::File::open(path).with_context(|| in_file(path))
}

fn in_file(path: &Path) -> String {
    path.display().to_string()
}

/// Positions of columns by name; the first of several names that the header has.
fn columns<const N: usize>(header: &csv::StringRecord, names: [&[&str]; N]) -> Result<[usize; N]> {
    let mut found = [0; N];
    for (at, aliases) in names.iter().enumerate() {
        let position = header.iter().position(|field| aliases.contains(&field));
        found[at] = position.with_context(|| format!("no column {}", aliases.join(" or ")))?;
    }
    Ok(found)
}

/// Section and line of a record; a file with one running number has section 1.
fn key(record: &csv::StringRecord, section: Option<usize>, line: usize) -> Result<Key> {
    let number = |column: usize| {
        let text = record.get(column).unwrap_or_default();
        let row = record.position().map_or(0, csv::Position::line);
        text.parse().with_context(|| format!("line {row}: {text:?} is not a number"))
    };
    Ok((section.map_or(Ok(1), number)?, number(line)?))
}

fn read_truth(file: impl Read) -> Result<BTreeMap<Key, Truth>> {
    let mut reader = csv::Reader::from_reader(file);
    let header = reader.headers()?.clone();
    let [line, kind, voter, noise] =
        columns(&header, [&["line", "line_id"], &["kind"], &["voter_id"], &["noise", "flags"]])?;
    let section = header.iter().position(|field| field == "section");
    let mut truth = BTreeMap::new();
    for record in reader.records() {
        let record = record?;
        let text = |column: usize| record.get(column).unwrap_or_default();
        let entry = Truth {
            kind: text(kind).to_owned(),
            voter: Some(text(voter).to_owned()).filter(|voter| !voter.is_empty()),
            noise: text(noise).split('|').filter(|mark| !mark.is_empty()).map(str::to_owned).collect(),
        };
        let key = key(&record, section, line)?;
        if truth.insert(key, entry).is_some() {
            bail!("line {}:{} stands twice", key.0, key.1);
        }
    }
    Ok(truth)
}

fn read_matches(file: impl Read) -> Result<HashMap<Key, Vec<Named>>> {
    let mut reader = csv::Reader::from_reader(file);
    let header = reader.headers()?.clone();
    let [line, voter, score] = columns(&header, [&["line", "line_id"], &["voter_id"], &["probability", "score"]])?;
    let position = |name| header.iter().position(|field| field == name);
    let (section, rank) = (position("section"), position("rank"));
    let is_probability = &header[score] == "probability";
    let mut matches: HashMap<Key, Vec<Named>> = HashMap::new();
    for record in reader.records() {
        let record = record?;
        let named = matches.entry(key(&record, section, line)?).or_default();
        let text = |column: usize| record.get(column).unwrap_or_default();
        if !text(voter).is_empty() {
            named.push(Named {
                rank: rank.map_or(Ok(1), |rank| {
                    text(rank).parse().with_context(|| format!("{:?} is not a rank", text(rank)))
                })?,
                voter: text(voter).to_owned(),
                score: figure(text(score), is_probability)?,
            });
        }
    }
    for named in matches.values_mut() {
        named.sort_by(|left, right| left.rank.cmp(&right.rank).then(right.score.total_cmp(&left.score)));
    }
    Ok(matches)
}

/// A probability as written, or another score.
fn figure(text: &str, is_probability: bool) -> Result<f64> {
    let figure: f64 = text.parse().with_context(|| format!("{text:?} is not a number"))?;
    if !figure.is_finite() || (is_probability && !(0.0..=1.0).contains(&figure)) {
        bail!("{text} is not a probability between 0 and 1");
    }
    Ok(figure)
}

impl Scored {
    /// The voter taken for the signer at a threshold.
    fn taken(&self, threshold: f64) -> Option<&Named> {
        self.named.first().filter(|named| named.score >= threshold)
    }

    fn has(&self, mark: &str) -> bool {
        self.truth.noise.iter().any(|noise| noise == mark)
    }

    fn is_right(&self, named: &Named) -> bool {
        self.truth.voter.as_ref() == Some(&named.voter)
    }
}

/// How well one tool did on a set of lines.
pub(crate) struct Quality {
    /// At the threshold of the best F1.
    pub(crate) best: Option<Point>,
    /// The best recall at a precision of 0.99 or more.
    pub(crate) recall_at_99: Option<f64>,
    /// Of the unregistered relatives, and roommates, of voters: the share taken for a voter at the best F1; `None`
    /// where the county has none.
    pub(crate) housemates_taken: [Option<f64>; 2],
    /// Of the registered signers, the share that is among the named candidates at all.
    pub(crate) among_candidates: f64,
}

/// Sums up lines.
pub(crate) fn quality(lines: &[Scored]) -> Quality {
    let curve = curve_of(lines);
    let best = best(&curve);
    let threshold = best.map_or(f64::INFINITY, |best| best.threshold);
    let taken = |mark: &str| {
        let lines = lines.iter().filter(|line| line.truth.voter.is_none() && line.has(mark));
        let (taken, all) =
            lines.fold((0, 0), |(taken, all), line| (taken + usize::from(line.taken(threshold).is_some()), all + 1));
        (all > 0).then(|| ratio(taken, all))
    };
    let found = lines.iter().filter(|line| line.named.iter().any(|named| line.is_right(named))).count();
    Quality {
        best,
        recall_at_99: at_precision(&curve, 0.99).map(Point::recall),
        housemates_taken: HOUSEMATES.map(taken),
        among_candidates: ratio(found, registered(lines)),
    }
}

fn registered(lines: &[Scored]) -> usize {
    lines.iter().filter(|line| line.truth.voter.is_some()).count()
}

fn curve_of(lines: &[Scored]) -> Vec<Point> {
    let answers = lines.iter().filter_map(|line| line.named.first().map(|named| (named.score, line.is_right(named))));
    curve(answers.collect(), registered(lines))
}

fn report(lines: &[Scored], threshold: Option<f64>, markdown: bool) -> String {
    let curve = curve_of(lines);
    let best = best(&curve);
    let registered = registered(lines);
    let threshold = threshold.or(best.map(|best| best.threshold)).unwrap_or_default();
    let chosen = curve.iter().rfind(|point| point.threshold >= threshold).copied();
    let in_five = lines.iter().filter(|line| line.named.iter().take(5).any(|named| line.is_right(named))).count();
    let mut out = String::new();
    _ = writeln!(out, "{} lines, {registered} by registered voters", lines.len());
    let mut table = Table::new(["right voter", "threshold", "precision", "recall", "F1"]);
    for (title, point) in [
        ("at the threshold", chosen),
        ("best F1", best),
        ("precision at least 0.99", at_precision(&curve, 0.99)),
        ("precision at least 0.98", at_precision(&curve, 0.98)),
    ] {
        let figures = point.map_or_else(
            || ["-".to_owned(), "-".to_owned(), "-".to_owned(), "-".to_owned()],
            |point| {
                [point.threshold, point.precision(), point.recall(), point.f1()].map(|figure| format!("{figure:.4}"))
            },
        );
        table.row(title, figures);
    }
    table.row(
        "among the first five",
        ["-".into(), "-".into(), format!("{:.4}", ratio(in_five, registered)), "-".into()],
    );
    table.print(&mut out, markdown);
    by_group("kind", lines, threshold, |line| vec![line.truth.kind.as_str()]).print(&mut out, markdown);
    by_group("noise, registered", lines, threshold, |line| {
        if line.truth.voter.is_none() {
            Vec::new()
        } else if line.truth.noise.is_empty() {
            vec!["none"]
        } else {
            line.truth.noise.iter().map(String::as_str).collect()
        }
    })
    .print(&mut out, markdown);
    by_group("unregistered", lines, threshold, |line| {
        let housemate = HOUSEMATES.into_iter().find(|mark| line.has(mark));
        if line.truth.voter.is_some() { Vec::new() } else { vec![housemate.unwrap_or("others")] }
    })
    .print(&mut out, markdown);
    calibration(lines).print(&mut out, markdown);
    out
}

/// Recall and wrong voters by group, largest group first.
fn by_group<'a>(
    title: &'static str,
    lines: &'a [Scored],
    threshold: f64,
    groups_of: impl Fn(&'a Scored) -> Vec<&'a str>,
) -> Table<4> {
    let mut groups: BTreeMap<&str, [usize; 3]> = BTreeMap::new();
    for line in lines {
        for group in groups_of(line) {
            let counts = groups.entry(group).or_default();
            counts[0] += 1;
            if let Some(named) = line.taken(threshold) {
                counts[if line.is_right(named) { 1 } else { 2 }] += 1;
            }
        }
    }
    let mut sorted: Vec<_> = groups.into_iter().collect();
    sorted.sort_by_key(|(_, counts)| std::cmp::Reverse(counts[0]));
    let mut table = Table::new([title, "lines", "right", "wrong voter"]);
    for (group, [count, right, wrong]) in sorted {
        table.row(
            group,
            [count.to_string(), format!("{:.4}", ratio(right, count)), format!("{:.4}", ratio(wrong, count))],
        );
    }
    table
}

/// How often the first candidate is right, by the probability it was given.
pub(crate) fn calibration(lines: &[Scored]) -> Table<4> {
    let stated =
        lines.iter().filter_map(|line| line.named.first().map(|named| (ppm(named.score), line.is_right(named))));
    let mut table = Table::new(["probability from", "lines", "mean probability", "right"]);
    for band in reliability(&stated.collect::<Vec<_>>()) {
        let share = |ppm: u32| f64::from(ppm) / 1e6;
        table.row(
            &format!("{:.3}", share(band.from_ppm)),
            [band.lines.to_string(), format!("{:.4}", share(band.stated_ppm)), format!("{:.4}", share(band.right_ppm))],
        );
    }
    table
}

/// A probability in parts per million, in which it was written.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a probability is read between 0 and 1")]
fn ppm(probability: f64) -> u32 {
    (probability.clamp(0.0, 1.0) * 1e6).round() as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(truth: &str, matches: &str) -> Vec<Scored> {
        let mut matches = read_matches(matches.as_bytes()).unwrap();
        let truth = read_truth(truth.as_bytes()).unwrap();
        truth
            .into_iter()
            .map(|(key, truth)| Scored { truth, named: matches.remove(&key).unwrap_or_default() })
            .collect()
    }

    const TRUTH: &str =
        "line_id,kind,voter_id,flags\n1,valid,A,\n2,valid,B,ltypo|nozip\n3,notreg,,relative\n4,notreg,,\n";
    const MATCHES: &str = "section,line,rank,voter_id,weight,probability,proposal,reason\n\
        1,1,1,A,9,0.99,likely_valid,\n1,2,2,B,1,0.2,unsure,\n1,2,1,X,3,0.6,unsure,\n1,3,1,A,5,0.9,likely_valid,\n\
        1,4,1,,,,not_found,not_registered\n";

    #[test]
    fn precision_and_recall_of_the_right_voter() {
        let curve = curve_of(&lines(TRUTH, MATCHES));
        let figures: Vec<_> = curve.iter().map(|point| (point.threshold, point.accepted, point.right)).collect();
        assert_eq!(figures, [(0.99, 1, 1), (0.9, 2, 1), (0.6, 3, 1)]);
        assert!((curve[0].precision() - 1.0).abs() < 1e-9 && (curve[0].recall() - 0.5).abs() < 1e-9);
        assert!((curve[2].f1() - 2.0 / 5.0).abs() < 1e-9);
    }

    #[test]
    fn the_report_counts_by_kind_noise_and_housemates() {
        let text = report(&lines(TRUTH, MATCHES), Some(0.5), true);
        let has = |cells: &[&str]| {
            text.lines()
                .any(|line| line.split('|').map(str::trim).filter(|cell| !cell.is_empty()).eq(cells.iter().copied()))
        };
        assert!(has(&["at the threshold", "0.6000", "0.3333", "0.5000", "0.4000"]), "{text}");
        assert!(has(&["among the first five", "-", "-", "1.0000", "-"]), "{text}");
        assert!(has(&["notreg", "2", "0.0000", "0.5000"]), "{text}");
        assert!(has(&["ltypo", "1", "0.0000", "1.0000"]), "{text}");
        assert!(has(&["relative", "1", "0.0000", "1.0000"]), "{text}");
        assert!(has(&["others", "1", "0.0000", "0.0000"]), "{text}");
    }

    #[test]
    fn both_forms_of_truth_are_read() {
        let truth = read_truth("section,line,kind,voter_id,noise\n2,3,valid,A,initial\n".as_bytes()).unwrap();
        assert_eq!(truth[&(2, 3)].noise, ["initial"]);
        let error = read_truth("section,line,kind,voter_id,noise\n2,x,valid,A,\n".as_bytes()).unwrap_err();
        assert!(error.to_string().contains("line 2"), "{error}");
        assert!(read_truth("a,b\n".as_bytes()).unwrap_err().to_string().contains("no column line or line_id"));
        assert!(figure("1.5", true).is_err() && figure("1.5", false).is_ok() && figure("inf", false).is_err());
    }

    #[test]
    fn answers_of_another_tool_are_read_and_summed_up() {
        let answers = "line_id,voter_id,score\n1,A,12.5\n2,X,3\n2,B,4\n3,A,-1\n";
        let lines = lines(TRUTH, answers);
        assert_eq!(lines[1].named[0].voter, "B", "the higher score is the answer");
        let quality = quality(&lines);
        assert_eq!(quality.best.map(|best| (best.threshold, best.accepted, best.right)), Some((4.0, 2, 2)));
        assert_eq!(quality.housemates_taken, [Some(0.0), None]);
        assert!((quality.among_candidates - 1.0).abs() < 1e-9);
    }

    #[test]
    fn probabilities_are_held_against_what_came_true() {
        let mut text = String::new();
        calibration(&lines(TRUTH, MATCHES)).print(&mut text, true);
        let cells = |line: &str| line.split('|').map(str::trim).map(str::to_owned).collect::<Vec<_>>().join("|");
        let rows: Vec<String> = text.lines().map(cells).collect();
        assert!(rows.contains(&"|0.990|1|0.9900|1.0000|".to_owned()), "{text}");
        assert!(rows.contains(&"|0.500|1|0.6000|0.0000|".to_owned()), "{text}");
    }
}
