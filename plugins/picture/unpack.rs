//! Conversion between frames and working planes of 8-bit code values.

use std::sync::Arc;

use super::planes::{Part, Parts, Planes};
use crate::gpu::kernel::Switches;
use crate::gpu::{
    ChromaOrder, Frame, FrameLayout, Gpu, GpuError, Kernel, KernelSpec, Recording, SamplePlaces,
};
use crate::{kernel, params};

params! {
    /// Parameters of the conversion passes: `RawParams` in `picture/shared/raw_samples.wgsl`.
    pub struct RawParams {
        /// Components of the dispatch.
        pub parts: Parts,
        /// Distance of two rows of the field in rows of the frame: 1, or 2 for a field.
        pub row_step: u32,
        /// First row of the field: 0 or 1.
        pub row_offset: u32,
        /// Position of the frame's samples.
        pub samples: SamplePlaces,
        /// For packing: 256ths that luma keeps of the picture before the filter.
        pub keep_luma: u32,
        /// The same for chroma.
        pub keep_chroma: u32,
        /// Code values of the frame in one 8-bit code value.
        pub unit: f32,
        /// Largest code value of the frame.
        pub max_code: f32,
    }
}

/// Converts frames to planes, 4 pixels in each invocation.
pub const UNPACK: KernelSpec = kernel!("picture/unpack", RawParams, [Parts, SamplePlaces]);
/// [`UNPACK`] with 16 pixels in each invocation.
pub const UNPACK_WIDE: KernelSpec = kernel!("picture/unpack_wide", RawParams);
/// Converts planes to frames, 4 pixels in each invocation.
pub const PACK: KernelSpec = kernel!("picture/pack", RawParams);
/// [`PACK`] with 16 pixels in each invocation.
pub const PACK_WIDE: KernelSpec = kernel!("picture/pack_wide", RawParams);

/// Pixels in each invocation of the wide kernels.
const WIDE: u32 = 16;

/// A frame's rows, or those of one of its fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rows {
    /// 1 for all rows, 2 for one field.
    pub step: u32,
    /// First row: 1 for the bottom field, else 0.
    pub offset: u32,
}

impl Rows {
    /// All rows.
    pub const ALL: Self = Self { step: 1, offset: 0 };
    /// The top field.
    pub const TOP: Self = Self { step: 2, offset: 0 };
    /// The bottom field.
    pub const BOTTOM: Self = Self { step: 2, offset: 1 };

    /// Identifies these rows in the attachments of a frame.
    pub fn part(self) -> u32 {
        self.step * 2 + self.offset
    }

    /// Number of these rows in a plane of `height` rows.
    pub fn count(self, height: u32) -> u32 {
        height.saturating_sub(self.offset).div_ceil(self.step)
    }
}

/// What a frame keeps of the picture before a filter.
#[derive(Debug, Clone, Copy)]
pub struct Kept<'a> {
    /// That picture.
    pub before: &'a Planes,
    /// Its shares in luma and chroma, in 256ths.
    pub shares: [u32; 2],
}

/// Converts frames of one layout to planes and back, all components in one dispatch.
#[derive(Debug)]
pub struct Unpacker {
    layout: FrameLayout,
    samples: SamplePlaces,
    unpack: Arc<Kernel>,
    pack: Arc<Kernel>,
    /// Pixels in each invocation: 16 if rows of all components are multiples of that, else 4.
    pixels: u32,
}

impl Unpacker {
    /// Compiles the kernels.
    ///
    /// # Errors
    /// As [`Gpu::kernel`].
    pub fn new(gpu: &Gpu, layout: &FrameLayout) -> Result<Self, GpuError> {
        let is_wide = layout.planes().iter().all(|p| p.width.is_multiple_of(WIDE));
        let (unpack, pack) = match is_wide {
            true => (
                gpu.variant(&UNPACK_WIDE, wide_variant(layout))?,
                gpu.variant(&PACK_WIDE, wide_variant(layout))?,
            ),
            false => (gpu.kernel(&UNPACK)?, gpu.kernel(&PACK)?),
        };
        Ok(Self {
            layout: *layout,
            samples: SamplePlaces::new(layout),
            unpack,
            pack,
            pixels: if is_wide { WIDE } else { 4 },
        })
    }

    /// Converts these rows of a frame to `planes`.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn unpack(
        &self,
        recording: &mut Recording<'_>,
        frame: &Frame,
        rows: Rows,
        planes: &Planes,
    ) -> Result<(), GpuError> {
        let part = planes.shape().whole();
        let bindings = [("raw", frame.into()), ("planes", planes.part(&part))];
        let sizes = part.grids(|(width, height), _| (width.div_ceil(self.pixels), height));
        let params = self.params(&part, rows, [0; 2]);
        recording.parts(&self.unpack, &bindings, &params, &sizes)
    }

    /// Converts `planes`, with what is `kept` of an earlier picture, to these rows of a frame.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn pack(
        &self,
        recording: &mut Recording<'_>,
        planes: &Planes,
        kept: Option<Kept<'_>>,
        frame: &Frame,
        rows: Rows,
    ) -> Result<(), GpuError> {
        let part = planes.shape().whole();
        let kept = kept.unwrap_or(Kept {
            before: planes,
            shares: [0; 2],
        });
        let bindings = [
            ("planes", planes.part(&part)),
            ("before", kept.before.part(&part)),
            ("raw", frame.into()),
        ];
        // With interleaved chroma, the invocations of U write V as well.
        let is_written = |component| component < 2 || self.layout.chroma_components() == 1;
        let sizes = part.grids(|(width, height), component| match is_written(component) {
            true => (width.div_ceil(self.pixels), height),
            false => (0, 0),
        });
        let params = self.params(&part, rows, kept.shares);
        recording.parts(&self.pack, &bindings, &params, &sizes)
    }

    fn params(&self, part: &Part, rows: Rows, [keep_luma, keep_chroma]: [u32; 2]) -> RawParams {
        let layout = &self.layout;
        RawParams {
            parts: part.params(),
            row_step: rows.step,
            row_offset: rows.offset,
            samples: self.samples,
            keep_luma,
            keep_chroma,
            unit: (1 << (layout.depth - 8)) as f32,
            max_code: layout.max_code() as f32,
        }
    }
}

fn wide_variant(layout: &FrameLayout) -> Switches {
    use ChromaOrder::{InterleavedUv, InterleavedVu};
    let is_interleaved = matches!(layout.chroma, InterleavedUv | InterleavedVu);
    match (layout.depth > 8, is_interleaved) {
        (false, false) => &[],
        (false, true) => &[("INTERLEAVED", true)],
        (true, false) => &[("DEEP", true)],
        (true, true) => &[("DEEP", true), ("INTERLEAVED", true)],
    }
}
