//! A file of JSON lines that is complete up to its last line, whenever the process ends.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

use super::lines::{Fields, line};

/// Writes lines of JSON.
#[derive(Debug)]
pub struct LineWriter(File);

impl LineWriter {
    /// Creates the file, or empties an existing one.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn create(path: &Path) -> io::Result<Self> {
        File::create(path).map(Self)
    }

    /// Appends a line in one write, so that a crash leaves no half of it.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn write(&mut self, fields: &Fields) -> io::Result<()> {
        self.0.write_all(format!("{}\n", line(fields)).as_bytes())
    }
}
