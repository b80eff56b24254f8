//! What filters of whole pictures share: working planes, the way between them and a frame, and
//! shrinkage of overlapped blocks. Knows no GStreamer.
//!
//! * [`plane`]: pixels in 8-bit code values, four at a time, in storage buffers
//! * [`unpack`]: from the samples of any frame to working planes and back
//! * [`spatial`]: shrinkage of overlapped 8x8 DCT blocks by the deviation that a state holds

pub mod plane;
pub mod spatial;
pub mod unpack;
pub mod unpack_wide;

use crate::gpu::KernelSpec;

/// All kernels of this folder.
pub const KERNELS: &[&KernelSpec] = &[
    &unpack::UNPACK,
    &unpack::PACK,
    &unpack_wide::UNPACK_WIDE,
    &unpack_wide::PACK_WIDE,
    &spatial::DCT_THRESHOLD,
    &spatial::DCT_WIENER,
    &spatial::BLOCK_MERGE,
    &spatial::QUINCUNX_MERGE,
];
