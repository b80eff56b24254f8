//! Filters of pictures at work on a stream of frames: progressive frames are filtered whole, and fields
//! each with the others of their parity.

use std::collections::VecDeque;
use std::sync::Arc;

use super::preset::Preset;
use super::unpack::{Rows, Unpacker};
use crate::gpu::{Frame, FrameLayout, Gpu, GpuError, Recording};

/// How the rows of a frame came to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Scan {
    /// All rows at one time.
    #[default]
    Progressive,
    /// A frame holds two fields, row by row in turn.
    ///
    /// In mixed streams all frames are taken so: to change from frame to frame would lose the past
    /// each time, and a progressive frame suffers little.
    Interlaced,
    /// A frame is one field, and [`PictureStream::process`] is told which one.
    Alternate,
}

/// The stream, as far as filters of pictures must know.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shape {
    /// Shape of each frame; of each field where they are [`Scan::Alternate`].
    pub layout: FrameLayout,
    /// How frames hold their fields.
    pub scan: Scan,
    /// Frames a second, each of two fields where there are fields; 0 where it is not known.
    pub rate: f64,
    /// The transfer function is that of high dynamic range.
    pub hdr: bool,
}

impl Shape {
    /// Progressive frames of standard dynamic range and unknown rate.
    pub fn progressive(layout: FrameLayout) -> Self {
        Self {
            layout,
            scan: Scan::Progressive,
            rate: 0.0,
            hdr: false,
        }
    }

    /// The rows of each kind of picture in the stream.
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

/// What filters must be made anew for while the stream goes on: other kernels, other memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Build {
    /// Trade between quality and GPU time.
    pub preset: Preset,
    /// Frames of delay; fields where each frame is one.
    pub lookahead: u32,
}

/// A filter of one kind of picture: of progressive frames, or of the fields of one parity.
pub trait PictureFilter: Sized {
    /// What an operator may set for each picture.
    type Settings;

    /// Compiles kernels and allocates for the given rows of frames. `build` counts pictures.
    ///
    /// # Errors
    /// As [`Gpu::kernel`].
    fn new(gpu: &Gpu, shape: &Shape, rows: Rows, build: Build) -> Result<Self, GpuError>;

    /// Forgets all earlier pictures, those that are held included.
    fn reset(&mut self);

    /// Takes one picture of `source` in. True where one came out, to `target`; false where none is due
    /// yet.
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

    /// Gives the oldest picture that is held; false where none is.
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

/// Filters one stream of frames.
#[derive(Debug)]
pub struct PictureStream<P> {
    gpu: Arc<Gpu>,
    shape: Shape,
    build: Build,
    unpacker: Unpacker,
    /// One, or two where there are fields: top, then bottom.
    filters: Vec<P>,
    /// For each frame that has not come out, oldest first: it is a bottom field.
    held: VecDeque<bool>,
}

impl<P: PictureFilter> PictureStream<P> {
    /// Compiles kernels and allocates.
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
        })
    }

    /// The device.
    pub fn gpu(&self) -> &Gpu {
        &self.gpu
    }

    /// The stream.
    pub fn shape(&self) -> &Shape {
        &self.shape
    }

    /// How the filters are made.
    pub fn build(&self) -> Build {
        self.build
    }

    /// The filters: one, or those of top and bottom fields.
    pub fn filters(&self) -> &[P] {
        &self.filters
    }

    /// Makes the filters anew where `build` differs, and tells whether it did. Frames that are held are
    /// lost.
    ///
    /// # Errors
    /// As [`Gpu::kernel`].
    pub fn rebuild(&mut self, build: Build) -> Result<bool, GpuError> {
        if build == self.build {
            return Ok(false);
        }
        self.filters = filters(&self.gpu, &self.shape, build)?;
        self.gpu.finish_kernels()?;
        self.build = build;
        self.held.clear();
        Ok(true)
    }

    /// Forgets the past: after a flush, a seek or a discontinuity. Held frames are dropped.
    pub fn reset(&mut self) {
        self.filters.iter_mut().for_each(P::reset);
        self.held.clear();
    }

    /// Records the work of one frame, a `bottom` field where frames are single ones. True where
    /// `output` holds a finished frame, the oldest pending one; false while the lookahead still fills.
    ///
    /// While frames are held, single fields must come in turn, or they come out in another order.
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
        for filter in concerned(&mut self.filters, self.shape.scan, bottom) {
            given &= filter.process(recording, &self.unpacker, (input, output), settings)?;
        }
        self.held.push_back(bottom);
        if given {
            self.held.pop_front();
        }
        Ok(given)
    }

    /// Gives the oldest frame that is held. False when none is left.
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
        for filter in concerned(&mut self.filters, self.shape.scan, bottom) {
            given &= filter.drain(recording, &self.unpacker, output)?;
        }
        Ok(given)
    }
}

/// The filters that a frame goes through: that of its parity where it is a single field, else all.
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
