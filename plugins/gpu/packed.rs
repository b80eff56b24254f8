//! Frames whose host memory holds the samples of all components in one plane, as YUY2 and v210 do. On
//! the GPU they have planes like any other: they are split behind the upload, and joined before the
//! download.

use std::sync::Arc;

use super::device::Gpu;
use super::error::GpuError;
use super::image::StorageBuffer;
use super::kernel::{Kernel, KernelSpec};
use super::layout::{FrameLayout, PackedOrder};
use super::sample_places::SamplePlaces;
use crate::{kernel, params};

params! {
    /// Parameters of `packed_split.wgsl` and `packed_join.wgsl`.
    pub struct PackedParams {
        /// Width of luma.
        pub width: u32,
        /// Height of luma.
        pub height: u32,
        /// Where the samples lie in the frame.
        pub samples: SamplePlaces,
        /// Words of 32 bits from row to row of host memory.
        pub row_words: u32,
        /// Words of a group of pixels.
        pub words: u32,
        /// Samples of luma in a group.
        pub luma_samples: u32,
        /// Samples of U and of V in a group.
        pub chroma_samples: u32,
        /// First bits of four samples of luma, a byte each.
        pub luma_low: u32,
        /// Those of the next four.
        pub luma_high: u32,
        /// Those of U.
        pub u: u32,
        /// Those of V.
        pub v: u32,
        /// Bits of a sample, with those that mean nothing in its word.
        pub bits: u32,
    }
}

/// From host memory to planes.
pub const PACKED_SPLIT: KernelSpec = kernel!("gpu/packed_split", PackedParams);
/// From planes to host memory.
pub const PACKED_JOIN: KernelSpec = kernel!("gpu/packed_join", PackedParams);

/// All kernels of this folder.
pub const KERNELS: &[&KernelSpec] = &[&PACKED_SPLIT, &PACKED_JOIN];

/// Up to four numbers, a byte each.
fn in_bytes(all: &[u8]) -> u32 {
    let shifted = all.iter().take(4).enumerate();
    shifted.fold(0, |word, (at, bit)| word | u32::from(*bit) << (8 * at))
}

fn packed_params(layout: &FrameLayout, order: &PackedOrder) -> PackedParams {
    let host = layout.host_spans();
    PackedParams {
        width: layout.width,
        height: layout.height,
        samples: SamplePlaces::new(layout),
        row_words: host.first().map_or(0, |span| span.stride / 4),
        words: order.words,
        luma_samples: order.y.len() as u32,
        chroma_samples: order.u.len() as u32,
        luma_low: in_bytes(order.y),
        luma_high: in_bytes(order.y.get(4..).unwrap_or_default()),
        u: in_bytes(order.u),
        v: in_bytes(order.v),
        bits: order.bits,
    }
}

/// Between packed host memory and a frame's planes, in one direction, on the GPU.
#[derive(Debug, Clone)]
pub(super) struct Repacking {
    pub(super) kernel: Arc<Kernel>,
    pub(super) params: PackedParams,
    /// Invocations: width, height, layers.
    pub(super) size: (u32, u32, u32),
    /// Host memory, as it is copied to and from staging buffers.
    pub(super) packed: Arc<StorageBuffer>,
}

impl Repacking {
    /// Splits what was uploaded; `None` where host memory has planes.
    pub(super) fn split(gpu: &Gpu, layout: &FrameLayout) -> Result<Option<Self>, GpuError> {
        let words = (layout.width * layout.sample_bytes()).div_ceil(4);
        Self::new(gpu, layout, &PACKED_SPLIT, (words, layout.height, 3))
    }

    /// Joins what is to be downloaded; `None` where host memory has planes.
    pub(super) fn join(gpu: &Gpu, layout: &FrameLayout) -> Result<Option<Self>, GpuError> {
        let host = layout.host_spans();
        let words = host.first().map_or(0, |span| span.row_bytes.div_ceil(4));
        Self::new(gpu, layout, &PACKED_JOIN, (words, layout.height, 1))
    }

    fn new(
        gpu: &Gpu,
        layout: &FrameLayout,
        kernel: &'static KernelSpec,
        size: (u32, u32, u32),
    ) -> Result<Option<Self>, GpuError> {
        let Some(order) = &layout.packed else {
            return Ok(None);
        };
        Ok(Some(Self {
            kernel: gpu.kernel(kernel)?,
            params: packed_params(layout, order),
            size,
            packed: Arc::new(StorageBuffer::new(gpu, "packed", layout.host_bytes())),
        }))
    }
}
