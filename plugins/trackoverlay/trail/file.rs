//! The track file: JSON lines, one object for each frame.
//!
//! ```json
//! {"frame":0,"pts":0,"state":"tracking","confidence":0.981,"quad":[[104.5,71],[311.25,90],[290,222],[95,190.5]]}
//! ```
//! `frame` counts from 0; `pts` is in nanoseconds, or null if the stream has none; `quad` is in pixels of
//! the input frame, and null exactly if `state` is `lost`. Lines of a placement of the file of placements also have
//! `placement`, its name.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use super::journal::Entry;
use crate::report::lines::{quoted, short};
use crate::trackoverlay::pose::TrackState;

/// Writes a track file.
#[derive(Debug)]
pub struct TrackWriter {
    out: BufWriter<File>,
    /// State of each placement.
    latest: Vec<(Option<String>, TrackState)>,
}

impl TrackWriter {
    /// Creates the file, or empties an existing one.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn create(path: &Path) -> io::Result<Self> {
        Ok(Self {
            out: BufWriter::new(File::create(path)?),
            latest: Vec::new(),
        })
    }

    /// Appends one frame of a placement, which has a name in the file of placements. Flushes the file at each change
    /// of its state.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn write(&mut self, entry: &Entry, placement: Option<&str>) -> io::Result<()> {
        writeln!(self.out, "{}", line(entry, placement))?;
        let known = self.latest.iter_mut();
        match known
            .into_iter()
            .find(|(name, _)| name.as_deref() == placement)
        {
            Some((_, state)) if *state == entry.state => return Ok(()),
            Some((_, state)) => *state = entry.state,
            None => {
                let name = placement.map(str::to_owned);
                self.latest.push((name, entry.state));
            }
        }
        self.flush()
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

/// The line of one frame of a placement, without line end.
pub fn line(entry: &Entry, placement: Option<&str>) -> String {
    let pts = entry
        .seen
        .pts
        .map_or("null".to_owned(), |pts| pts.to_string());
    let quad = entry.quad.map_or("null".to_owned(), |quad| {
        let corner = |[x, y]: [f64; 2]| format!("[{},{}]", short(x, 4), short(y, 4));
        format!("[{}]", quad.0.map(corner).join(","))
    });
    let name = placement.map_or(String::new(), |name| {
        format!(",\"placement\":{}", quoted(name))
    });
    format!(
        r#"{{"frame":{},"pts":{pts},"state":"{}","confidence":{},"quad":{quad}{name}}}"#,
        entry.seen.frame,
        state_name(entry.state),
        short(entry.confidence, 4),
    )
}
