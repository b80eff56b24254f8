//! Runs a picture filter on a stream: progressive frames are filtered whole; top and bottom fields each have
//! a filter of their own.

use std::collections::VecDeque;
use std::sync::Arc;

use super::preset::Preset;
use super::unpack::{Rows, Unpacker};
use crate::gpu::{Frame, FrameLayout, Gpu, GpuError, Recorder, Recording};

/// Whether frames are progressive, interlaced or single fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Scan {
    /// All rows belong to one instant.
    #[default]
    Progressive,
    /// A frame holds two fields in alternating rows.
    ///
    /// Mixed streams filter all frames this way: switching between frames and fields would lose the earlier
    /// pictures each time, and a progressive frame suffers little from it.
    Interlaced,
    /// A frame is one field; [`PictureStream::process`] is told its parity.
    Alternate,
}

/// Properties of a stream that picture filters need.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shape {
    /// Layout of each frame; of each field for [`Scan::Alternate`].
    pub layout: FrameLayout,
    /// Progressive, interlaced or single fields.
    pub scan: Scan,
    /// Frames per second, of two fields each in interlaced streams; 0 if unknown.
    pub rate: f64,
    /// The transfer function is one of high dynamic range: PQ or HLG.
    pub hdr: bool,
}

impl Shape {
    /// A progressive stream of standard dynamic range and unknown rate.
    pub fn progressive(layout: FrameLayout) -> Self {
        Self {
            layout,
            scan: Scan::Progressive,
            rate: 0.0,
            hdr: false,
        }
    }

    /// The rows of each filter's pictures: all rows, or one entry for each field.
    fn rows(&self) -> &'static [Rows] {
        match self.scan {
            Scan::Progressive => &[Rows::ALL],
            // A frame of one row has no bottom field.
            Scan::Interlaced if self.layout.chroma_size().1 < 2 => &[Rows::ALL],
            Scan::Interlaced => &[Rows::TOP, Rows::BOTTOM],
            Scan::Alternate => &[Rows::ALL, Rows::ALL],
        }
    }
}

/// Settings that require new filters when they change, because kernels and buffers depend on them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Build {
    /// Choice between quality and GPU time.
    pub preset: Preset,
    /// Delay in frames; in fields for [`Scan::Alternate`].
    pub lookahead: u32,
}

/// Filters the pictures of one kind: progressive frames, or the fields of one parity.
pub trait PictureFilter: Sized {
    /// User settings, which may change from picture to picture.
    type Settings;

    /// Compiles kernels and allocates buffers for these rows of frames. The lookahead in `build` is in
    /// pictures.
    ///
    /// # Errors
    /// As [`Gpu::kernel`].
    fn new(gpu: &Gpu, shape: &Shape, rows: Rows, build: Build) -> Result<Self, GpuError>;

    /// Takes up another frame rate, in frames a second; 0 if unknown.
    fn set_rate(&mut self, _rate: f64) {}

    /// Takes over what a filter of another build has learned, if this one can use it.
    fn succeed(&mut self, _before: Self) {}

    /// Forgets all earlier pictures, and drops those held.
    fn reset(&mut self);

    /// Continues what `before` did with whole frames, whose rows these pictures were. Nothing is held there.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    fn take_over(
        &mut self,
        _recording: &mut Recording<'_>,
        _before: &Self,
    ) -> Result<(), GpuError> {
        Ok(())
    }

    /// Takes one picture of `source`. True if one was written to `target`; false if the lookahead is not yet
    /// full.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    fn process(
        &mut self,
        recording: &mut Recording<'_>,
        unpacker: &Unpacker,
        frames: (&Frame, &Frame),
        settings: &Self::Settings,
    ) -> Result<bool, GpuError>;

    /// Outputs the oldest picture held; false if none is held.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    fn drain(
        &mut self,
        _recording: &mut Recording<'_>,
        _unpacker: &Unpacker,
        _target: &Frame,
    ) -> Result<bool, GpuError> {
        Ok(false)
    }
}

/// Filters a stream of frames.
#[derive(Debug)]
pub struct PictureStream<P> {
    gpu: Arc<Gpu>,
    shape: Shape,
    build: Build,
    unpacker: Unpacker,
    /// One filter, or two for fields: top, then bottom.
    filters: Vec<P>,
    /// For each frame held, oldest first: true for a bottom field.
    held: VecDeque<bool>,
    /// The latest frame was a bottom field.
    bottom: bool,
}

impl<P: PictureFilter> PictureStream<P> {
    /// Compiles kernels and allocates buffers.
    ///
    /// # Errors
    /// As [`Gpu::kernel`] and [`Gpu::check_size`].
    pub fn new(gpu: &Arc<Gpu>, shape: &Shape, build: Build) -> Result<Self, GpuError> {
        gpu.check_size(shape.layout.width, shape.layout.height)?;
        Ok(Self {
            gpu: gpu.clone(),
            shape: *shape,
            build,
            unpacker: Unpacker::new(gpu, &shape.layout)?,
            filters: filters(gpu, shape, build)?,
            held: VecDeque::new(),
            bottom: false,
        })
    }

    /// The device.
    pub fn gpu(&self) -> &Gpu {
        &self.gpu
    }

    /// Properties of the stream.
    pub fn shape(&self) -> &Shape {
        &self.shape
    }

    /// The settings that the filters were made with.
    pub fn build(&self) -> Build {
        self.build
    }

