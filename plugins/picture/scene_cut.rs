//! Scene cuts: found from the matches of block motion, counted on the GPU. Where vectors are refined, the
//! same pass judges the scene; elsewhere a pass of its own does.

use std::sync::Arc;

use super::carried_motion::Held;
use super::motion::VectorField;
use crate::gpu::{Binding, Gpu, GpuError, Kernel, KernelSpec, Readback, Recording, StorageBuffer};
use crate::{kernel, params};

params! {
    /// Parameters of `scene_cut.wgsl`.
    pub struct SceneCutParams {
        /// Width of the vector field.
        pub blocks_x: u32,
        /// Height of the vector field.
        pub blocks_y: u32,
    }
}

/// Finds cuts.
pub const SCENE_CUT: KernelSpec = kernel!("picture/scene_cut", SceneCutParams);

/// Bytes of the flag and the count.
const SCENE_BYTES: u64 = 8;

/// The detector.
#[derive(Debug)]
pub struct SceneCut {
    /// `None` where another pass judges.
    kernel: Option<Arc<Kernel>>,
    /// Workgroups that have ended, and blocks without a match, while a pass runs.
    done: StorageBuffer,
    lost: StorageBuffer,
    scene: Held<StorageBuffer>,
    cuts: StorageBuffer,
    none: StorageBuffer,
    readback: Readback,
}

impl SceneCut {
    /// Compiles the kernel where the scene is judged by a pass of its own.
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
            lost: StorageBuffer::new(gpu, "lost blocks", 4),
            scene: Held::new(scene_buffer(gpu)),
            cuts: StorageBuffer::new(gpu, "scene cuts", 4),
            none: StorageBuffer::new(gpu, "no scene cut", SCENE_BYTES),
            readback: Readback::new(gpu, SCENE_BYTES),
        })
    }

    /// 1 in its first word where the latest picture begins a scene.
    pub fn scene(&self) -> &Arc<StorageBuffer> {
        self.scene.latest()
    }

    /// Before [`SceneCut::detect`]: leaves the last judgement to those who hold it still.
    pub fn renew(&mut self, gpu: &Gpu) {
        self.scene.renew(|| scene_buffer(gpu));
    }

    /// A buffer that never tells of a cut.
    pub fn none(&self) -> &StorageBuffer {
        &self.none
    }

    /// What a pass binds that judges the scene.
    pub fn bindings(&self) -> [(&'static str, Binding<'_>); 4] {
        [
            ("done", (&self.done).into()),
            ("lost", (&self.lost).into()),
            ("scene", self.scene().as_ref().into()),
            ("cuts", (&self.cuts).into()),
        ]
    }

    /// Judges the latest vectors, where no other pass does.
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

    /// Counts the cuts of a judgement: an own one, or one that came with the frame.
    pub fn follow(&self, recording: &mut Recording<'_>, scene: &StorageBuffer) {
        recording.read_back(&self.readback, scene);
    }

    /// Cuts since the start, as of a few frames ago.
    pub fn count(&self) -> u64 {
        let bytes = self.readback.latest().unwrap_or_default();
        let count = bytes.get(4..8).and_then(|bytes| bytes.try_into().ok());
        u64::from(count.map(u32::from_le_bytes).unwrap_or_default())
    }
}

fn scene_buffer(gpu: &Gpu) -> StorageBuffer {
    StorageBuffer::new(gpu, "scene", SCENE_BYTES)
}
