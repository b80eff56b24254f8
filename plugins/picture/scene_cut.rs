//! Scene cuts, detected on the GPU from the matches of block motion. The motion refinement does it if there
//! is one, else a pass of its own. The same blocks say how far the picture moves, and how much of it is new.

use std::sync::Arc;

use super::carried_motion::Held;
use super::motion::VectorField;
use crate::gpu::{Binding, Gpu, GpuError, Kernel, KernelSpec, Readback, Recording, StorageBuffer};
use crate::{kernel, params, shader_constant};

params! {
    /// Parameters of `scene_cut.wgsl`.
    pub struct SceneCutParams {
        /// Width of the vector field in blocks.
        pub blocks_x: u32,
        /// Height of the vector field in blocks.
        pub blocks_y: u32,
    }
}

/// Detects a cut from a vector field.
pub const SCENE_CUT: KernelSpec = kernel!("picture/scene_cut", SceneCutParams);

/// Bytes of the cut flag, the count of cuts and two figures.
const SCENE_BYTES: u64 = 16;
/// Bytes of the sums over blocks.
const SUM_BYTES: u64 = 4 * shader_constant!("picture/shared/scene_judge", "SUMS") as u64;

/// Figures of a picture, from the match of each block in the picture before it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Activity {
    /// Mean length of the vectors of blocks that have a match, in luma pixels for each picture.
    pub motion: f32,
    /// Mean absolute difference between blocks and their matches beyond what noise explains, in 8-bit code values of half
    /// size: what the motion leaves for an encoder to tell. 0 to 32.
    pub complexity: f32,
}

/// Detects and counts scene cuts.
#[derive(Debug)]
pub struct SceneCut {
    /// `None` if the motion refinement detects cuts.
    kernel: Option<Arc<Kernel>>,
    /// Counters of a running pass: workgroups that have ended, sums over blocks.
    done: StorageBuffer,
    sums: StorageBuffer,
    scene: Held<StorageBuffer>,
    cuts: StorageBuffer,
    none: StorageBuffer,
    readback: Readback,
}

impl SceneCut {
    /// Compiles the detection pass if `by_itself`; otherwise the motion refinement detects cuts.
    ///
    /// # Errors
    /// As [`Gpu::kernel`].
    pub fn new(gpu: &Gpu, by_itself: bool) -> Result<Self, GpuError> {
        Ok(Self {
            kernel: match by_itself {
                true => Some(gpu.kernel(&SCENE_CUT)?),
                false => None,
            },
            done: StorageBuffer::new(gpu, "workgroups done", 4),
            sums: StorageBuffer::new(gpu, "sums over blocks", SUM_BYTES),
            scene: Held::new(scene_buffer(gpu)),
            cuts: StorageBuffer::new(gpu, "scene cuts", 4),
            none: StorageBuffer::new(gpu, "no scene cut", SCENE_BYTES),
            readback: Readback::new(gpu, SCENE_BYTES),
        })
    }

    /// Word 0 is 1 if the latest picture begins a scene.
    pub fn scene(&self) -> &Arc<StorageBuffer> {
        self.scene.latest()
    }

    /// Call before [`SceneCut::detect`]: the result goes to another buffer if others still hold the latest.
    pub fn renew(&mut self, gpu: &Gpu) {
        self.scene.renew(|| scene_buffer(gpu));
    }

    /// A buffer whose word 0 is always 0: no cut.
    pub fn none(&self) -> &StorageBuffer {
        &self.none
    }

    /// Bindings of a pass that detects cuts.
    pub fn bindings(&self) -> [(&'static str, Binding<'_>); 4] {
        [
            ("done", (&self.done).into()),
            ("block_sums", (&self.sums).into()),
            ("scene", self.scene().as_ref().into()),
            ("cuts", (&self.cuts).into()),
        ]
    }

    /// Detects a cut from the latest vectors, unless the motion refinement has done so.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn detect(
        &self,
        recording: &mut Recording<'_>,
        motion: VectorField<'_>,
        noise: &StorageBuffer,
    ) -> Result<(), GpuError> {
        let Some(kernel) = &self.kernel else {
            return Ok(());
        };
        let (blocks_x, blocks_y) = motion.vectors.size();
        let mut bindings = vec![("vectors", motion.vectors.into()), ("noise", noise.into())];
        bindings.extend(self.bindings());
        recording.pass(
            kernel,
            &bindings,
            &SceneCutParams { blocks_x, blocks_y },
            (blocks_x, blocks_y),
        )
    }

    /// Reads back the count of cuts and the figures from a result, which may be of this filter or attached to a frame.
    pub fn follow(&self, recording: &mut Recording<'_>, scene: &StorageBuffer) {
        recording.read_back(&self.readback, scene);
    }

    /// Number of cuts since the start; a few frames late.
    pub fn count(&self) -> u64 {
        let bytes = self.readback.latest().unwrap_or_default();
        u64::from(word(&bytes, 4).unwrap_or_default())
    }

    /// Figures of the latest picture; a few frames late. `None` before the first.
    pub fn activity(&self) -> Option<Activity> {
        let bytes = self.readback.latest()?;
        let figure = |at| word(&bytes, at).map(f32::from_bits);
        Some(Activity {
            motion: figure(8)?,
            complexity: figure(12)?,
        })
    }
}

/// The word that begins at this byte.
fn word(bytes: &[u8], at: usize) -> Option<u32> {
    let bytes = bytes.get(at..)?.get(..4)?.try_into().ok()?;
    Some(u32::from_le_bytes(bytes))
}

fn scene_buffer(gpu: &Gpu) -> StorageBuffer {
    StorageBuffer::new(gpu, "scene", SCENE_BYTES)
}
