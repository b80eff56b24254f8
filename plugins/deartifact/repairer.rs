//! Frames in, frames out: progressive ones whole, interlaced ones field by field.

use std::sync::Arc;

use super::analysis::Findings;
use super::picture::PictureRepairer;
use super::settings::{Preset, Settings};
use crate::gpu::{Frame, FrameLayout, Gpu, GpuError, Recording};
use crate::picture::unpack::{Rows, Unpacker};

/// The stream as far as repair cares.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shape {
    /// Shape of each frame; of each field where they are `alternate`.
    pub layout: FrameLayout,
    /// Frames may hold two interleaved fields. In mixed streams all frames are taken so.
    pub interlaced: bool,
    /// Each frame is one field, top and bottom in turn.
    pub alternate: bool,
    /// The transfer function is that of high dynamic range.
    pub hdr: bool,
}

/// Repairs one stream of frames.
#[derive(Debug)]
pub struct Repairer {
    gpu: Arc<Gpu>,
    shape: Shape,
    preset: Preset,
    unpacker: Unpacker,
    /// One for progressive frames, two for fields.
    pictures: Vec<PictureRepairer>,
    /// Which field comes next, where each frame is one.
    turn: usize,
}

impl Repairer {
    /// Compiles kernels and allocates.
    ///
    /// # Errors
    /// As [`Gpu::kernel`] and [`Gpu::check_size`].
    pub fn new(gpu: &Arc<Gpu>, shape: &Shape, preset: Preset) -> Result<Self, GpuError> {
        let layout = &shape.layout;
        gpu.check_size(layout.width, layout.height)?;
        Ok(Self {
            gpu: gpu.clone(),
            shape: *shape,
            preset,
            unpacker: Unpacker::new(gpu, layout)?,
            pictures: make(gpu, shape, preset)?,
            turn: 0,
        })
    }

    /// The device.
    pub fn gpu(&self) -> &Gpu {
        &self.gpu
    }

    /// How frames are repaired now.
    pub fn preset(&self) -> Preset {
        self.preset
    }

    /// Changes the preset; true where it is another one. Starts afresh then.
    ///
    /// # Errors
    /// As [`Repairer::new`].
    pub fn set_preset(&mut self, preset: Preset) -> Result<bool, GpuError> {
        if preset == self.preset {
            return Ok(false);
        }
        self.pictures = make(&self.gpu, &self.shape, preset)?;
        self.gpu.finish_kernels()?;
        self.preset = preset;
        self.turn = 0;
        Ok(true)
    }

    /// Forgets all earlier frames.
    pub fn reset(&mut self) {
        self.pictures.iter_mut().for_each(PictureRepairer::reset);
        self.turn = 0;
    }

    /// Latest findings; of interlaced video, those of the top field.
    pub fn findings(&self) -> Option<Findings> {
        self.pictures.first().and_then(PictureRepairer::findings)
    }

    /// Records the work of one frame.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn process(
        &mut self,
        recording: &mut Recording<'_>,
        input: &Frame,
        output: &Frame,
        settings: &Settings,
    ) -> Result<(), GpuError> {
        let settings = &settings.chosen(self.shape.hdr);
        let (first, count) = match self.shape.alternate {
            true => (self.turn, 1),
            false => (0, self.pictures.len()),
        };
        for picture in self.pictures.iter_mut().skip(first).take(count) {
            picture.process(recording, &self.unpacker, input, output, settings)?;
        }
        self.turn = (self.turn + 1) % self.pictures.len().max(1);
        Ok(())
    }
}

fn make(gpu: &Gpu, shape: &Shape, preset: Preset) -> Result<Vec<PictureRepairer>, GpuError> {
    let rows: &[Rows] = match (shape.alternate, shape.interlaced) {
        (true, _) => &[Rows::ALL, Rows::ALL],
        // A frame of one row has no bottom field.
        (false, true) if shape.layout.chroma_size().1 >= 2 => &[Rows::TOP, Rows::BOTTOM],
        _ => &[Rows::ALL],
    };
    let pictures = rows
        .iter()
        .map(|rows| PictureRepairer::new(gpu, &shape.layout, *rows, preset));
    let pictures = pictures.collect::<Result<_, _>>()?;
    gpu.check()?;
    Ok(pictures)
}
