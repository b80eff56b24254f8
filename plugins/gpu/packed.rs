//! Formats whose host memory holds all components in one plane, such as YUY2 and v210. On the GPU their
//! frames have planes like any other: samples are split after the upload and joined before the download.

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
        /// Width of luma in pixels.
        pub width: u32,
        /// Height of luma in pixels.
        pub height: u32,
        /// Position of the samples in the frame.
        pub samples: SamplePlaces,
        /// 32-bit words from one row of host memory to the next.
        pub row_words: u32,
        /// 32-bit words in a group of pixels.
        pub words: u32,
        /// Luma samples in a group.
        pub luma_samples: u32,
        /// U samples in a group; V has as many.
        pub chroma_samples: u32,
        /// First bits of luma samples 0 to 3, a byte each, lowest byte first.
        pub luma_low: u32,
        /// First bits of luma samples 4 to 7.
        pub luma_high: u32,
        /// First bits of the U samples.
        pub u: u32,
        /// First bits of the V samples.
        pub v: u32,
        /// Bits of a sample, unused ones included.
        pub bits: u32,
    }
}

/// Splits host memory into planes.
pub const PACKED_SPLIT: KernelSpec = kernel!("gpu/packed_split", PackedParams);
/// Joins planes into host memory.
pub const PACKED_JOIN: KernelSpec = kernel!("gpu/packed_join", PackedParams);

/// All kernels of this folder.
pub const KERNELS: &[&KernelSpec] = &[&PACKED_SPLIT, &PACKED_JOIN];

/// Packs up to four numbers into a word, a byte each, lowest byte first.
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

/// Conversion on the GPU between packed host memory and a frame's planes, in one direction.
#[derive(Debug, Clone)]
pub(super) struct Repacking {
    pub(super) kernel: Arc<Kernel>,
    pub(super) params: PackedParams,
    /// Invocations: width, height, layers.
    pub(super) size: (u32, u32, u32),
    /// Buffer in host layout, copied from or to staging buffers.
    pub(super) packed: Arc<StorageBuffer>,
}

impl Repacking {
    /// Splits samples after an upload; `None` for planar formats.
    pub(super) fn split(gpu: &Gpu, layout: &FrameLayout) -> Result<Option<Self>, GpuError> {
        let words = (layout.width * layout.sample_bytes()).div_ceil(4);
        Self::new(gpu, layout, &PACKED_SPLIT, (words, layout.height, 3))
    }

    /// Joins samples before a download; `None` for planar formats.
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
