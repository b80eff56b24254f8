//! The file of an exposure report: JSON lines, complete up to the last appearance that has ended.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

/// Writes a report.
#[derive(Debug)]
pub struct ExposureWriter(File);

impl ExposureWriter {
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
    pub fn write(&mut self, line: &str) -> io::Result<()> {
        self.0.write_all(format!("{line}\n").as_bytes())
    }
}
