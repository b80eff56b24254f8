//! What filters of whole pictures share: working planes, the way between them and a frame,
//! motion, averaging along it, and shrinkage of overlapped blocks. Knows no GStreamer.
//!
//! * [`plane`], [`planes`]: pixels in 8-bit code values, four at a time, in storage buffers: luma alone,
//!   or all components one behind the other
//! * [`stream`]: frames of a stream filtered whole, or field by field
//! * [`preset`]: the trade between quality and GPU time
//! * [`unpack`]: from the samples of any frame to working planes and back
//! * [`guide`], [`motion`]: block matching between two pictures
//! * [`carried_motion`]: motion that travels with a frame to the next filter of a chain
//! * [`motion_finder`]: either of the two
//! * [`scene_cut`]: where a picture has nothing to do with the one before
//! * [`temporal`]: Kalman update of an averaged picture and its variance, along the motion
//! * [`spatial`]: shrinkage of overlapped 8x8 DCT blocks by the deviation that a state holds
//! * [`spatial_blocks`]: the same block by block, with a merge after it
//! * [`spatial_tile`]: the same for GPUs, block and picture in one dispatch

pub mod carried_motion;
pub mod guide;
pub mod motion;
pub mod motion_finder;
pub mod plane;
pub mod planes;
pub mod preset;
pub mod scene_cut;
pub mod spatial;
pub mod spatial_blocks;
pub mod spatial_tile;
pub mod stream;
pub mod temporal;
pub mod unpack;

use crate::gpu::KernelSpec;

/// All kernels of this folder.
pub const KERNELS: &[&KernelSpec] = &[
    &unpack::UNPACK,
    &unpack::PACK,
    &unpack::UNPACK_WIDE,
    &unpack::PACK_WIDE,
    &guide::GUIDE_PYRAMID,
    &guide::GUIDE_FULL,
    &motion::MOTION_SEARCH,
    &motion::MOTION_SEARCH_LANES,
    &motion::MOTION_REFINE,
    &motion::MOTION_REFINE_SCENE,
    &scene_cut::SCENE_CUT,
    &temporal::TEMPORAL,
    &temporal::TEMPORAL_FUSE,
    &temporal::TEMPORAL_LANES,
    &temporal::TEMPORAL_FUSE_LANES,
    &spatial_blocks::DCT_THRESHOLD,
    &spatial_blocks::DCT_WIENER,
    &spatial_blocks::BLOCK_MERGE,
    &spatial_blocks::QUINCUNX_MERGE,
    &spatial_tile::DCT_THRESHOLD_TILE,
    &spatial_tile::DCT_WIENER_TILE,
];
