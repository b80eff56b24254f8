//! All integration tests in one binary: linking wgpu and GStreamer once is slow enough.

mod gpu;
mod video;
