//! Imports: frames in memory of other drivers are copied by the GPU, wherever their planes lie.

use std::sync::Arc;

use super::super::import::Imported;
use crate::gpu::device::Gpu;
use crate::gpu::error::GpuError;
use crate::gpu::frame::Frame;
use crate::gpu::kernel::{Kernel, KernelSpec};
use crate::gpu::layout::{FrameLayout, PlaneSpan};
use crate::gpu::packed::Repacking;
use crate::gpu::recording::Recording;
use crate::{kernel, params};

params! {
    /// Parameters of `gather.wgsl`.
    pub struct GatherParams {
        /// First byte of the plane in the source.
        pub first_byte: u32,
        /// Bytes from one row of the source to the next.
        pub source_stride: u32,
        /// Bytes of a row that hold samples.
        pub row_bytes: u32,
        /// Number of rows.
        pub rows: u32,
        /// First word of the plane in the target.
        pub first_word: u32,
        /// Words from one row of the target to the next.
        pub row_words: u32,
    }
}

/// Gathers the rows of a plane.
pub const GATHER: KernelSpec = kernel!("gpu/gather", GatherParams);

/// All kernels of this file.
pub const KERNELS: &[&KernelSpec] = &[&GATHER];

/// A plane in memory of another driver.
#[derive(Debug, Clone)]
pub struct ForeignPlane {
    /// The memory.
    pub memory: Arc<Imported>,
    /// First byte of the plane in it.
    pub offset: u64,
    /// Bytes from one row to the next.
    pub stride: u32,
}

/// Copies imported planes into frames of one layout.
#[derive(Debug)]
pub struct Importer {
    planes: Vec<PlaneSpan>,
    gather: Arc<Kernel>,
    split: Option<Repacking>,
}

impl Importer {
    /// For frames of one layout.
    ///
    /// # Errors
    /// As [`Gpu::kernel`].
    pub fn new(gpu: &Gpu, layout: &FrameLayout) -> Result<Self, GpuError> {
        Ok(Self {
            planes: layout.host_spans(),
            gather: gpu.kernel(&GATHER)?,
            split: Repacking::split(gpu, layout)?,
        })
    }
}

impl Recording<'_> {
    /// Records copies of imported planes into a frame, in the order of host memory's planes. All of a plane
    /// must lie inside of its memory. Its producer must not write it before what was given to
    /// [`Recording::keep`] is dropped.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn bring(
        &mut self,
        importer: &Importer,
        planes: &[ForeignPlane],
        frame: &Frame,
    ) -> Result<(), GpuError> {
        let split = importer.split.as_ref();
        let to = split.map_or(frame.buffer(), |split| &split.packed);
        for (plane, span) in planes.iter().zip(&importer.planes) {
            let from = plane.memory.buffer();
            self.borrow_foreign(from);
            let is_even = plane.offset % 4 == 0 && plane.stride == span.stride;
            if is_even {
                let bytes = u64::from(span.stride) * u64::from(span.rows - 1)
                    + u64::from(span.row_bytes.next_multiple_of(4));
                self.copy_part((from, plane.offset), (to, span.offset), bytes);
                continue;
            }
            let params = GatherParams {
                first_byte: plane.offset as u32,
                source_stride: plane.stride,
                row_bytes: span.row_bytes,
                rows: span.rows,
                first_word: (span.offset / 4) as u32,
                row_words: span.stride / 4,
            };
            let bindings = [("source", from.into()), ("gathered", to.into())];
            let size = (span.row_bytes.div_ceil(4), span.rows);
            self.pass(&importer.gather, &bindings, &params, size)?;
        }
        match split {
            Some(split) => self.repack(split, frame),
            None => Ok(()),
        }
    }
}
