//! Reports on each frame: the track file, messages, metas and statistics.

use std::path::Path;

use glib::prelude::*;
use gst_video::VideoRegionOfInterestMeta;

use crate::trackoverlay::pose::TrackState;
use crate::trackoverlay::quad::Quad;
use crate::trackoverlay::trail::file::{TrackWriter, state_name};
use crate::trackoverlay::trail::journal::Entry;

/// Name of the message on the bus, and of the parameter structure of metas.
const STATE_MESSAGE: &str = "wgputrackoverlay-state";
/// Type of the region-of-interest meta.
const ROI_TYPE: &str = "wgputrackoverlay";

/// State of all reports since the start.
#[derive(Debug, Default)]
pub struct Report {
    writer: Option<TrackWriter>,
    /// Name of the placement, in the file of placements.
    name: Option<String>,
    state: TrackState,
    latest: Option<Entry>,
    /// Where the plane was seen last.
    last_quad: Option<Quad>,
    /// Number of frames by state: idle, tracking, degraded, lost.
    counts: [u64; 4],
}

/// A message to post once no lock is held.
#[derive(Debug)]
pub enum PendingMessage {
    /// The state has changed.
    State(gst::Structure),
    /// The track file can no longer be written.
    FileFailed(std::io::Error),
}

/// Name of a state in messages. Unlike in the track file, `idle` has its own.
fn name(state: TrackState) -> &'static str {
    match state {
        TrackState::Idle => "idle",
        other => state_name(other),
    }
}

fn number(state: TrackState) -> usize {
    state.number() as usize
}

fn quad_text(entry: &Entry) -> Option<String> {
    let rounded = |v: f64| (v * 1e4).round() / 1e4;
    let quad = entry.quad.map(|quad| {
        let corners = quad.0.map(|corner| corner.map(rounded));
        Quad(corners)
    });
    quad.map(|quad| quad.to_string())
}

fn time(nanoseconds: Option<u64>) -> Option<gst::ClockTime> {
    nanoseconds.map(gst::ClockTime::from_nseconds)
}

impl Report {
    /// Resets everything for a new run, and creates the track file if one is wanted.
    ///
    /// # Errors
    /// If the file cannot be created.
    pub fn start(&mut self, track_location: Option<&Path>) -> std::io::Result<()> {
        *self = Self {
            writer: track_location.map(TrackWriter::create).transpose()?,
            ..Self::default()
        };
        Ok(())
    }

    /// That of a placement of the file of placements.
    pub fn of(name: &str) -> Self {
        Self {
            name: Some(name.to_owned()),
            ..Self::default()
        }
    }

    /// Name of the placement; `None` for that of the properties.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// Writes the latest frame of another plane to the track file.
    pub fn write(&mut self, other: &Self) -> Vec<PendingMessage> {
        let mut messages = Vec::new();
        if let (Some(writer), Some(entry)) = (&mut self.writer, &other.latest) {
            let written = writer.write(entry, other.name());
            self.check(Some(written), &mut messages);
        }
        messages
    }

    /// Adds the next frame in order, and returns the messages to post.
    pub fn take(&mut self, entry: Entry) -> Vec<PendingMessage> {
        let mut messages = Vec::new();
        let written = self
            .writer
            .as_mut()
            .map(|writer| writer.write(&entry, None));
        self.check(written, &mut messages);
        let previous = std::mem::replace(&mut self.state, entry.state);
        if previous != entry.state {
            messages.push(PendingMessage::State(state_message(
                &entry,
                previous,
                self.name(),
            )));
        }
        if let Some(count) = self.counts.get_mut(number(entry.state)) {
            *count += 1;
        }
        self.last_quad = entry.quad.or(self.last_quad);
        self.latest = Some(entry);
        messages
    }

    /// Writes all buffered lines to the track file.
    pub fn flush(&mut self) -> Vec<PendingMessage> {
        let mut messages = Vec::new();
        let flushed = self.writer.as_mut().map(TrackWriter::flush);
        self.check(flushed, &mut messages);
        messages
    }

    /// Closes the track file.
    pub fn close(&mut self) {
        self.writer = None;
    }

    fn check(&mut self, result: Option<std::io::Result<()>>, messages: &mut Vec<PendingMessage>) {
        if let Some(Err(error)) = result {
            self.writer = None;
            messages.push(PendingMessage::FileFailed(error));
        }
    }

    /// The latest frame whose pose has arrived.
    pub fn latest(&self) -> Option<&Entry> {
        self.latest.as_ref()
    }

    /// Where the plane was seen last, however long ago.
    pub fn last_quad(&self) -> Option<Quad> {
        self.last_quad
    }

    /// Adds the tracked bounding box as a meta. `frame` is the buffer's frame number, `size` that of the
    /// picture.
    pub fn mark(&self, buffer: &mut gst::Buffer, frame: u32, size: (u32, u32)) {
        let Some(entry) = &self.latest else { return };
        let bounds = entry.quad.and_then(|quad| quad.bounds(size.0, size.1));
        let Some([x0, y0, x1, y1]) = bounds else {
            return;
        };
        let params = gst::Structure::builder(ROI_TYPE)
            .field("state", name(entry.state))
            .field("confidence", entry.confidence)
            .field("quad", quad_text(entry))
            .field("age", frame.saturating_sub(entry.seen.frame))
            .field_if_some("placement", self.name())
            .build();
        let place = (x0, y0, x1 - x0, y1 - y0);
        let mut meta = VideoRegionOfInterestMeta::add(buffer.make_mut(), ROI_TYPE, place);
        meta.add_param(params);
    }

    /// State, confidence and quad, as in the property `stats`, with the placement's name.
    pub fn summary(&self) -> gst::Structure {
        let latest = self.latest.as_ref();
        gst::Structure::builder("placement")
            .field("name", self.name())
            .field("state", name(self.state))
            .field("confidence", latest.map_or(0.0, |entry| entry.confidence))
            .field("quad", latest.and_then(quad_text))
            .build()
    }

    /// Fields of the property `stats`.
    pub fn stats(&self) -> Vec<(&'static str, glib::SendValue)> {
        let latest = self.latest.as_ref();
        let confidence = latest.map_or(0.0, |entry| entry.confidence);
        let count = |state| {
            self.counts
                .get(number(state))
                .copied()
                .unwrap_or(0)
                .to_send_value()
        };
        vec![
            ("state", name(self.state).to_send_value()),
            ("confidence", confidence.to_send_value()),
            ("quad", latest.and_then(quad_text).to_send_value()),
            ("frames-tracked", count(TrackState::Tracking)),
            ("frames-degraded", count(TrackState::Degraded)),
            ("frames-lost", count(TrackState::Lost)),
        ]
    }
}

fn state_message(entry: &Entry, previous: TrackState, placement: Option<&str>) -> gst::Structure {
    gst::Structure::builder(STATE_MESSAGE)
        .field("state", name(entry.state))
        .field("previous", name(previous))
        .field("confidence", entry.confidence)
        .field("frame", entry.seen.frame)
        .field("timestamp", time(entry.seen.pts))
        .field("running-time", time(entry.seen.running_time))
        .field("quad", quad_text(entry))
        .field_if_some("placement", placement)
        .build()
}
