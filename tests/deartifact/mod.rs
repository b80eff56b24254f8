//! `wgpudeartifact`: its passes without GStreamer, and the element.

mod element;
mod model;
mod passes;
