//! The bridge between GStreamer and the GPU layer.

pub mod filter;

pub use filter::{Fields, Filtered, FrameContext, StreamInfo, WgpuFilter, WgpuFilterImpl};
