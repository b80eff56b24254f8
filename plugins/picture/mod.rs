//! Picture processing that filters share: working planes, conversion from and to frames, motion, temporal
//! averaging along it, and shrinkage of overlapping DCT blocks. Knows no GStreamer.
//!
//! * [`plane`], [`planes`]: pixels in 8-bit code values, four at a time, in storage buffers: luma alone, or
//!   all components one after the other
//! * [`stream`]: filters a stream frame by frame or field by field
//! * [`matrix`]: weights of red, green and blue in luma
//! * [`preset`]: the choice between quality and GPU time
//! * [`unpack`]: conversion between frames of any format and working planes
//! * [`guide`], [`motion`]: block matching between two pictures
//! * [`carried_motion`]: motion attached to a frame for the next filter of a chain
//! * [`motion_finder`]: takes attached motion, or searches
//! * [`scene_cut`]: detects pictures that begin a new scene
//! * [`temporal`]: Kalman update of an averaged picture and its variance, along the motion
//! * [`spatial`]: shrinkage of overlapping 8x8 DCT blocks by the noise deviation of each pixel
//! * [`spatial_blocks`]: implementation for software Vulkan: separate passes for blocks and merging
//! * [`spatial_tile`]: implementation for GPUs: both in one dispatch
//! * [`block_merge`]: arrangements of blocks, and the merging of each
//! * [`agreeing_mean`]: what is left of the noise at edges is averaged with what agrees around it

pub mod agreeing_mean;
pub mod block_merge;
pub mod carried_motion;
pub mod guide;
pub mod matrix;
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
    &block_merge::BLOCK_MERGE,
    &block_merge::QUINCUNX_MERGE,
    &spatial_tile::DCT_THRESHOLD_TILE,
    &spatial_tile::DCT_WIENER_TILE,
    &agreeing_mean::AGREEING_MEAN,
];
