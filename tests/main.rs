//! All integration tests in one binary: linking wgpu and GStreamer once is slow enough.

// Their helpers are no test functions, which is all that `clippy.toml` exempts.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod compare;
mod deartifact;
mod denoise;
#[cfg(target_os = "linux")]
mod dmabuf;
mod docs;
#[cfg(target_os = "linux")]
mod faults;
mod gpu;
mod hostile;
mod network;
mod picture;
mod reference;
mod tone;
mod trackoverlay;
mod video;
