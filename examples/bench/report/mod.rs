//! What the benchmark says: on the terminal, as JSON, and as a page with plots.

mod chart;
mod compare;
mod page;
mod read;
mod svg;
pub mod table;

use crate::options::Options;
use std::path::Path;
use table::Table;

/// Prints tables as they come and keeps them.
#[derive(Default)]
pub struct Report {
    tables: Vec<Table>,
}

impl Report {
    /// Prints tables and keeps them.
    pub fn add(&mut self, tables: impl IntoIterator<Item = Table>) {
        for table in tables {
            println!("{}", table.text());
            self.tables.push(table);
        }
    }

    /// Writes the files that were asked for.
    pub fn write(&self, options: &Options) -> Result<(), String> {
        if let Some(file) = &options.json {
            write("--json", file, &table::json(&self.tables))?;
        }
        if let Some(file) = &options.html {
            write("--html", file, &page::single(&self.tables)?)?;
        }
        Ok(())
    }
}

/// Reads the tables of two runs and says where they differ.
pub fn compare(options: &Options, [a, b]: &[std::path::PathBuf; 2]) -> Result<(), String> {
    let (old, new) = (read::file(a)?, read::file(b)?);
    let mut report = Report::default();
    report.add(compare::tables(&old, &new));
    println!("A: {}\nB: {}", a.display(), b.display());
    if let Some(file) = &options.json {
        write("--json", file, &table::json(&report.tables))?;
    }
    if let Some(file) = &options.html {
        let names = [a.display().to_string(), b.display().to_string()];
        let page = page::pair(&names, [&old, &new], &report.tables)?;
        write("--html", file, &page)?;
    }
    Ok(())
}

fn write(option: &str, file: &Path, text: &str) -> Result<(), String> {
    std::fs::write(file, text).map_err(|error| format!("{option} '{}': {error}", file.display()))
}
