//! The stranger's program against ours, byte for byte.

use std::{
    fmt::Write as _,
    fs,
    io::Write as _,
    process::{Command, Stdio},
};

use sampling::{
    REDRAW_PY,
    draw::{Draw, Purpose, csv},
};

use crate::common::{Dice, line, lines, sealed, seed};

/// Runs the program as it stands once for every line of its input, in one process: arguments, tab-separated.
const MANY: &str = "
import sys
sys.path.insert(0, sys.argv[1])
import redraw
for case in sys.stdin:
    redraw.main(case.rstrip('\\n').split('\\t'))
";

fn python() -> Option<Command> {
    let found = Command::new("python3").arg("--version").output().is_ok_and(|output| output.status.success());
    if !found {
        println!("skipped: redraw.py against ours, because there is no python3");
    }
    found.then(|| Command::new("python3"))
}

#[test]
fn a_stranger_redraws_a_thousand_seeds_of_three_sizes() {
    let Some(mut python) = python() else { return };
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("redraw.py"), REDRAW_PY).unwrap();
    let mut dice = Dice(20);
    let lists: Vec<_> = [1_u32, 2, 50, 97, 200]
        .into_iter()
        .map(|count| {
            let mut list = lines(count - 1);
            list.push(line(700 + count, 4_000_000_000));
            dice.shuffle(&mut list);
            let mut text = String::from("section,line\n");
            for line in &list {
                writeln!(text, "{},{}", line.section, line.line).unwrap();
            }
            let path = folder.path().join(format!("{count}.csv"));
            fs::write(&path, text).unwrap();
            (path, sealed(list))
        })
        .collect();
    let (mut cases, mut ours) = (String::new(), String::new());
    for number in 0..1_000 {
        let digits: String = (0..20 + number % 50).map(|_| char::from(b'0' + dice.below(10) as u8)).collect();
        let (path, list) = &lists[number % lists.len()];
        let (name, purpose) = [("sample", Purpose::Sample), ("audit", Purpose::Audit)][number % 2];
        let draw = Draw::new(list, &seed(&digits), purpose);
        let count = list.manifest().count();
        for size in [1, dice.below(count) + 1, count] {
            let path = path.display();
            writeln!(cases, "{path}\t--seed\t{digits}\t--size\t{size}\t--purpose\t{name}").unwrap();
            ours.push_str(&csv(draw.first(size).unwrap()));
        }
    }
    let mut child = python
        .args(["-c", MANY])
        .arg(folder.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let writer = std::thread::spawn(move || input.write_all(cases.as_bytes()).unwrap());
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{}", told.lines().last().unwrap_or_default());
    assert_eq!(told.lines().count(), 3_000);
    for (_, list) in &lists {
        let manifest = list.manifest();
        assert!(told.contains(&format!("{} lines, root {}\n", manifest.count(), manifest.root())));
    }
    let theirs = String::from_utf8(output.stdout).unwrap();
    assert_eq!(theirs.lines().count(), ours.lines().count());
    for (number, (theirs, ours)) in theirs.lines().zip(ours.lines()).enumerate() {
        assert_eq!(theirs, ours, "row {number}");
    }
    assert_eq!(theirs, ours);
}

/// As a stranger calls it: the sample is the purpose where none is named, and what cannot be drawn is refused.
#[test]
fn the_program_is_called_as_it_says() {
    if python().is_none() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let (program, list) = (folder.path().join("redraw.py"), folder.path().join("list.csv"));
    fs::write(&program, REDRAW_PY).unwrap();
    let run = |text: &str, size: &str| {
        fs::write(&list, text).unwrap();
        let mut command = Command::new("python3");
        command.arg(&program).arg(&list).args(["--seed", "31415926535897932384", "--size", size]).output().unwrap()
    };
    let drawn = run("section,line\n1,1\n1,2\n2,1\n", "2");
    let draw =
        Draw::new(&sealed(vec![line(1, 1), line(1, 2), line(2, 1)]), &seed("31415926535897932384"), Purpose::Sample);
    assert_eq!(String::from_utf8(drawn.stdout).unwrap(), csv(draw.first(2).unwrap()));
    for (text, size) in [
        ("section,line\n1,1\n1,1\n", "1"),
        ("section,line\n1,1\n", "2"),
        ("section,line\n1,1\n", "0"),
        ("section,line\n", "1"),
    ] {
        let refused = run(text, size);
        assert_eq!(refused.status.code(), Some(1));
        assert!(String::from_utf8(refused.stderr).unwrap().contains("no sample of"));
    }
}
