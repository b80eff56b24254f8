//! Formats with their own sample order in host memory, such as YUY2 and v210. On the GPU their frames
//! have planes like any other: samples are split after the upload and joined before the download.

use std::sync::Arc;

use super::device::Gpu;
use super::error::GpuError;
use super::host_order::{HostOrder, HostPlaces};
use super::image::StorageBuffer;
use super::kernel::{Kernel, KernelSpec};
use super::layout::FrameLayout;
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
        /// First byte of the alpha plane in the frame.
        pub alpha_start: u32,
        /// 32-bit words from one row to the next in host memory's first plane.
        pub row_words: u32,
        /// First word of host memory's second plane.
        pub other_start: u32,
        /// Words from one row to the next in all planes after the first.
        pub other_row_words: u32,
        /// Words in each plane after the first.
        pub other_words: u32,
        /// Words in a group of pixels: one byte per plane, lowest byte first.
        pub group_words: u32,
        /// Plane of Y, U, V and alpha: one byte each.
        pub planes: u32,
        /// Samples of Y, U, V and alpha in a group: one byte each.
        pub counts: u32,
        /// First bits of luma samples 0 to 3, a byte each.
        pub luma_low: u32,
        /// First bits of luma samples 4 to 7.
        pub luma_high: u32,
        /// First bits of the U samples.
        pub u: u32,
        /// First bits of the V samples.
        pub v: u32,
        /// First bits of the alpha samples.
        pub alpha: u32,
        /// Bits of a sample, unused ones included.
        pub bits: u32,
        /// V samples in a row of host memory.
        pub v_width: u32,
        /// Significant bits of R, G and B.
        pub depth: u32,
    }
}

/// Splits host memory into planes.
pub const PACKED_SPLIT: KernelSpec = kernel!("gpu/packed_split", PackedParams);
/// Joins planes into host memory.
pub const PACKED_JOIN: KernelSpec = kernel!("gpu/packed_join", PackedParams);

/// All kernels of this folder.
pub const KERNELS: &[&KernelSpec] = &[&PACKED_SPLIT, &PACKED_JOIN];

/// Up to four numbers, a byte each.
fn in_bytes(all: impl IntoIterator<Item = u32>) -> u32 {
    let shifted = all.into_iter().take(4).enumerate();
    shifted.fold(0, |word, (at, number)| word | number << (8 * at))
}

fn packed_params(layout: &FrameLayout, order: &HostOrder) -> PackedParams {
    let spans = layout.host_spans();
    let first = spans.first();
    let other = spans.get(1);
    let places = order.places();
    let [y, u, v, alpha] = &places;
    let bits =
        |place: &HostPlaces, from| in_bytes(place.bits.iter().skip(from).map(|b| (*b).into()));
    let alpha_plane = layout.spans().last().map_or(0, |span| span.offset);
    PackedParams {
        width: layout.width,
        height: layout.height,
        samples: SamplePlaces::new(layout),
        alpha_start: alpha_plane as u32,
        row_words: first.map_or(0, |span| span.stride / 4),
        other_start: other.map_or(0, |span| span.offset as u32 / 4),
        other_row_words: other.map_or(0, |span| span.stride / 4),
        other_words: other.map_or(0, |span| span.stride / 4 * span.rows),
        group_words: in_bytes(order.words()),
        planes: in_bytes(places.iter().map(|place| place.plane as u32)),
        counts: in_bytes(places.iter().map(|place| place.bits.len() as u32)),
        luma_low: bits(y, 0),
        luma_high: bits(y, 4),
        u: bits(u, 0),
        v: bits(v, 0),
        alpha: bits(alpha, 0),
        bits: order.bits,
        v_width: order.columns_of_v(layout.component_sizes()),
        depth: order.rgb.unwrap_or(layout.depth),
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
    /// Splits what was uploaded; `None` where host memory has the frame's planes.
    pub(super) fn split(gpu: &Gpu, layout: &FrameLayout) -> Result<Option<Self>, GpuError> {
        let words = (layout.width * layout.sample_bytes()).div_ceil(4);
        let components = match (layout.has_chroma(), layout.alpha) {
            (false, _) => 1,
            (true, false) => 3,
            (true, true) => 4,
        };
        Self::new(
            gpu,
            layout,
            &PACKED_SPLIT,
            (words, layout.height, components),
        )
    }

    /// Joins what is to be downloaded; `None` where host memory has the frame's planes.
    pub(super) fn join(gpu: &Gpu, layout: &FrameLayout) -> Result<Option<Self>, GpuError> {
        let host = layout.host_spans();
        let words = host.iter().map(|span| span.row_bytes.div_ceil(4));
        let words = words.max().unwrap_or_default();
        let planes = host.len() as u32;
        Self::new(gpu, layout, &PACKED_JOIN, (words, layout.height, planes))
    }

    fn new(
        gpu: &Gpu,
        layout: &FrameLayout,
        kernel: &'static KernelSpec,
        size: (u32, u32, u32),
    ) -> Result<Option<Self>, GpuError> {
        let Some(order) = &layout.host else {
            return Ok(None);
        };
        Ok(Some(Self {
            kernel: match order.rgb {
                Some(_) => gpu.variant(kernel, &[("RGB", true)])?,
                None => gpu.kernel(kernel)?,
            },
            params: packed_params(layout, order),
            size,
            packed: Arc::new(StorageBuffer::new(gpu, "packed", layout.host_bytes())),
        }))
    }
}
