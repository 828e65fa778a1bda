//! Candidates as Parquet: the rows of the CSV file in typed columns.

use std::{
    io::{self, BufWriter, Write},
    sync::Arc,
};

use parquet::{
    basic::Compression,
    data_type::{ByteArray, ByteArrayType, DataType, DoubleType, Int32Type},
    errors::{ParquetError, Result},
    file::{
        properties::WriterProperties,
        writer::{SerializedFileWriter, SerializedRowGroupWriter},
    },
    schema::parser::parse_message_type,
};

use super::{Found, bits, probability, reason};

const SCHEMA: &str = "message candidates {
    required int32 section (INTEGER(32,false));
    required int32 line (INTEGER(32,false));
    optional int32 rank (INTEGER(32,false));
    optional binary voter_id (STRING);
    optional double weight;
    optional double probability;
    required binary proposal (STRING);
    optional binary reason (STRING);
}";
/// Lines of the petition in a group of rows.
const LINES_IN_GROUP: usize = 50_000;

pub(super) fn write<W: Write + Send>(found: &Found<'_>, file: &mut BufWriter<W>) -> io::Result<()> {
    write_groups(found, file).map_err(|error| match error {
        ParquetError::External(error) => io::Error::other(error),
        error => io::Error::other(error),
    })
}

fn write_groups<W: Write + Send>(found: &Found<'_>, file: &mut BufWriter<W>) -> Result<()> {
    let schema = Arc::new(parse_message_type(SCHEMA)?);
    let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
    let mut writer = SerializedFileWriter::new(file, schema, Arc::new(properties))?;
    let all: Vec<_> = found.lines.iter().zip(found.matches).collect();
    for lines in all.chunks(LINES_IN_GROUP) {
        // A line without a candidate has one row.
        let rows = || {
            lines.iter().flat_map(|(line, found)| {
                let ranked = found.candidates.iter().zip(1..).map(Some);
                let none = found.candidates.is_empty().then_some(None);
                ranked.chain(none).map(move |candidate| (line.line, *found, candidate))
            })
        };
        let text = |text: &str| ByteArray::from(text);
        let mut group = writer.next_row_group()?;
        required::<Int32Type, _>(&mut group, rows().map(|(line, ..)| line.section.get().cast_signed()))?;
        required::<Int32Type, _>(&mut group, rows().map(|(line, ..)| line.line.get().cast_signed()))?;
        optional::<Int32Type, _>(&mut group, rows().map(|(.., candidate)| candidate.map(|(_, rank)| rank)))?;
        let voter = rows().map(|(.., candidate)| candidate.map(|(candidate, _)| text(found.voter_id(candidate))));
        optional::<ByteArrayType, _>(&mut group, voter)?;
        let weight = rows().map(|(.., candidate)| candidate.map(|(candidate, _)| bits(candidate.weight_centibits)));
        optional::<DoubleType, _>(&mut group, weight)?;
        let share =
            rows().map(|(.., candidate)| candidate.map(|(candidate, _)| probability(candidate.probability_ppm)));
        optional::<DoubleType, _>(&mut group, share)?;
        required::<ByteArrayType, _>(&mut group, rows().map(|(_, found, _)| text(found.proposal.name())))?;
        optional::<ByteArrayType, _>(&mut group, rows().map(|(_, found, _)| reason(found).map(text)))?;
        group.close()?;
    }
    writer.close()?;
    Ok(())
}

fn required<T: DataType, W: Write + Send>(
    group: &mut SerializedRowGroupWriter<'_, W>,
    values: impl Iterator<Item = T::T>,
) -> Result<()> {
    write_column::<T, W>(group, &values.collect::<Vec<_>>(), None)
}

fn optional<T: DataType, W: Write + Send>(
    group: &mut SerializedRowGroupWriter<'_, W>,
    values: impl Iterator<Item = Option<T::T>>,
) -> Result<()> {
    let values: Vec<_> = values.collect();
    let levels: Vec<i16> = values.iter().map(|value| i16::from(value.is_some())).collect();
    write_column::<T, W>(group, &values.into_iter().flatten().collect::<Vec<_>>(), Some(&levels))
}

fn write_column<T: DataType, W: Write + Send>(
    group: &mut SerializedRowGroupWriter<'_, W>,
    values: &[T::T],
    levels: Option<&[i16]>,
) -> Result<()> {
    let mut column =
        group.next_column()?.ok_or_else(|| ParquetError::General("the schema has too few columns".to_owned()))?;
    column.typed::<T>().write_batch(values, levels, None)?;
    column.close()
}
