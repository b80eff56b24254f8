//! `wgpudenoise`: motion-aware spatio-temporal noise reduction.
//!
//! The algorithm knows no GStreamer. [`denoiser::Denoiser`] records the passes of one frame:
//!
//! 1. [`unpack`]: planes become 8-bit code values in floating point
//! 2. [`noise`]: how strong the noise is, from the picture and the one before it
//! 3. [`guide`], [`motion`]: block matching against the last output
//! 4. [`temporal`]: Kalman update of the averaged noisy picture and its variance
//! 5. [`spatial`]: shrinkage of overlapped 8x8 DCT blocks by what noise is left
//! 6. [`unpack`] again: back to the frame's own samples

pub mod component;
pub mod denoiser;
pub mod guide;
pub mod motion;
pub mod noise;
pub mod noise_grid;
pub mod noise_passes;
pub mod picture;
pub mod plane;
pub mod scene_cut;
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
    &noise_passes::NOISE_CELLS,
    &noise_passes::NOISE_SITES,
    &noise_passes::NOISE_MODEL,
    &temporal::TEMPORAL,
    &temporal::TEMPORAL_FUSE,
    &scene_cut::SCENE_CUT,
    &spatial::DCT_THRESHOLD,
    &spatial::DCT_WIENER,
    &spatial::BLOCK_MERGE,
];
