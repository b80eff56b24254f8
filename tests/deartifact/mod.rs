//! `wgpudeartifact`: its passes without GStreamer, and the element.

pub mod element;
mod grid;
mod learned;
mod model;
mod passes;
mod settle;
pub mod shrinkage;
