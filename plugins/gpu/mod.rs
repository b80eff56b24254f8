//! The GPU layer on top of wgpu. Knows no GStreamer: it can be used and benchmarked without a pipeline.
//!
//! * [`adapter`], [`device`], [`cache`]: choosing an adapter and opening it, loss and faults; pipelines on disk
//! * [`sharing`]: devices that elements share, and those in place of lost ones
//! * [`guard`], [`patience`]: calls that may panic; how long to wait for a device
//! * [`layout`], [`frame`]: the shape of video frames; frames, each in one buffer
//! * [`sample_places`]: where shaders find the samples of a frame
//! * [`image`]: working images and buffers of the algorithms
//! * [`shader`], [`shared_shaders`]: WGSL sources, includes, reflection
//! * [`shader_constant`]: numbers of shaders, for the host
//! * [`matrices`]: matrix units of an adapter
//! * [`kernel`], [`binding`]: a compiled shader whose bindings are found by name
//! * [`pass`], [`recording`], [`recorder`]: passes as data; their submission
//! * [`pool`]: reuse of frames
//! * [`transfer`]: upload and download through rings of staging buffers
//! * `import`, `export`: frames in memory of other drivers, and for them; `foreign`, `gather`: what both need; [`loan`]: what the GPU borrows
//! * [`readback`], [`readback_queue`]: small results on the CPU: the latest only, or every one in order
//! * [`timing`]: GPU time of each pass

pub mod adapter;
pub mod binding;
mod bounds;
pub mod cache;
mod compiler;
pub mod device;
pub mod error;
#[cfg(target_os = "linux")]
pub mod export;
mod farewell;
#[cfg(target_os = "linux")]
mod foreign;
pub mod frame;
#[cfg(target_os = "linux")]
pub mod gather;
pub mod guard;
mod health;
pub mod host_order;
mod identity;
pub mod image;
#[cfg(target_os = "linux")]
pub mod import;
pub mod kernel;
pub mod layout;
mod loan;
mod mapping;
pub mod matrices;
pub mod packed;
pub mod pass;
pub mod patience;
pub mod pool;
pub mod readback;
pub mod readback_queue;
pub mod recorder;
pub mod recording;
pub mod sample_places;
pub mod shader;
pub mod shader_constant;
pub mod shared_shaders;
pub mod sharing;
pub mod submission;
pub mod survey;
pub mod timing;
pub mod transfer;
mod trial;

pub use adapter::AdapterSelector;
pub use binding::Binding;
pub use device::Gpu;
pub use error::GpuError;
pub use frame::Frame;
pub use guard::guarded;
pub use host_order::HostOrder;
pub use image::{Image, StorageBuffer};
pub use kernel::{Kernel, KernelSpec};
pub use layout::{ChromaOrder, FrameLayout, PlaneFormat, PlaneLayout, PlaneSpan, Subsampling};
pub use patience::{Patience, WorkTimes};
pub use pool::FramePool;
pub use readback::Readback;
pub use readback_queue::ReadbackQueue;
pub use recorder::Recorder;
pub use recording::Recording;
pub use sample_places::SamplePlaces;
pub use submission::Submission;
