//! The track file: JSON lines, one object for each frame.
//!
//! ```json
//! {"frame":0,"pts":0,"state":"tracking","confidence":0.981,"quad":[[104.5,71],[311.25,90],[290,222],[95,190.5]]}
//! ```
//! `frame` counts from 0; `pts` is in nanoseconds, or null if the stream has none; `quad` is in pixels of
//! the input frame, and null exactly if `state` is `lost`.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use super::journal::Entry;
use crate::report::lines::short;
use crate::trackoverlay::pose::TrackState;

/// Writes a track file.
#[derive(Debug)]
pub struct TrackWriter {
    out: BufWriter<File>,
    latest: Option<TrackState>,
}

impl TrackWriter {
    /// Creates the file, or empties an existing one.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn create(path: &Path) -> io::Result<Self> {
        Ok(Self {
            out: BufWriter::new(File::create(path)?),
            latest: None,
        })
    }

    /// Appends one frame. Flushes the file at each change of state.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn write(&mut self, entry: &Entry) -> io::Result<()> {
        writeln!(self.out, "{}", line(entry))?;
        match self.latest.replace(entry.state) == Some(entry.state) {
            true => Ok(()),
            false => self.flush(),
        }
    }

    /// Writes all buffered lines to the file.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Name of a state in files and messages; `lost` also before a quad is armed.
pub fn state_name(state: TrackState) -> &'static str {
    match state {
        TrackState::Tracking => "tracking",
        TrackState::Degraded => "degraded",
        TrackState::Idle | TrackState::Lost => "lost",
    }
}

/// The line of one frame, without line end.
pub fn line(entry: &Entry) -> String {
    let pts = entry
        .seen
        .pts
        .map_or("null".to_owned(), |pts| pts.to_string());
    let quad = entry.quad.map_or("null".to_owned(), |quad| {
        let corner = |[x, y]: [f64; 2]| format!("[{},{}]", short(x, 4), short(y, 4));
        format!("[{}]", quad.0.map(corner).join(","))
    });
    format!(
        r#"{{"frame":{},"pts":{pts},"state":"{}","confidence":{},"quad":{quad}}}"#,
        entry.seen.frame,
        state_name(entry.state),
        short(entry.confidence, 4),
    )
}
