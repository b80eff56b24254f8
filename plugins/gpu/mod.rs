//! All of wgpu. Knows no GStreamer: it can be used and benchmarked without any pipeline.
//!
//! * [`device`], [`cache`]: choosing an adapter and opening it, loss and faults; pipelines on disk
//! * [`layout`], [`frame`]: the shape of video frames; frames, each in one buffer
//! * [`sample_places`]: where shaders find the samples of a frame
//! * [`image`]: working images and buffers of the algorithms
//! * [`shader`], [`shared_shaders`]: WGSL sources, includes, reflection
//! * [`matrices`]: matrix units of an adapter
//! * [`kernel`], [`binding`]: a compiled shader whose bindings are found by name
//! * [`pass`], [`recording`], [`recorder`]: passes as data; their submission, all together
//! * [`pool`]: frames for reuse
//! * [`transfer`]: upload and readback rings
//! * [`readback`], [`readback_queue`]: small results on the CPU: the latest, or each one in order
//! * [`timing`]: GPU time of each pass

pub mod binding;
mod bounds;
pub mod cache;
mod compiler;
pub mod device;
pub mod error;
pub mod frame;
mod health;
mod identity;
pub mod image;
pub mod kernel;
pub mod layout;
mod mapping;
pub mod matrices;
pub mod packed;
pub mod pass;
pub mod pool;
pub mod readback;
pub mod readback_queue;
pub mod recorder;
pub mod recording;
pub mod sample_places;
pub mod shader;
pub mod shared_shaders;
pub mod submission;
pub mod timing;
pub mod transfer;

pub use binding::Binding;
pub use device::{AdapterSelector, Gpu};
pub use error::GpuError;
pub use frame::Frame;
pub use image::{Image, StorageBuffer};
pub use kernel::{Kernel, KernelSpec};
pub use layout::{
    ChromaOrder, FrameLayout, PackedOrder, PlaneFormat, PlaneLayout, PlaneSpan, Subsampling,
};
pub use pool::FramePool;
pub use readback::Readback;
pub use readback_queue::ReadbackQueue;
pub use recorder::Recorder;
pub use recording::Recording;
pub use sample_places::SamplePlaces;
pub use submission::Submission;
