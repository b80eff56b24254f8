//! Reads a few sites of each picture back from the GPU, before and after denoising.
//!
//! The sites lie on a lattice that moves from picture to picture, so that in time all of the picture is seen.

use std::collections::VecDeque;
use std::sync::Arc;

use super::sample::{COLUMNS, ROWS, SIDE, Sample};
use crate::gpu::{Gpu, GpuError, Kernel, KernelSpec, ReadbackQueue, Recording, StorageBuffer};
use crate::picture::planes::{Parts, PictureShape, Planes};
use crate::{kernel, params};

params! {
    /// Parameters of `grain_sites.wgsl`.
    pub struct GrainSitesParams {
        /// Components of the dispatch.
        pub parts: Parts,
        /// Horizontal right shift from luma to chroma coordinates.
        pub shift_x: u32,
        /// The vertical one.
        pub shift_y: u32,
        /// Left edge of the first site in luma pixels.
        pub x: u32,
        /// Its top edge.
        pub y: u32,
        /// Distance of two sites in a row in luma pixels.
        pub step_x: u32,
        /// Distance of two rows of sites in luma pixels.
        pub step_y: u32,
        /// 256ths of the noise that luma keeps in the frame.
        pub keep_luma: u32,
        /// Those that chroma keeps.
        pub keep_chroma: u32,
    }
}

/// Copies sites of a picture.
pub const GRAIN_SITES: KernelSpec = kernel!("denoise/grain_sites", GrainSitesParams);

/// A picture before and after denoising.
#[derive(Debug, Clone, Copy)]
pub struct Given<'a> {
    /// As it came.
    pub noisy: &'a Planes,
    /// All its noise taken away.
    pub clean: &'a Planes,
    /// 256ths of the noise that luma and chroma keep in the frame that goes out.
    pub kept: [u32; 2],
    /// Word 1 counts the scene cuts.
    pub scene: &'a StorageBuffer,
}

/// Reads sites of the pictures of one shape.
#[derive(Debug)]
pub struct SiteReader {
    kernel: Arc<Kernel>,
    shape: PictureShape,
    sites: StorageBuffer,
    queue: ReadbackQueue,
    /// When each picture in the queue is shown; `None` if it was given up.
    times: VecDeque<Option<Span>>,
    /// Pictures so far.
    count: u64,
}

/// When a picture is shown, in nanoseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// From its time stamp on.
    pub start: u64,
    /// Until the next picture.
    pub end: u64,
}

/// Sites of a picture that have arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Read {
    /// When it is shown; `None` if it was given up.
    pub span: Option<Span>,
    /// The sites, for [`Sample::read`].
    pub bytes: Vec<u8>,
}

impl SiteReader {
    /// Compiles the kernel and allocates buffers. `None` if pictures are too small to hold a site.
    ///
    /// # Errors
    /// As [`Gpu::kernel`].
    pub fn new(gpu: &Arc<Gpu>, shape: &PictureShape) -> Result<Option<Self>, GpuError> {
        if shape.luma.0 < SIDE || shape.luma.1 < SIDE {
            return Ok(None);
        }
        let bytes = Sample::bytes(shape) as u64;
        Ok(Some(Self {
            kernel: gpu.kernel(&GRAIN_SITES)?,
            shape: *shape,
            sites: StorageBuffer::new(gpu, "grain sites", bytes),
            queue: ReadbackQueue::new(gpu, bytes),
            times: VecDeque::new(),
            count: 0,
        }))
    }

    /// Shape of the pictures.
    pub fn shape(&self) -> &PictureShape {
        &self.shape
    }

    /// Records the copies of one picture. [`SiteReader::show`] tells later when it is shown.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn record(
        &mut self,
        recording: &mut Recording<'_>,
        given: Given<'_>,
    ) -> Result<(), GpuError> {
        let part = self.shape.whole();
        let (shift_x, shift_y) = self.shape.shifts;
        let turn = self.count;
        let along =
            |size: u32, sites: u32, align: u32, turn: u64| lattice(size, sites, align, turn);
        let (x, step_x) = along(self.shape.luma.0, COLUMNS, 4 << shift_x, turn * 4801);
        let (y, step_y) = along(self.shape.luma.1, ROWS, 1 << shift_y, turn * 3643);
        let [keep_luma, keep_chroma] = given.kept;
        let params = GrainSitesParams {
            parts: part.params(),
            shift_x,
            shift_y,
            x,
            y,
            step_x,
            step_y,
            keep_luma,
            keep_chroma,
        };
        let bindings = [
            ("noisy", given.noisy.part(&part)),
            ("clean", given.clean.part(&part)),
            ("scene", given.scene.into()),
            ("sites", (&self.sites).into()),
        ];
        let sites = COLUMNS * ROWS;
        let grids = part.grids(|_, component| match component {
            0 => (SIDE / 4 * sites, SIDE),
            _ => (((SIDE / 4) >> shift_x) * sites, SIDE >> shift_y),
        });
        recording.parts(&self.kernel, &bindings, &params, &grids)?;
        recording.read_back_each(&mut self.queue, &self.sites);
        self.times.push_back(None);
        self.count += 1;
        Ok(())
    }

    /// Notes when the picture recorded last is shown.
    pub fn show(&mut self, span: Span) {
        if let Some(latest) = self.times.back_mut() {
            *latest = Some(span);
        }
    }

    /// Gives up all pictures whose sites have not arrived; returns when they are shown.
    pub fn abandon(&mut self) -> Vec<Span> {
        let times = self.times.iter_mut();
        times.filter_map(Option::take).collect()
    }

    /// The oldest picture whose sites have arrived, with their bytes. `None` if none has.
    ///
    /// # Errors
    /// As [`ReadbackQueue::pop`].
    pub fn pop(&mut self) -> Result<Option<Read>, GpuError> {
        let bytes = self.queue.pop(<[u8]>::to_vec)?;
        Ok(bytes.map(|bytes| Read {
            span: self.times.pop_front().flatten(),
            bytes,
        }))
    }
}

/// First site and distance between sites along one axis, both multiples of `align`. The fraction of a
/// distance that the lattice moves by is `turn` in units of 1/8192.
fn lattice(size: u32, sites: u32, align: u32, turn: u64) -> (u32, u32) {
    let room = (size - SIDE) / align;
    let step = (room + 1) / sites;
    let most = room - step * (sites - 1);
    let first = (u64::from(most) + 1) * (turn % 8192) / 8192;
    (first as u32 * align, step * align)
}