    /// The filters: one, or those of the top and the bottom fields.
    pub fn filters(&self) -> &[P] {
        &self.filters
    }

    /// The filter of the latest frame; of the top field if it has two.
    pub fn latest(&self) -> Option<&P> {
        let is_second = self.shape.scan == Scan::Alternate && self.bottom;
        self.filters.get(usize::from(is_second))
    }

    /// Replaces the filters if `build` has changed, and returns whether it has. The new ones go on with what
    /// the old ones have learned, as far as they can use it. Frames held are lost.
    ///
    /// # Errors
    /// As [`Gpu::kernel`].
    pub fn rebuild(&mut self, build: Build) -> Result<bool, GpuError> {
        if build == self.build {
            return Ok(false);
        }
        let successors = filters(&self.gpu, &self.shape, build)?;
        self.gpu.finish_kernels()?;
        let before = std::mem::replace(&mut self.filters, successors);
        for (filter, before) in self.filters.iter_mut().zip(before) {
            filter.succeed(before);
        }
        self.build = build;
        self.held.clear();
        Ok(true)
    }

    /// Continues with a stream whose frames differ in nothing that kernels or buffers depend on: rate and
    /// dynamic range may. A stream that becomes interlaced goes on field by field with the past that it has,
    /// and stays so: to turn back would lose it, and progressive frames suffer little. False if new filters
    /// are needed; then nothing changes.
    pub fn adopt(&mut self, gpu: &Arc<Gpu>, shape: &Shape, build: Build) -> bool {
        let is_same =
            Arc::ptr_eq(&self.gpu, gpu) && self.shape.layout == shape.layout && self.build == build;
        let scan = match (self.shape.scan, shape.scan) {
            (Scan::Interlaced, Scan::Progressive) => Scan::Interlaced,
            (_, scan) => scan,
        };
        let shape = Shape { scan, ..*shape };
        let adopted = is_same && (self.shape.scan == scan || self.split(&shape).is_some());
        if adopted {
            self.shape = shape;
            let filters = self.filters.iter_mut();
            filters.for_each(|filter| filter.set_rate(shape.rate));
        }
        adopted
    }

    /// Replaces the filter of whole frames by those of their fields. `None` if there is none, or the device
    /// has no room for all at once.
    fn split(&mut self, shape: &Shape) -> Option<()> {
        let (Scan::Progressive, Scan::Interlaced) = (self.shape.scan, shape.scan) else {
            return None;
        };
        let mut fields = filters::<P>(&self.gpu, shape, self.build).ok()?;
        let whole = self.filters.first().filter(|_| self.held.is_empty())?;
        let mut recorder = Recorder::new(&self.gpu);
        let mut recording = recorder.begin();
        for field in &mut fields {
            field.take_over(&mut recording, whole).ok()?;
        }
        recording.submit().ok()?;
        self.filters = fields;
        Some(())
    }

    /// Forgets all earlier pictures after a flush or a seek. Frames held are dropped.
    pub fn reset(&mut self) {
        self.filters.iter_mut().for_each(P::reset);
        self.held.clear();
    }

    /// Records the work of one frame; `bottom` says that it is a bottom field, in streams of single fields.
    /// True if `output` now holds the oldest frame held; false if the lookahead is not yet full.
    ///
    /// While frames are held, single fields must alternate in parity, or they come out in another order.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn process(
        &mut self,
        recording: &mut Recording<'_>,
        (input, output): (&Frame, &Frame),
        bottom: bool,
        settings: &P::Settings,
    ) -> Result<bool, GpuError> {
        let mut given = true;
        self.bottom = bottom;
        for filter in concerned(&mut self.filters, self.shape.scan, bottom) {
            given &= filter.process(recording, &self.unpacker, (input, output), settings)?;
        }
        self.held.push_back(bottom);
        if given {
            self.held.pop_front();
        }
        Ok(given)
    }

    /// Outputs the oldest frame held; false if none is held.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn drain(
        &mut self,
        recording: &mut Recording<'_>,
        output: &Frame,
    ) -> Result<bool, GpuError> {
        let Some(bottom) = self.held.pop_front() else {
            return Ok(false);
        };
        let mut given = true;
        self.bottom = bottom;
        for filter in concerned(&mut self.filters, self.shape.scan, bottom) {
            given &= filter.drain(recording, &self.unpacker, output)?;
        }
        Ok(given)
    }
}

/// The filters that process a frame: the one of its parity for a single field, else all.
fn concerned<P>(filters: &mut [P], scan: Scan, bottom: bool) -> impl Iterator<Item = &mut P> {
    let (first, count) = match scan {
        Scan::Alternate => (usize::from(bottom), 1),
        Scan::Progressive | Scan::Interlaced => (0, filters.len()),
    };
    filters.iter_mut().skip(first).take(count)
}

fn filters<P: PictureFilter>(gpu: &Gpu, shape: &Shape, build: Build) -> Result<Vec<P>, GpuError> {
    let build = match shape.scan {
        Scan::Alternate => Build {
            lookahead: build.lookahead / 2,
            ..build
        },
        Scan::Progressive | Scan::Interlaced => build,
    };
    let filters = shape.rows().iter();
    let filters = filters.map(|rows| P::new(gpu, shape, *rows, build));
    let filters = filters.collect::<Result<_, _>>()?;
    gpu.check()?;
    Ok(filters)
}
