//! Trained networks on working planes. Knows neither GStreamer nor the purpose of a network.
//!
//! * [`weights_file`], `record` and [`half_float`]: the file with layers and weights
//! * [`layers`]: records a network's layers
//! * [`runner`]: a network that corrects pictures
//! * [`past`]: what a network reads of the last output
//! * [`layer`]: a layer with its weights on the GPU
//! * [`method`], [`proof`]: choice of convolution kernels, and the test of matrix units
//! * [`slots`]: assignment of maps to buffers
//! * [`passes`]: the kernels

pub mod half_float;
pub mod layer;
pub mod layers;
pub mod method;
pub mod passes;
pub mod past;
mod picture;
pub mod proof;
mod record;
pub mod runner;
pub mod slots;
mod vectors;
pub mod weights_file;

pub use layers::Layers;
pub use past::Past;
pub use picture::NetworkPicture;
pub use runner::Network;
pub use weights_file::{WeightsError, WeightsFile};

use crate::gpu::KernelSpec;

/// All kernels of this folder.
pub const KERNELS: &[&KernelSpec] = &[
    &passes::CELLS,
    &passes::PAST_CELLS,
    &passes::CONV_DIRECT,
    &passes::CONV_WIDE,
    &passes::CONV_HALF,
    &passes::CONV_NARROW,
    &passes::CONV_MATRIX,
    &passes::CONV_MATRIX_PLAIN,
    &passes::STRIP_SUMS,
    &passes::MEAN,
    &passes::DENSE,
    &passes::CORRECT,
];
