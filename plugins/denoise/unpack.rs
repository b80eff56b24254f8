//! Between the planes of a frame and working pictures in 8-bit code values.

use std::sync::Arc;

use crate::gpu::{
    ChromaOrder, Frame, FrameLayout, Gpu, GpuError, Image, Kernel, KernelSpec, Recording,
};
use crate::{kernel, params};

params! {
    /// Parameters of `unpack_luma.wgsl`.
    pub struct UnpackLumaParams {
        /// Width of the picture or field.
        pub width: u32,
        /// Height of the picture or field.
        pub height: u32,
        /// Rows of the plane to a row of the field.
        pub row_step: u32,
        /// First row of the field.
        pub row_offset: u32,
        /// From normalised texels to 8-bit code values.
        pub scale: f32,
    }
}

params! {
    /// Parameters of `unpack_chroma.wgsl`.
    pub struct UnpackChromaParams {
        /// Width of the chroma picture or field.
        pub width: u32,
        /// Height of the chroma picture or field.
        pub height: u32,
        /// Rows of the plane to a row of the field.
        pub row_step: u32,
        /// First row of the field.
        pub row_offset: u32,
        /// From normalised texels to 8-bit code values.
        pub scale: f32,
        /// Channel of U in its plane.
        pub channel_u: u32,
        /// Channel of V in its plane.
        pub channel_v: u32,
    }
}

params! {
    /// Parameters of `pack.wgsl`.
    pub struct PackParams {
        /// Width of the picture or field.
        pub width: u32,
        /// Height of the picture or field.
        pub height: u32,
        /// Rows of the plane to a row of the field.
        pub row_step: u32,
        /// First row of the field.
        pub row_offset: u32,
        /// From 8-bit code values to the frame's.
        pub to_code: f32,
        /// Largest code value of the frame.
        pub max_code: f32,
        /// From the frame's code values to normalised texels.
        pub to_texel: f32,
        /// Channel of the picture that becomes the plane's first.
        pub first: u32,
        /// Channel of the picture that becomes the plane's second.
        pub second: u32,
    }
}

/// Reads a luma plane.
pub const UNPACK_LUMA: KernelSpec = kernel!("denoise/unpack_luma", UnpackLumaParams);
/// Reads chroma, however it is packed.
pub const UNPACK_CHROMA: KernelSpec = kernel!("denoise/unpack_chroma", UnpackChromaParams);
/// Writes any plane.
pub const PACK: KernelSpec = kernel!("denoise/pack", PackParams);

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

    /// Rows of this field in a plane of `height` rows.
    pub fn count(self, height: u32) -> u32 {
        height.saturating_sub(self.offset).div_ceil(self.step)
    }
}

/// Kernels between a frame layout and working pictures.
#[derive(Debug)]
pub struct Planes {
    layout: FrameLayout,
    unpack_luma: Arc<Kernel>,
    unpack_chroma: Arc<Kernel>,
    /// One for each plane of the layout, in its storage format.
    pack: Vec<Arc<Kernel>>,
}

impl Planes {
    /// Compiles the kernels for a layout.
    ///
    /// # Errors
    /// As [`Gpu::kernel`].
    pub fn new(gpu: &Gpu, layout: &FrameLayout) -> Result<Self, GpuError> {
        let pack = layout
            .planes()
            .iter()
            .map(|plane| gpu.kernel(&PACK, Some(plane.format.texture())))
            .collect::<Result<_, _>>()?;
        Ok(Self {
            layout: *layout,
            unpack_luma: gpu.kernel(&UNPACK_LUMA, None)?,
            unpack_chroma: gpu.kernel(&UNPACK_CHROMA, None)?,
            pack,
        })
    }

    /// Reads luma into `luma` and chroma, where there is any, into `chroma`.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn unpack(
        &self,
        recording: &mut Recording<'_>,
        frame: &Frame,
        rows: Rows,
        luma: &Image,
        chroma: &Image,
    ) -> Result<(), GpuError> {
        let scale = self.layout.texel_to_code8();
        let planes = frame.planes();
        let (width, height) = (self.layout.width, rows.count(self.layout.height));
        recording.pass(
            &self.unpack_luma,
            &[("plane", (&planes[0]).into()), ("luma", luma.into())],
            &UnpackLumaParams {
                width,
                height,
                row_step: rows.step,
                row_offset: rows.offset,
                scale,
            },
            (width, height),
        )?;
        let (plane_u, channel_u, plane_v, channel_v) =
            match (self.layout.has_chroma(), self.layout.chroma) {
                (false, _) => return Ok(()),
                (true, ChromaOrder::PlanarUv) => (1, 0, 2, 0),
                (true, ChromaOrder::PlanarVu) => (2, 0, 1, 0),
                (true, ChromaOrder::InterleavedUv) => (1, 0, 1, 1),
                (true, ChromaOrder::InterleavedVu) => (1, 1, 1, 0),
            };
        let (width, height) = self.layout.chroma_size();
        let height = rows.count(height);
        recording.pass(
            &self.unpack_chroma,
            &[
                ("plane_u", (&planes[plane_u]).into()),
                ("plane_v", (&planes[plane_v]).into()),
                ("chroma", chroma.into()),
            ],
            &UnpackChromaParams {
                width,
                height,
                row_step: rows.step,
                row_offset: rows.offset,
                scale,
                channel_u,
                channel_v,
            },
            (width, height),
        )
    }

    /// Writes `luma` and `chroma` to a frame.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn pack(
        &self,
        recording: &mut Recording<'_>,
        luma: &Image,
        chroma: &Image,
        frame: &Frame,
        rows: Rows,
    ) -> Result<(), GpuError> {
        for (index, (plane, kernel)) in frame.planes().iter().zip(&self.pack).enumerate() {
            let (picture, first, second) = match (index, self.layout.chroma) {
                (0, _) => (luma, 0, 0),
                (1, ChromaOrder::PlanarUv) | (2, ChromaOrder::PlanarVu) => (chroma, 0, 0),
                (1, ChromaOrder::InterleavedUv) => (chroma, 0, 1),
                (1, ChromaOrder::InterleavedVu) => (chroma, 1, 0),
                _ => (chroma, 1, 1),
            };
            let (width, height) = (plane.layout.width, rows.count(plane.layout.height));
            recording.pass(
                kernel,
                &[("picture", picture.into()), ("plane", plane.into())],
                &PackParams {
                    width,
                    height,
                    row_step: rows.step,
                    row_offset: rows.offset,
                    to_code: self.layout.texel_to_code() / self.layout.texel_to_code8(),
                    max_code: self.layout.max_code() as f32,
                    to_texel: 1.0 / self.layout.texel_to_code(),
                    first,
                    second,
                },
                (width, height),
            )?;
        }
        Ok(())
    }
}
