//! All integration tests in one binary: linking wgpu and GStreamer once is slow enough.

mod deartifact;
mod denoise;
mod gpu;
mod network;
mod reference;
mod trackoverlay;
mod video;
