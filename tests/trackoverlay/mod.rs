//! `wgputrackoverlay`: its parts without GStreamer, and the element.

mod element;
mod exposure;
mod marking;
pub mod place;
mod pose;
mod quad;
mod source;
pub mod track;
mod trail;
