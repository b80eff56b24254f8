//! `wgputrackoverlay`: its parts without GStreamer, and the element.

mod playout;
mod pose;
mod pose_set;
mod quad;
mod track_file;
