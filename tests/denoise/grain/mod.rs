//! Film-grain tables, without GStreamer.

mod fit;
pub mod rig;
mod segments;
mod sites;
mod writer;
