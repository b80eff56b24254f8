//! Grain for a placement, like the plate's around it.
//!
//! The plate's noise is measured in every few frames, from the second one of a plane on, and what is known of it follows slowly, so that grain does
//! not pump. Each frame has a field of grain of its own, made from its number; none is made for a clean plate.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use super::look::Look;
use super::passes::{GrainParams, NoiseParams, PLACE_GRAIN, PLACE_NOISE};
use crate::gpu::{
    Frame, FrameLayout, Gpu, GpuError, Kernel, Recording, SamplePlaces, StorageBuffer,
};
use crate::shader_constant;

/// Frames from one measurement to the next.
const EVERY: u32 = 4;
/// Samples of the field of grain along a side.
const FIELD: u64 = shader_constant!("trackoverlay/place/shared/grain", "FIELD") as u64;

/// Blocks that noise is measured in.
const BLOCKS: u64 = shader_constant!("trackoverlay/place/noise", "BLOCKS") as u64;

/// What is known of the plate's noise, and the field of grain.
#[derive(Debug)]
pub struct Grain {
    measure: Arc<Kernel>,
    make: Arc<Kernel>,
    params: NoiseParams,
    components: u32,
    /// Deviation, correlation and whether they are known, of each component.
    noise: StorageBuffer,
    field: StorageBuffer,
    /// The samples that it was measured from last.
    kept: StorageBuffer,
    /// Measurements of this plane.
    count: AtomicU32,
}

impl Grain {
    /// Compiles the kernels for frames of one layout, and allocates buffers.
    ///
    /// # Errors
    /// As [`Gpu::kernel`].
    pub fn new(gpu: &Gpu, layout: &FrameLayout) -> Result<Self, GpuError> {
        let [sub_x, sub_y] = layout.subsampling.steps();
        Ok(Self {
            measure: gpu.kernel(&PLACE_NOISE)?,
            make: gpu.kernel(&PLACE_GRAIN)?,
            params: NoiseParams {
                width: layout.width,
                height: layout.height,
                samples: SamplePlaces::new(layout),
                code8: 1.0 / unit(layout),
                count: 0,
                sub_x,
                sub_y,
            },
            components: if layout.has_chroma() { 3 } else { 1 },
            noise: StorageBuffer::new(gpu, "plate noise", 3 * 16),
            field: StorageBuffer::new(gpu, "grain", 16 * FIELD * FIELD),
            kept: StorageBuffer::new(gpu, "measured noise", 3 * BLOCKS * 64 * 4),
            count: AtomicU32::new(0),
        })
    }

    /// Another plane was armed: what was known does not count for it.
    pub fn forget(&self) {
        self.count.store(0, Ordering::Relaxed);
    }

    /// What is known of the noise; and the field of grain, 8-bit codes of luma and both chroma.
    pub(super) fn buffers(&self) -> (&StorageBuffer, &StorageBuffer) {
        (&self.noise, &self.field)
    }

    /// Measures the noise of a frame around a pose, if it is time.
    pub(super) fn measure(
        &self,
        recording: &mut Recording<'_>,
        frame: &Frame,
        pose: &StorageBuffer,
        look: &Look,
    ) -> Result<(), GpuError> {
        let count = self.count.load(Ordering::Relaxed);
        if count > 1 && !look.frame.is_multiple_of(EVERY) {
            return Ok(());
        }
        self.count.store(count.saturating_add(1), Ordering::Relaxed);
        let params = NoiseParams {
            count,
            ..self.params
        };
        let bindings = [
            ("frame", frame.into()),
            ("pose", pose.into()),
            ("noise", (&self.noise).into()),
            ("kept", (&self.kept).into()),
        ];
        let groups = [self.components, 1, 1];
        recording.dispatch(
            &self.measure,
            &bindings,
            bytemuck::bytes_of(&params),
            groups,
        )
    }

    /// Makes the field of grain of a frame, with workgroups from a buffer.
    pub(super) fn make(
        &self,
        recording: &mut Recording<'_>,
        groups: (&StorageBuffer, u64),
        look: &Look,
    ) -> Result<(), GpuError> {
        let params = GrainParams {
            frame: look.frame,
            strength: look.match_grain,
        };
        let bindings = [
            ("noise", (&self.noise).into()),
            ("grain", (&self.field).into()),
        ];
        recording.indirect(&self.make, &bindings, &params, groups)
    }
}

/// Codes of an 8-bit code.
pub(super) fn unit(layout: &FrameLayout) -> f32 {
    (1u32 << (layout.depth - 8)) as f32
}
