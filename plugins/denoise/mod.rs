//! `wgpudenoise`: motion-aware spatio-temporal noise reduction.
//!
//! The algorithm knows no GStreamer. [`denoiser::Denoiser`] records the passes of one frame:
//!
//! 1. [`unpack`]: planes become 8-bit code values in floating point
//! 2. [`guide`], [`motion`]: block matching against the last output
//! 3. [`temporal`]: Kalman update of the averaged noisy picture and its variance
//! 4. [`spatial`]: shrinkage of overlapped 8x8 DCT blocks by what noise is left
//! 5. [`unpack`] again: back to the frame's own samples

pub mod denoiser;
pub mod guide;
pub mod motion;
pub mod plane;
pub mod settings;
pub mod spatial;
pub mod temporal;
pub mod unpack;

pub use denoiser::{Denoiser, Scan, Statistics};
pub use settings::{Preset, Settings};

use crate::gpu::KernelSpec;

/// All kernels of this filter.
pub const KERNELS: &[&KernelSpec] = &[
    &unpack::UNPACK,
    &unpack::PACK,
    &guide::GUIDE_PACK,
    &guide::GUIDE_HALVE,
    &motion::MOTION_SEARCH,
    &motion::MOTION_REFINE,
    &temporal::TEMPORAL,
    &spatial::DCT_THRESHOLD,
    &spatial::DCT_WIENER,
    &spatial::BLOCK_MERGE,
];
