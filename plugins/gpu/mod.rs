//! All of wgpu. Knows no GStreamer: it can be used and benchmarked without any pipeline.
//!
//! * [`device`]: choosing an adapter and opening it, loss and faults
//! * [`frame`]: video frames whose planes are textures
//! * [`image`]: working images and buffers of the algorithms
//! * [`shader`]: WGSL sources, includes, reflection
//! * [`kernel`]: a compiled shader whose bindings are found by name
//! * [`recording`]: passes as data, submitted together
//! * [`pool`]: frames for reuse
//! * [`transfer`]: upload and readback rings
//! * [`readback`]: small results on the CPU, without waiting
//! * [`timing`]: GPU time of each pass

pub mod cache;
pub mod device;
pub mod error;
pub mod frame;
pub mod image;
pub mod kernel;
pub mod pool;
pub mod readback;
pub mod recording;
pub mod shader;
pub mod timing;
pub mod transfer;

pub use device::{AdapterSelector, Gpu};
pub use error::GpuError;
pub use frame::{ChromaOrder, Frame, FrameLayout, PlaneFormat, PlaneLayout, Subsampling};
pub use image::{Image, StorageBuffer};
pub use kernel::{Kernel, KernelSpec};
pub use pool::FramePool;
pub use readback::Readback;
pub use recording::{Binding, Recording, Submission};
