//! `wgpudeartifact`: its passes without GStreamer, and the element.

mod element;
mod grid;
mod learned;
mod model;
mod passes;
mod shrinkage;
