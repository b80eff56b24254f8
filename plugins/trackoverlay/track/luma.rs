//! Makes the finest level, which the tracker works on, from a frame's luma.

use std::sync::Arc;

use super::passes::TRACK_SHRINK;
use crate::gpu::kernel::Switches;
use crate::gpu::{FrameLayout, Gpu, GpuError, Kernel};

/// Kernels for frames of one layout, chosen so that many bytes are read at once.
#[derive(Debug)]
pub struct TrackLuma {
    whole: Arc<Kernel>,
    half: Arc<Kernel>,
    any: Arc<Kernel>,
}

impl TrackLuma {
    /// Kernels for frames of one layout.
    ///
    /// # Errors
    /// As [`Gpu::kernel`].
    pub fn new(gpu: &Gpu, layout: &FrameLayout) -> Result<Self, GpuError> {
        let variant = |switches: Switches| gpu.variant(&TRACK_SHRINK, switches);
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
        Ok(Self { whole, half, any })
    }

    /// The kernel that shrinks by this factor.
    pub fn kernel(&self, shrink: u32) -> &Arc<Kernel> {
        match shrink {
            1 => &self.whole,
            2 => &self.half,
            _ => &self.any,
        }
    }
}
