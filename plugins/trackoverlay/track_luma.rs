//! The luma that the tracker works on: plain bytes, many of which are read at once.

use std::sync::Arc;

use super::track_passes::TRACK_SHRINK;
use crate::gpu::kernel::Switches;
use crate::gpu::transfer::RawFrame;
use crate::gpu::{
    ChromaOrder, Frame, FrameLayout, Gpu, GpuError, Kernel, Recording, StorageBuffer, Subsampling,
};

/// A copy of each frame's luma, and what makes the finest level of it.
#[derive(Debug)]
pub struct TrackLuma {
    raw: RawFrame,
    words: u32,
    whole: Arc<Kernel>,
    half: Arc<Kernel>,
    any: Arc<Kernel>,
}

impl TrackLuma {
    /// For frames of one layout.
    ///
    /// # Errors
    /// As [`Gpu::kernel`].
    pub fn new(gpu: &Gpu, layout: &FrameLayout) -> Result<Self, GpuError> {
        let luma = FrameLayout {
            subsampling: Subsampling::Gray,
            chroma: ChromaOrder::PlanarUv,
            ..*layout
        };
        let raw = RawFrame::new(gpu, &luma);
        let words = raw.planes.first().map_or(0, |plane| plane.stride / 4);
        let variant = |switches: Switches| gpu.variant(&TRACK_SHRINK, None, switches);
        let (any, whole, half) = if layout.depth == 8 {
            (
                variant(&[])?,
                match layout.width.is_multiple_of(8) {
                    true => variant(&[("WHOLE", true), ("RAGGED", false)])?,
                    false => variant(&[("WHOLE", true)])?,
                },
                match layout.width.is_multiple_of(16) {
                    true => variant(&[("HALF", true), ("RAGGED", false)])?,
                    false => variant(&[("HALF", true)])?,
                },
            )
        } else {
            let any = variant(&[("WIDE", true)])?;
            (any.clone(), any.clone(), any)
        };
        Ok(Self {
            raw,
            words,
            whole,
            half,
            any,
        })
    }

    /// Records the copy of a frame's luma.
    pub fn take(&self, recording: &mut Recording<'_>, frame: &Frame) {
        recording.read_planes(frame, &self.raw);
    }

    /// The bytes.
    pub fn bytes(&self) -> &StorageBuffer {
        &self.raw.buffer
    }

    /// Words of 32 bits from row to row.
    pub fn words(&self) -> u32 {
        self.words
    }

    /// What shrinks it by this factor.
    pub fn kernel(&self, shrink: u32) -> &Arc<Kernel> {
        match shrink {
            1 => &self.whole,
            2 => &self.half,
            _ => &self.any,
        }
    }
}
