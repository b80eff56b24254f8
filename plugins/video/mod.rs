//! The bridge between GStreamer and the GPU layer.
//!
//! * [`format`]: supported formats and their layout on the GPU
//! * [`memory`], [`allocator`], [`pool`]: frames as `memory:WGPUMemory`
//! * `dmabuf`, [`drm_format`]: memory of other drivers, and caps of it
//! * [`context`]: one device for all elements of a pipeline, or an application's own
//! * [`filter`]: the base class of all filters

pub mod allocator;
pub mod context;
#[cfg(target_os = "linux")]
pub mod dmabuf;
pub mod drm_format;
pub mod filter;
pub mod format;
pub mod matrix;
pub mod memory;
pub mod pool;

pub use filter::{
    Fields, Filtered, FrameContext, Plan, StreamInfo, WgpuFilter, WgpuFilterImpl, Work,
};
