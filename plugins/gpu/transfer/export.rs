//! Exports: frames are written into memory that other drivers read, by the GPU.

use std::sync::Arc;

use super::import::{GATHER, GatherParams};
use crate::gpu::device::Gpu;
use crate::gpu::error::GpuError;
use crate::gpu::export::Exported;
use crate::gpu::frame::Frame;
use crate::gpu::kernel::Kernel;
use crate::gpu::layout::{FrameLayout, PlaneSpan};
use crate::gpu::packed::Repacking;
use crate::gpu::recording::Recording;

/// Rows of exported planes begin at multiples of so many bytes: what display and encoder blocks ask for,
/// 256 on AMD and 64 on Intel.
const PITCH: u32 = 256;
/// Exported planes begin at multiples of a page.
const PAGE: u64 = 4096;

/// Position of a frame's planes in exported memory.
pub fn exported_spans(layout: &FrameLayout) -> Vec<PlaneSpan> {
    let mut offset = 0;
    let place = |span: PlaneSpan| {
        let stride = span.row_bytes.next_multiple_of(PITCH);
        let span = PlaneSpan {
            offset,
            stride,
            ..span
        };
        let bytes = u64::from(stride) * u64::from(span.rows);
        offset += bytes.next_multiple_of(PAGE);
        span
    };
    layout.host_spans().into_iter().map(place).collect()
}

/// Size of exported memory for a frame in bytes.
pub fn exported_bytes(layout: &FrameLayout) -> u64 {
    let ends = exported_spans(layout).into_iter().map(|span| {
        let bytes = u64::from(span.stride) * u64::from(span.rows);
        span.offset + bytes.next_multiple_of(PAGE)
    });
    ends.max().unwrap_or_default()
}

/// Writes frames of one layout into exported memory.
#[derive(Debug)]
pub struct Exporter {
    from: Vec<PlaneSpan>,
    to: Vec<PlaneSpan>,
    gather: Arc<Kernel>,
    join: Option<Repacking>,
}

impl Exporter {
    /// For frames of one layout.
    ///
    /// # Errors
    /// As [`Gpu::kernel`].
    pub fn new(gpu: &Gpu, layout: &FrameLayout) -> Result<Self, GpuError> {
        Ok(Self {
            from: layout.host_spans(),
            to: exported_spans(layout),
            gather: gpu.kernel(&GATHER)?,
            join: Repacking::join(gpu, layout)?,
        })
    }
}

impl Recording<'_> {
    /// Records writing a frame into exported memory of [`exported_bytes`]. Others may read it once the
    /// submission has ended.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn send(
        &mut self,
        exporter: &Exporter,
        frame: &Frame,
        memory: &Exported,
    ) -> Result<(), GpuError> {
        let mut from = frame.buffer();
        if let Some(join) = &exporter.join {
            self.repack(join, frame)?;
            from = &join.packed;
        }
        self.borrow_foreign(memory.buffer());
        for (source, target) in exporter.from.iter().zip(&exporter.to) {
            let params = GatherParams {
                first_byte: source.offset as u32,
                source_stride: source.stride,
                row_bytes: source.row_bytes,
                rows: source.rows,
                first_word: (target.offset / 4) as u32,
                row_words: target.stride / 4,
            };
            let bindings = [
                ("source", from.into()),
                ("gathered", memory.buffer().into()),
            ];
            let size = (source.row_bytes.div_ceil(4), source.rows);
            self.pass(&exporter.gather, &bindings, &params, size)?;
        }
        Ok(())
    }
}
