//! Finds what is in front of the plane, and the light on it.
//!
//! The plane's own look is kept as a plate of texels in colour. Each frame is compared with it in its place:
//! 1. look: the frame at each texel of the plate
//! 2. windows: the light that explains 3x3 cells best, as a multiple of the plate: a shadow darkens all of a window alike
//! 3. explain: the best window for each cell, and what even that leaves unexplained
//! 4. matte: what stays unexplained is in front; the light elsewhere goes onto the placement
//! 5. front: the colour of what is in front, from inside of it
//! 6. learn: what stays in its place while the plane moves joins the plate
//! 7. edge: the share of the plane in each texel at an edge, between the lit plate and that colour

use super::buffers::TrackBuffers;
use super::grid::mean_sides;
use super::mask::Mask;
use super::passes::MatteKernels;
use crate::gpu::{Frame, FrameLayout, Gpu, GpuError, Recording, SamplePlaces, StorageBuffer};
use crate::trackoverlay::colour::StreamColour;
use crate::trackoverlay::place::matte::Matte;
use crate::trackoverlay::quad::Quad;
use crate::{params, shader_constant};

/// Most cells of the matte along a side.
pub const MOST_CELLS: u32 = shader_constant!("trackoverlay/track/shared/plate", "MOST_CELLS");
/// Texels of a cell along a side.
pub const CELL_TEXELS: u32 = shader_constant!("trackoverlay/track/shared/plate", "CELL_TEXELS");
/// Cells, or texels, that a workgroup of any pass has along a side.
const GROUP: u32 = shader_constant!("trackoverlay/track/windows", "TILE");
/// Pixels of a cell along a side at arming, unless there were too many cells: a window of three must hold enough
/// detail to tell the plane from something else.
const CELL_PIXELS: f64 = 5.0;
/// Fewest cells along a side.
const LEAST_CELLS: u32 = 16;
/// Sizes in bytes of `CellSums`, `Window`, `Sight` and `Front` in `trackoverlay/track/shared/plate.wgsl`.
const SUMS_BYTES: u64 = 48;
const WINDOW_BYTES: u64 = 48;
const SIGHT_BYTES: u64 = 32;
const FRONT_BYTES: u64 = 32;
/// Smallest variance of noise to expect, in squared 8-bit codes.
const LEAST_NOISE: f32 = shader_constant!("trackoverlay/track/shared/plate", "QUIET") as f32;

params! {
    /// Parameters of `track/look.wgsl`.
    pub struct LookParams {
        /// Width of luma in pixels.
        pub width: u32,
        /// Height of luma in pixels.
        pub height: u32,
        /// Horizontal distance of neighbouring chroma samples in luma pixels.
        pub sub_x: f32,
        /// Vertical distance of neighbouring chroma samples in luma pixels.
        pub sub_y: f32,
        /// Horizontal position of the first chroma sample in luma pixels.
        pub site_x: f32,
        /// Vertical position of the first chroma sample in luma pixels.
        pub site_y: f32,
        /// Position of the frame's samples.
        pub samples: SamplePlaces,
        /// Code of black.
        pub luma_offset: f32,
        /// Codes from black to white.
        pub luma_scale: f32,
        /// Code of zero chroma.
        pub chroma_mid: f32,
        /// Codes from the lowest to the highest chroma.
        pub chroma_scale: f32,
        /// Texels along a side.
        pub side: u32,
        /// 1 in the arming frame.
        pub is_arming: u32,
        /// 1 if something in front was marked at arming.
        pub is_masked: u32,
    }
}

params! {
    /// Parameters of `track/windows.wgsl`.
    pub struct WindowsParams {
        /// Cells along a side.
        pub cells: u32,
        /// Code of black in 8 bits.
        pub black: f32,
        /// Pixels of a texel at arming.
        pub pitch: f32,
    }
}

params! {
    /// Parameters of `track/explain.wgsl`.
    pub struct ExplainParams {
        /// Cells along a side.
        pub cells: u32,
        /// Smallest variance of noise to expect, in squared codes.
        pub least_noise: f32,
    }
}

params! {
    /// Parameters of `track/matte.wgsl`.
    pub struct MatteParams {
        /// Cells along a side.
        pub cells: u32,
        /// 1 in the arming frame.
        pub is_arming: u32,
    }
}

params! {
    /// Parameters of `track/front.wgsl`.
    pub struct FrontParams {
        /// Cells along a side.
        pub cells: u32,
    }
}

params! {
    /// Parameters of `track/learn.wgsl`.
    pub struct LearnParams {
        /// Cells along a side.
        pub cells: u32,
        /// 1 in the arming frame.
        pub is_arming: u32,
    }
}

params! {
    /// Parameters of `track/edge.wgsl`.
    pub struct EdgeParams {
        /// Cells along a side.
        pub cells: u32,
    }
}

/// Compares the plane with its plate in each frame.
#[derive(Debug)]
pub struct Matting {
    kernels: MatteKernels,
    look: LookParams,
    black: f32,
    /// Pixels of a texel at arming.
    pitch: f32,
    /// The frame at each texel.
    view: StorageBuffer,
    /// Sums of each cell.
    cells: StorageBuffer,
    /// Light of each window.
    windows: StorageBuffer,
    /// What is known of each cell.
    sights: StorageBuffer,
    /// What is in front near each cell.
    fronts: StorageBuffer,
    /// What cells that the plate does not explain looked like.
    others: StorageBuffer,
    /// What was marked as in front at arming, of each texel.
    mask: StorageBuffer,
    /// For how many frames.
    ages: StorageBuffer,
    matte: Matte,
}

