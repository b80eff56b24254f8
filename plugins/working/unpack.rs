//! Between the planes of a frame and working planes in 8-bit code values.

use std::sync::Arc;

use super::plane::Plane;
use super::unpack_wide::WideUnpacker;
use crate::gpu::{Frame, FrameLayout, Gpu, GpuError, Kernel, KernelSpec, Recording};
use crate::{kernel, params};

params! {
    /// Parameters of `unpack.wgsl`.
    pub struct UnpackParams {
        /// Width of the component.
        pub width: u32,
        /// Height of the component, or of its field.
        pub height: u32,
        /// Rows of the plane to a row of the field.
        pub row_step: u32,
        /// First row of the field.
        pub row_offset: u32,
        /// First word of the plane.
        pub start: u32,
        /// Words from row to row.
        pub pitch: u32,
        /// Bytes of a sample.
        pub sample_bytes: u32,
        /// Samples of a texel.
        pub components: u32,
        /// Which of them to read.
        pub component: u32,
        /// Bits below the sample in its word.
        pub shift: u32,
        /// From code values to 8-bit code values.
        pub scale: f32,
    }
}

params! {
    /// Parameters of `pack.wgsl`.
    pub struct PackParams {
        /// Width of the plane in texels.
        pub width: u32,
        /// Height of the plane, or of its field.
        pub height: u32,
        /// Rows of the plane to a row of the field.
        pub row_step: u32,
        /// First row of the field.
        pub row_offset: u32,
        /// First word of the plane.
        pub start: u32,
        /// Words from row to row.
        pub pitch: u32,
        /// Bytes of a sample.
        pub sample_bytes: u32,
        /// Samples of a texel.
        pub components: u32,
        /// Bits below the sample in its word.
        pub shift: u32,
        /// From 8-bit code values to the frame's.
        pub scale: f32,
        /// Largest code value of the frame.
        pub max_code: f32,
    }
}

/// Reads one component of a plane.
pub const UNPACK: KernelSpec = kernel!("working/unpack", UnpackParams);
/// Writes a plane.
pub const PACK: KernelSpec = kernel!("working/pack", PackParams);

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

    /// Rows of this field in a plane of `height` rows.
    pub fn count(self, height: u32) -> u32 {
        height.saturating_sub(self.offset).div_ceil(self.step)
    }
}

/// Reads and writes the components of one frame layout.
#[derive(Debug)]
pub struct Unpacker {
    layout: FrameLayout,
    unpack: Arc<Kernel>,
    pack: Arc<Kernel>,
    wide: WideUnpacker,
}

impl Unpacker {
    /// Compiles the kernels.
    ///
    /// # Errors
    /// As [`Gpu::kernel`].
    pub fn new(gpu: &Gpu, layout: &FrameLayout) -> Result<Self, GpuError> {
        Ok(Self {
            layout: *layout,
            unpack: gpu.kernel(&UNPACK, None)?,
            pack: gpu.kernel(&PACK, None)?,
            wide: WideUnpacker::new(gpu)?,
        })
    }

    /// Samples of a texel in plane `index` of the frame.
    fn components(&self, index: usize) -> u32 {
        if index > 0 {
            self.layout.chroma_components()
        } else {
            1
        }
    }

    /// True where 16 pixels of plane `index` are 16 bytes, and rows are whole groups of them.
    fn is_wide(&self, index: usize, plane: &Plane) -> bool {
        self.layout.sample_bytes() == 1 && self.components(index) == 1 && WideUnpacker::takes(plane)
    }

    /// Reads component 0 (Y), 1 (U) or 2 (V) of the given rows into `plane`.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn unpack(
        &self,
        recording: &mut Recording<'_>,
        frame: &Frame,
        rows: Rows,
        component: usize,
        plane: &Plane,
    ) -> Result<(), GpuError> {
        let (index, position) = self.layout.component(component);
        let Some(span) = frame.spans().get(index) else {
            return Ok(());
        };
        if self.is_wide(index, plane) {
            return self.wide.unpack(recording, (frame, *span), rows, plane);
        }
        recording.pass(
            &self.unpack,
            &[("raw", frame.into()), ("plane", (&plane.buffer).into())],
            &UnpackParams {
                width: plane.width,
                height: plane.height,
                row_step: rows.step,
                row_offset: rows.offset,
                start: (span.offset / 4) as u32,
                pitch: span.stride / 4,
                sample_bytes: self.layout.sample_bytes(),
                components: self.components(index),
                component: position,
                shift: self.layout.shift,
                scale: 1.0 / (1 << (self.layout.depth - 8)) as f32,
            },
            plane.quads(),
        )
    }

    /// Writes the components (Y, or Y, U and V) to the given rows of `frame`.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn pack(
        &self,
        recording: &mut Recording<'_>,
        components: &[&Plane],
        frame: &Frame,
        rows: Rows,
    ) -> Result<(), GpuError> {
        for (index, span) in frame.spans().iter().enumerate() {
            let of_plane = |position| {
                let mut all = components.iter().enumerate();
                all.find(|(c, _)| self.layout.component(*c) == (index, position))
                    .map(|(_, plane)| *plane)
            };
            let Some(first) = of_plane(0) else { continue };
            if self.is_wide(index, first) {
                self.wide.pack(recording, first, (frame, *span), rows)?;
                continue;
            }
            let second = of_plane(1).unwrap_or(first);
            recording.pass(
                &self.pack,
                &[
                    ("first", (&first.buffer).into()),
                    ("second", (&second.buffer).into()),
                    ("raw", frame.into()),
                ],
                &PackParams {
                    width: first.width,
                    height: first.height,
                    row_step: rows.step,
                    row_offset: rows.offset,
                    start: (span.offset / 4) as u32,
                    pitch: span.stride / 4,
                    sample_bytes: self.layout.sample_bytes(),
                    components: self.components(index),
                    shift: self.layout.shift,
                    scale: (1 << (self.layout.depth - 8)) as f32,
                    max_code: self.layout.max_code() as f32,
                },
                first.quads(),
            )?;
        }
        Ok(())
    }
}
