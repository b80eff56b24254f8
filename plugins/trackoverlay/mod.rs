//! Follows an operator's quad through a stream and pins a picture or a second stream to it.
//!
//! * [`quad`]: the quad, its checks and its homography
//! * [`pose`]: where the plane is in one frame, on the GPU and on the host
//! * [`journal`]: the poses of all frames on the CPU; [`track_file`] writes them
//! * [`follow`]: placing by a file that [`track_import`] has read, with the [`fade`] of its gaps
//! * [`playout`]: which frame of the second stream is due
//! * [`tracker`]: follows the plane on the GPU; [`track_grid`] sizes it, [`track_passes`] are its kernels
//! * [`settings`]: what an operator chooses
//! * [`picture`], [`source`]: what is placed, from a file or a second stream
//! * [`placement`], [`look`]: puts it into the frame's planes; [`matte`] keeps what is in front there
//! * [`colour`]: what code values mean

pub mod colour;
pub mod fade;
pub mod follow;
pub mod journal;
pub mod json;
pub mod lines;
pub mod look;
pub mod matte;
pub mod picture;
pub mod place_passes;
pub mod placement;
pub mod playout;
pub mod pose;
pub mod pose_set;
pub mod quad;
pub mod settings;
pub mod source;
pub mod source_format;
pub mod source_passes;
pub mod track_buffers;
pub mod track_file;
pub mod track_frame;
pub mod track_grid;
pub mod track_import;
pub mod track_passes;
pub mod tracker;

use crate::gpu::KernelSpec;

/// All kernels of this filter.
pub const KERNELS: &[&KernelSpec] = &[
    &pose_set::POSE_SET,
    &source_passes::SOURCE_RGBA,
    &source_passes::SOURCE_YUV,
    &source_passes::SOURCE_HALVE,
    &place_passes::PLACE_SETUP,
    &place_passes::PLACE_LUMA,
    &place_passes::PLACE_CHROMA,
    &place_passes::PLACE_CHROMA_PLANAR,
];
