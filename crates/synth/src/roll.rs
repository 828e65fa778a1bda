//! The roll as a file: blocks are made and written out in parallel, and stored in order.

use std::fs::File;
use std::io::Write;
use std::path::Path;

use rayon::prelude::*;

use crate::county::County;
use crate::person::{Address, Voter};
use crate::pictures::reference;
use crate::{Progress, Stage, SynthError};

const NAME: &str = "roll.csv";
const HEADER: &str = "voter_id,first,middle,last,suffix,birth_date,house_number,street_pre,street,street_type,unit,city,zip,status,registered_on,canceled_on,previous_house_number,previous_street_pre,previous_street,previous_street_type,previous_unit,previous_city,previous_zip,previous_until,signatures";

/// Makes `count` blocks in parallel and hands them on in order, while the next ones are being made.
pub(crate) fn in_order<T: Send>(
    count: u64,
    make: impl Fn(u64) -> T + Sync,
    mut take: impl FnMut(T) -> Result<(), SynthError> + Send,
) -> Result<(), SynthError> {
    const AT_ONCE: u64 = 64;
    let mut ready: Vec<T> = Vec::new();
    let mut next = 0;
    while next < count || !ready.is_empty() {
        let end = (next + AT_ONCE).min(count);
        let (taken, fresh) = rayon::join(
            || ready.drain(..).try_for_each(&mut take),
            || (next..end).into_par_iter().map(&make).collect(),
        );
        taken?;
        ready = fresh;
        next = end;
    }
    Ok(())
}

/// Writes `roll.csv`, with the names of reference signatures where there are pictures, and gives its number of rows.
pub(crate) fn write_roll(
    dir: &Path,
    county: &County<'_>,
    pictures: bool,
    progress: Progress<'_>,
) -> Result<u64, SynthError> {
    let path = dir.join(NAME);
    let failed = |source| SynthError::io(&path, source);
    let mut file = File::create(&path).map_err(failed)?;
    writeln!(file, "{HEADER}").map_err(failed)?;
    let mut done = 0;
    in_order(
        county.blocks(),
        |block| rows(&county.voters(block), pictures.then_some(county.seed)),
        |rows| {
            file.write_all(&rows.map_err(failed)?).map_err(failed)?;
            done += 1;
            progress(Stage::Roll, done, county.blocks());
            Ok(())
        },
    )?;
    Ok(county.rows())
}

/// The rows of some voters as CSV, in a county of that seed with reference signatures.
fn rows(voters: &[Voter], pictures: Option<u64>) -> std::io::Result<Vec<u8>> {
    let mut writer = csv::Writer::from_writer(Vec::with_capacity(voters.len() * 160));
    for voter in voters {
        let id = voter.id.to_string();
        let last = voter.name.last();
        let dates = [voter.born.iso(), voter.registered.iso()];
        let [number, unit] = numbers(Some(&voter.address));
        let previous = voter.previous.as_ref();
        let [previous_number, previous_unit] = numbers(previous.map(|previous| &previous.address));
        let of_previous =
            |field: fn(&Address) -> &'static str| previous.map_or("", |previous| field(&previous.address));
        writer.write_record([
            id.as_str(),
            voter.name.first,
            voter.name.middle.text(),
            &last,
            voter.name.suffix,
            dates[0],
            &number,
            voter.address.pre,
            voter.address.street,
            voter.address.kind,
            &unit,
            voter.address.place.city,
            voter.address.place.zip.as_str(),
            voter.standing.status(),
            dates[1],
            voter.canceled.map_or("", crate::calendar::Day::iso),
            &previous_number,
            of_previous(|address| address.pre),
            of_previous(|address| address.street),
            of_previous(|address| address.kind),
            &previous_unit,
            of_previous(|address| address.place.city),
            previous.map_or("", |previous| previous.address.place.zip.as_str()),
            previous.map_or("", |previous| previous.until.iso()),
            &pictures.map_or_else(String::new, |seed| reference::files(seed, voter.id)),
        ])?;
    }
    writer.into_inner().map_err(csv::IntoInnerError::into_error)
}

/// House number and unit as on the roll, empty where there is no address.
fn numbers(address: Option<&Address>) -> [String; 2] {
    let Some(address) = address else { return [String::new(), String::new()] };
    let unit = address.unit.map_or_else(String::new, |unit| format!("{} {}", unit.word, unit.label));
    [address.number.to_string(), unit]
}
