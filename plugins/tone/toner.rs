//! Corrects one stream of frames.

use std::sync::Arc;

use super::apply::Apply;
use super::levels::{Colour, Encoding};
use super::measure::{Findings, Measure};
use super::settings::Settings;
use crate::gpu::{Frame, Gpu, GpuError, Recording};
use crate::picture::carried_motion::CarriedMotion;
use crate::picture::planes::{PictureShape, Planes};
use crate::picture::stream::Shape;
use crate::picture::unpack::{Rows, Unpacker};

/// Kernels, buffers and memory of one stream.
///
/// Frames are corrected whole, whether they hold fields or not: two fields must not differ in brightness.
#[derive(Debug)]
pub struct Toner {
    gpu: Arc<Gpu>,
    shape: Shape,
    encoding: Encoding,
    unpacker: Unpacker,
    measure: Measure,
    apply: Apply,
    picture: Planes,
    corrected: Planes,
}

impl Toner {
    /// Compiles kernels and allocates buffers.
    ///
    /// # Errors
    /// As [`Gpu::kernel`] and [`Gpu::check_size`].
    pub fn new(gpu: &Arc<Gpu>, shape: &Shape, colour: &Colour) -> Result<Self, GpuError> {
        let layout = &shape.layout;
        gpu.check_size(layout.width, layout.height)?;
        let planes = PictureShape::new(gpu, layout, Rows::ALL);
        planes.check(gpu)?;
        let toner = Self {
            gpu: gpu.clone(),
            shape: *shape,
            encoding: Encoding::new(layout, shape.scan, colour),
            unpacker: Unpacker::new(gpu, layout)?,
            measure: Measure::new(gpu)?,
            apply: Apply::new(gpu)?,
            picture: Planes::values(gpu, "picture", planes),
            corrected: Planes::values(gpu, "corrected", planes),
        };
        gpu.check()?;
        Ok(toner)
    }

    /// Continues with a stream whose frames have the same layout. False if a new one is needed; then nothing changes.
    pub fn adopt(&mut self, gpu: &Arc<Gpu>, shape: &Shape, colour: &Colour) -> bool {
        let is_same = Arc::ptr_eq(&self.gpu, gpu) && self.shape.layout == shape.layout;
        if is_same {
            self.shape = *shape;
            self.encoding = Encoding::new(&shape.layout, shape.scan, colour);
        }
        is_same
    }

    /// Forgets all earlier frames.
    pub fn reset(&mut self) {
        self.measure.reset();
    }

    /// The latest results; a few frames late.
    pub fn findings(&self) -> Option<Findings> {
        self.measure.findings()
    }

    /// Records the work of one frame.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn process(
        &mut self,
        recording: &mut Recording<'_>,
        (input, output): (&Frame, &Frame),
        settings: &Settings,
    ) -> Result<(), GpuError> {
        let planes = [&self.picture, &self.corrected];
        self.unpacker
            .unpack(recording, input, Rows::ALL, &self.picture)?;
        let rate = self.shape.rate;
        self.measure
            .record(recording, &self.picture, self.encoding, rate, settings)?;
        self.apply
            .record(recording, self.measure.model(), self.encoding, planes)?;
        self.unpacker
            .pack(recording, &self.corrected, None, output, Rows::ALL)?;
        // Motion stays what it was, for the next filter.
        for rows in [Rows::ALL, Rows::TOP, Rows::BOTTOM] {
            if let Some(motion) = input.attached(rows.part()) {
                output.attach::<CarriedMotion>(rows.part(), motion);
            }
        }
        Ok(())
    }
}
