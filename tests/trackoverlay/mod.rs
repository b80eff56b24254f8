//! `wgputrackoverlay`: its parts without GStreamer, and the element.

mod pose;
mod quad;
