//! Tables for print, in Markdown or in plain columns.

use std::fmt::Write as _;

/// A table of texts for print.
pub(crate) struct Table<const N: usize> {
    rows: Vec<Vec<String>>,
}

impl<const N: usize> Table<N> {
    /// A table with its header.
    pub(crate) fn new(header: [&str; N]) -> Self {
        Self { rows: vec![header.map(str::to_owned).to_vec()] }
    }

    /// Adds a row: what it is of, and its figures.
    pub(crate) fn row<const M: usize>(&mut self, title: &str, figures: [String; M]) {
        self.rows.push(std::iter::once(title.to_owned()).chain(figures).collect());
    }

    /// Writes the table, an empty line before it; as Markdown or in plain columns.
    pub(crate) fn print(&self, out: &mut String, markdown: bool) {
        let width = |column: usize| self.rows.iter().filter_map(|row| row.get(column)).map(String::len).max();
        let widths: Vec<usize> = (0..N).filter_map(width).collect();
        out.push('\n');
        for (at, row) in self.rows.iter().enumerate() {
            let cells: Vec<String> = row
                .iter()
                .zip(&widths)
                .enumerate()
                .map(
                    |(column, (cell, width))| {
                        if column == 0 { format!("{cell:<width$}") } else { format!("{cell:>width$}") }
                    },
                )
                .collect();
            if markdown {
                _ = writeln!(out, "| {} |", cells.join(" | "));
                if at == 0 {
                    _ = writeln!(out, "|---{}|", "|---:".repeat(N - 1));
                }
            } else {
                _ = writeln!(out, "{}", cells.join("  ").trim_end());
            }
        }
    }
}
