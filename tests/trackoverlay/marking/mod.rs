//! Marking by hand: its parts without GStreamer.

mod handles;
mod marks;
mod snap;
