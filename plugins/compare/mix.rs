//! Two frames of one layout in one picture.

use std::sync::Arc;

use super::settings::{Mode, Settings};
use crate::gpu::{Frame, FrameLayout, Gpu, GpuError, Kernel, KernelSpec, Recording, SamplePlaces};
use crate::{kernel, params};

params! {
    /// Parameters of `compare/mix.wgsl`.
    pub struct MixParams {
        /// Width of luma in pixels.
        pub width: u32,
        /// Height of luma in pixels.
        pub height: u32,
        /// Position of the frames' samples.
        pub samples: SamplePlaces,
        /// Luma pixels from one chroma sample to the next.
        pub sub_x: u32,
        /// What is shown.
        pub mode: u32,
        /// Luma column that the second frame begins at.
        pub line: u32,
        /// First column of the part that is shown of both beside one another.
        pub left: u32,
        /// Factor on the difference.
        pub gain: f32,
        /// Half the width of the line between the frames in pixels.
        pub thick: u32,
        /// Code of white.
        pub white: f32,
        /// Code in the middle.
        pub middle: f32,
        /// Largest code.
        pub largest: f32,
    }
}

/// Mixes two frames.
pub const MIX: KernelSpec = kernel!("compare/mix", MixParams);

/// Half the line between the frames is this part of the width.
const THIN: u32 = 960;
/// What all subsamplings divide, in luma pixels.
const STEP: u32 = 4;

/// Mixes frames of one layout.
#[derive(Debug)]
pub struct Mixer {
    kernel: Arc<Kernel>,
    layout: FrameLayout,
}

impl Mixer {
    /// Compiles the kernel.
    ///
    /// # Errors
    /// As [`Gpu::kernel`].
    pub fn new(gpu: &Gpu, layout: FrameLayout) -> Result<Self, GpuError> {
        Ok(Self {
            kernel: gpu.kernel(&MIX)?,
            layout,
        })
    }

    /// Records one frame of two, in a single pass.
    ///
    /// # Errors
    /// As [`Recording::dispatch`].
    pub fn record(
        &self,
        recording: &mut Recording<'_>,
        [first, second]: [&Frame; 2],
        mixed: &Frame,
        settings: &Settings,
    ) -> Result<(), GpuError> {
        let params = params(&self.layout, settings);
        let bindings = [
            ("first", first.into()),
            ("second", second.into()),
            ("mixed", mixed.into()),
        ];
        let planes = if self.layout.has_chroma() { 2 } else { 1 };
        // Four samples a lane, 16 lanes and 4 rows a workgroup.
        let groups = [
            self.layout.width.div_ceil(64),
            self.layout.height.div_ceil(4),
            planes,
        ];
        recording.dispatch(&self.kernel, &bindings, bytemuck::bytes_of(&params), groups)
    }
}

/// The parameters for frames of one layout.
pub fn params(layout: &FrameLayout, settings: &Settings) -> MixParams {
    let width = layout.width;
    let [sub_x, _] = layout.subsampling.steps();
    // Between columns of chroma, so that no sample is of both.
    let even = |column: u32| column / STEP * STEP;
    let left = even(width / 4);
    let line = match settings.mode {
        Mode::Wipe => (settings.position * f64::from(width)).round() as u32,
        Mode::SideBySide => 2 * left,
        Mode::Difference => 0,
    };
    let is_inside = line > 0 && line < width;
    let largest = layout.max_code() as f32;
    MixParams {
        width,
        height: layout.height,
        samples: SamplePlaces::new(layout),
        sub_x: sub_x as u32,
        mode: settings.mode as u32,
        line,
        left,
        gain: settings.gain as f32,
        thick: if is_inside { width.div_ceil(THIN) } else { 0 },
        white: 0.92 * largest,
        middle: ((layout.max_code() / 2) + 1) as f32,
        largest,
    }
}
