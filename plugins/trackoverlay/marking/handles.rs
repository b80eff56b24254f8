//! Draws the marks over the picture.

use std::sync::Arc;

use crate::gpu::{Frame, FrameLayout, Gpu, GpuError, Kernel, KernelSpec, Recording, SamplePlaces};
use crate::trackoverlay::colour::StreamColour;
use crate::trackoverlay::lines::Lines;
use crate::trackoverlay::quad::Point;
use crate::{kernel, params};

params! {
    /// Parameters of `marking/handles.wgsl`.
    pub struct HandlesParams {
        /// Width of luma in pixels.
        pub width: u32,
        /// Height of luma in pixels.
        pub height: u32,
        /// Position of the frame's samples.
        pub samples: SamplePlaces,
        /// Horizontal distance of neighbouring chroma samples in luma pixels.
        pub sub_x: f32,
        /// Vertical distance of neighbouring chroma samples in luma pixels.
        pub sub_y: f32,
        /// Horizontal position of the first chroma sample in luma pixels.
        pub site_x: f32,
        /// Vertical position of the first chroma sample in luma pixels.
        pub site_y: f32,
        /// Lines of the picture from one row to the next.
        pub line_step: f32,
        /// Line of the picture that the first row holds.
        pub line_first: f32,
        /// Code of black.
        pub black: f32,
        /// Code of white.
        pub white: f32,
        /// Code of zero chroma.
        pub chroma_mid: f32,
        /// The first mark in pixels of the picture.
        pub x_0: f32,
        /// As `x_0`.
        pub y_0: f32,
        /// The second mark.
        pub x_1: f32,
        /// As `x_1`.
        pub y_1: f32,
        /// The third mark.
        pub x_2: f32,
        /// As `x_2`.
        pub y_2: f32,
        /// The fourth mark.
        pub x_3: f32,
        /// As `x_3`.
        pub y_3: f32,
        /// How many there are.
        pub count: u32,
        /// Radius of a ring in pixels of the picture.
        pub radius: f32,
        /// First column of luma to draw, a multiple of 4.
        pub luma_x: u32,
        /// First row of luma to draw.
        pub luma_y: u32,
    }
}

/// Draws marks.
pub const HANDLES: KernelSpec = kernel!("trackoverlay/marking/handles", HandlesParams);

/// Radius of a ring in a picture of this size, in pixels: it is seen, and can be aimed at.
pub fn radius((width, height): (u32, u32)) -> f64 {
    (f64::from(width.min(height)) / 60.0).max(8.0)
}

/// Width of lines as a share of the radius.
const LINE: f64 = 1.0 / 6.0;
/// Samples that a workgroup draws in a row, and its rows.
const GROUP: [u32; 2] = [64, 4];

/// Draws marks over frames of one layout.
#[derive(Debug)]
pub struct Handles {
    kernel: Arc<Kernel>,
    layout: FrameLayout,
    colour: StreamColour,
    /// Size of the picture.
    size: (u32, u32),
}

impl Handles {
    /// Compiles the kernel for frames of one layout and colour, which hold a picture of `size` or one of its fields.
    ///
    /// # Errors
    /// As [`Gpu::kernel`].
    pub fn new(
        gpu: &Gpu,
        layout: FrameLayout,
        colour: StreamColour,
        size: (u32, u32),
    ) -> Result<Self, GpuError> {
        Ok(Self {
            kernel: gpu.kernel(&HANDLES)?,
            layout,
            colour,
            size,
        })
    }

    /// Records drawing up to four marks, places in the picture, into a frame. `white` is the code of white, 0 to 1.
    ///
    /// # Errors
    /// As [`Recording::dispatch`].
    pub fn record(
        &self,
        recording: &mut Recording<'_>,
        frame: &Frame,
        places: &[Point],
        lines: Lines,
        white: f32,
    ) -> Result<(), GpuError> {
        if places.is_empty() {
            return Ok(());
        }
        let (params, groups) = self.params(places, lines, white);
        let bindings = [("frame", frame.into())];
        recording.dispatch(&self.kernel, &bindings, bytemuck::bytes_of(&params), groups)
    }

    /// The parameters, and workgroups that cover all marks, of luma and of chroma.
    fn params(&self, places: &[Point], lines: Lines, white: f32) -> (HandlesParams, [u32; 3]) {
        let radius = radius(self.size);
        let reach = radius * (1.0 + LINE) + 2.0;
        let span = |axis: fn(&Point) -> f64| {
            let values = places.iter().map(axis);
            let low = values.clone().fold(f64::MAX, f64::min) - reach;
            (low, values.fold(f64::MIN, f64::max) + reach)
        };
        let ((left, right), (top, bottom)) = (span(|p| p[0]), span(|p| p[1]));
        let [[x0, y0], [x1, y1]] =
            [[left, top], [right, bottom]].map(|p| lines.place_from_picture(p));
        let pixel = |at: f64, size: u32| at.clamp(0.0, f64::from(size)) as u32;
        let (width, height) = (self.layout.width, self.layout.height);
        let first = [pixel(x0.floor(), width) & !3, pixel(y0.floor(), height)];
        let end = [
            pixel(x1.ceil() + 1.0, width),
            pixel(y1.ceil() + 1.0, height),
        ];
        let [columns, rows] = [0, 1].map(|axis: usize| {
            let [first, end, group] =
                [first, end, GROUP].map(|v| v.get(axis).copied().unwrap_or(1));
            end.saturating_sub(first).div_ceil(group)
        });
        let [sub_x, sub_y] = self.layout.subsampling.steps();
        let [site_x, site_y] = self.colour.site(&self.layout);
        let codes = self.colour.codes(&self.layout);
        let [_, line_first] = lines.place_to_picture([0.0, 0.0]);
        let [_, line_second] = lines.place_to_picture([0.0, 1.0]);
        let [[x_0, y_0], [x_1, y_1], [x_2, y_2], [x_3, y_3]] = [0, 1, 2, 3].map(|index| {
            let place = places.get(index).copied().unwrap_or_default();
            place.map(|v| v as f32)
        });
        let params = HandlesParams {
            width,
            height,
            samples: SamplePlaces::new(&self.layout),
            sub_x,
            sub_y,
            site_x,
            site_y,
            line_step: (line_second - line_first) as f32,
            line_first: line_first as f32,
            black: codes.luma_offset,
            white: codes.luma_offset + codes.luma_scale * white,
            chroma_mid: codes.chroma_mid,
            x_0,
            y_0,
            x_1,
            y_1,
            x_2,
            y_2,
            x_3,
            y_3,
            count: places.len().min(4) as u32,
            radius: radius as f32,
            luma_x: first[0],
            luma_y: first[1],
        };
        let planes = if self.layout.has_chroma() { 2 } else { 1 };
        (params, [columns, rows, planes])
    }
}
