//! Between frames and working planes in 8-bit code values.

use std::sync::Arc;

use super::planes::{Part, Parts, Planes};
use crate::gpu::kernel::Switches;
use crate::gpu::{
    ChromaOrder, Frame, FrameLayout, Gpu, GpuError, Kernel, KernelSpec, Recording, SamplePlaces,
};
use crate::{kernel, params};

params! {
    /// Parameters of the passes between frames and working planes: `RawParams` in
    /// `picture/shared/raw_samples.wgsl`.
    pub struct RawParams {
        /// The components.
        pub parts: Parts,
        /// Rows of the frame to a row of the field.
        pub row_step: u32,
        /// First row of the field.
        pub row_offset: u32,
        /// Where the frame's samples lie.
        pub samples: SamplePlaces,
        /// Codes of the frame to an 8-bit code.
        pub unit: f32,
        /// Largest code of the frame.
        pub max_code: f32,
    }
}

/// Reads the components of a frame.
pub const UNPACK: KernelSpec = kernel!("picture/unpack", RawParams);
/// The same, 16 pixels at once.
pub const UNPACK_WIDE: KernelSpec = kernel!("picture/unpack_wide", RawParams);
/// Writes the components of a frame.
pub const PACK: KernelSpec = kernel!("picture/pack", RawParams);
/// The same, 16 pixels at once.
pub const PACK_WIDE: KernelSpec = kernel!("picture/pack_wide", RawParams);

/// Pixels that an invocation of the wide kernels takes.
const WIDE: u32 = 16;

/// Which rows of a frame belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rows {
    /// 1 for all rows, 2 for those of one field.
    pub step: u32,
    /// First row: 0, or 1 for the bottom field.
    pub offset: u32,
}

impl Rows {
    /// All rows.
    pub const ALL: Self = Self { step: 1, offset: 0 };
    /// The top field.
    pub const TOP: Self = Self { step: 2, offset: 0 };
    /// The bottom field.
    pub const BOTTOM: Self = Self { step: 2, offset: 1 };

    /// The part of a frame that these rows are, for what is attached to it.
    pub fn part(self) -> u32 {
        self.step * 2 + self.offset
    }

    /// Rows of this field in a plane of `height` rows.
    pub fn count(self, height: u32) -> u32 {
        height.saturating_sub(self.offset).div_ceil(self.step)
    }
}

/// Reads and writes the components of one frame layout, all in one dispatch.
#[derive(Debug)]
pub struct Unpacker {
    layout: FrameLayout,
    samples: SamplePlaces,
    unpack: Arc<Kernel>,
    pack: Arc<Kernel>,
    /// Pixels that an invocation takes: 4, or 16 where rows of all components are whole groups of them.
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

    /// Reads the given rows of a frame into `planes`.
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
        recording.parts(&self.unpack, &bindings, &self.params(&part, rows), &sizes)
    }

    /// Writes `planes` to the given rows of a frame.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn pack(
        &self,
        recording: &mut Recording<'_>,
        planes: &Planes,
        frame: &Frame,
        rows: Rows,
    ) -> Result<(), GpuError> {
        let part = planes.shape().whole();
        let bindings = [("planes", planes.part(&part)), ("raw", frame.into())];
        // Where U and V are interleaved, those who write U write both.
        let is_written = |component| component < 2 || self.layout.chroma_components() == 1;
        let sizes = part.grids(|(width, height), component| match is_written(component) {
            true => (width.div_ceil(self.pixels), height),
            false => (0, 0),
        });
        recording.parts(&self.pack, &bindings, &self.params(&part, rows), &sizes)
    }

    fn params(&self, part: &Part, rows: Rows) -> RawParams {
        let layout = &self.layout;
        RawParams {
            parts: part.params(),
            row_step: rows.step,
            row_offset: rows.offset,
            samples: self.samples,
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