impl Matting {
    /// Compiles the kernels for frames of one layout and colour, and allocates buffers.
    ///
    /// # Errors
    /// As [`Gpu::kernel`].
    pub fn new(gpu: &Gpu, layout: &FrameLayout, colour: &StreamColour) -> Result<Self, GpuError> {
        let count = u64::from(MOST_CELLS).pow(2);
        let texels = 16 * count * u64::from(CELL_TEXELS).pow(2);
        let codes = colour.codes(layout);
        let [sub_x, sub_y] = layout.subsampling.steps();
        let [site_x, site_y] = colour.site(layout);
        let buffer = |label: &str, bytes: u64| StorageBuffer::new(gpu, label, bytes);
        Ok(Self {
            kernels: MatteKernels::new(gpu)?,
            look: LookParams {
                width: layout.width,
                height: layout.height,
                sub_x,
                sub_y,
                site_x,
                site_y,
                samples: SamplePlaces::new(layout),
                luma_offset: codes.luma_offset,
                luma_scale: codes.luma_scale,
                chroma_mid: codes.chroma_mid,
                chroma_scale: codes.chroma_scale,
                side: MOST_CELLS * CELL_TEXELS,
                is_arming: 0,
                is_masked: 0,
            },
            black: codes.luma_offset / codes.max * 255.0,
            pitch: 1.0,
            view: buffer("track view", texels),
            cells: buffer("track plate cells", SUMS_BYTES * count),
            windows: buffer("track plate windows", WINDOW_BYTES * count),
            sights: buffer("track plate sights", SIGHT_BYTES * count),
            others: buffer("track plate others", texels),
            mask: buffer("track mask", texels / 4),
            ages: buffer("track plate ages", 4 * count),
            fronts: buffer("track plate fronts", FRONT_BYTES * count),
            matte: Matte {
                cell_texels: CELL_TEXELS,
                shares: buffer("matte shares", texels / 4),
                plate: buffer("track plate", texels),
                buffer: buffer("matte", 16 * count),
                cols: MOST_CELLS,
                rows: MOST_CELLS,
            },
        })
    }

    /// Notes the mean sides of a quad that is armed, in pixels, and what is in front of it.
    pub fn arm(&mut self, gpu: &Gpu, quad: &Quad, mask: Option<&Mask>) {
        let (width, height) = mean_sides(quad);
        let pixels = (width * height).sqrt();
        let cells = ((pixels / CELL_PIXELS).round() as u32).clamp(LEAST_CELLS, MOST_CELLS);
        self.matte.cols = cells;
        self.matte.rows = cells;
        self.look.side = cells * CELL_TEXELS;
        self.pitch = pixels as f32 / self.look.side as f32;
        let size = (self.look.width, self.look.height);
        let over = mask.and_then(|mask| mask.over(quad, self.look.side, size));
        self.look.is_masked = u32::from(over.is_some());
        if let Some(over) = over {
            let bytes = bytemuck::cast_slice(&over);
            gpu.queue().write_buffer(self.mask.buffer(), 0, bytes);
        }
    }

    /// What is in front of the plane, and the light on it.
    pub fn matte(&self) -> &Matte {
        &self.matte
    }

    /// Records the passes of a frame, after its pose was found.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn record(
        &self,
        recording: &mut Recording<'_>,
        buffers: &TrackBuffers,
        frame: &Frame,
        is_arming: bool,
    ) -> Result<(), GpuError> {
        let k = &self.kernels;
        let is_arming = u32::from(is_arming);
        let (side, cells) = (self.look.side, self.matte.cols);
        let size = (cells, cells);
        let (view, plate) = (
            ("view", (&self.view).into()),
            ("plate", (&self.matte.plate).into()),
        );
        let bindings = buffers.with_track(&[
            ("frame", frame.into()),
            view,
            plate,
            ("mask", (&self.mask).into()),
        ]);
        let params = LookParams {
            is_arming,
            ..self.look
        };
        recording.pass(&k.look, &bindings, &params, (side, side))?;
        let sums = ("cells", (&self.cells).into());
        let windows = ("windows", (&self.windows).into());
        let bindings = buffers.with_track(&[view, plate, sums, windows]);
        let params = WindowsParams {
            cells,
            black: self.black,
            pitch: self.pitch,
        };
        let groups = [cells.div_ceil(GROUP), cells.div_ceil(GROUP), 1];
        recording.dispatch(&k.windows, &bindings, bytemuck::bytes_of(&params), groups)?;
        let sights = ("sights", (&self.sights).into());
        let bindings = buffers.with_track(&[sums, windows, sights]);
        let params = ExplainParams {
            cells,
            least_noise: LEAST_NOISE,
        };
        recording.pass(&k.explain, &bindings, &params, size)?;
        let matte = ("matte", (&self.matte.buffer).into());
        let bindings = buffers.with_track(&[sights, matte]);
        recording.pass(&k.matte, &bindings, &MatteParams { cells, is_arming }, size)?;
        let fronts = ("fronts", (&self.fronts).into());
        let bindings = buffers.with_track(&[sums, matte, fronts]);
        let params = FrontParams { cells };
        recording.dispatch(&k.front, &bindings, bytemuck::bytes_of(&params), groups)?;
        let others = ("others", (&self.others).into());
        let ages = ("ages", (&self.ages).into());
        let bindings = buffers.with_track(&[view, matte, sights, plate, others, ages]);
        recording.pass(&k.learn, &bindings, &LearnParams { cells, is_arming }, size)?;
        let shares = ("shares", (&self.matte.shares).into());
        let bindings = buffers.with_track(&[view, plate, matte, fronts, shares]);
        let groups = [side.div_ceil(GROUP), side.div_ceil(GROUP), 1];
        let params = EdgeParams { cells };
        recording.dispatch(&k.edge, &bindings, bytemuck::bytes_of(&params), groups)
    }
}
