//! Blind estimate of the damage, kept on the GPU.
//!
//! The repairs of the same recording read [`Analysis::model`] as `deartifact/shared/damage_model.wgsl` has it.
//! The threshold comes from how much energy each band of an 8x8 DCT has left, for quantization takes
//! the highest first, and from how plainly blocks are seen.

use std::sync::Arc;

use super::settings::Settings;
use crate::gpu::{Gpu, GpuError, Kernel, KernelSpec, Readback, Recording, StorageBuffer};
use crate::picture::plane::Plane;
use crate::picture::temporal::NOISE_BYTES;
use crate::{kernel, params, storage};

storage! {
    /// What is known of a picture's damage: `DamageModel` in `deartifact/shared/damage_model.wgsl`.
    pub struct DamageModel {
        /// Pictures seen since the start.
        pub pictures: f32,
        /// Quantizer that the picture seems to have had, on the scale of H.264, smoothed over time.
        pub estimate: f32,
        /// Mean height of steps at the block grid above that elsewhere, in 8-bit code values.
        pub blockiness: f32,
        /// What of blocks with edges lies below the threshold, in 8-bit code values (RMS).
        pub ringing: f32,
        /// Number of the grid along x in the list of candidates.
        pub grid_x: f32,
        /// Its period in pixels.
        pub period_x: f32,
        /// Its first boundary.
        pub offset_x: f32,
        /// The same along y.
        pub grid_y: f32,
        /// Its period in pixels.
        pub period_y: f32,
        /// Its first boundary.
        pub offset_y: f32,
        /// Size of coefficients that may be damage, in orthonormal units of 8-bit code values.
        pub threshold: f32,
        /// Steps at the grid up to twice this are levelled.
        pub deblock: f32,
        /// Steps up to this are bands.
        pub deband: f32,
        /// The estimate, or what the operator knows.
        pub quantizer: f32,
        /// Share of the full repair that the picture needs: 0 where it seems clean.
        pub share: f32,
        /// The same with what the operator wants of it.
        pub wanted: f32,
        /// 0 where the codec smoothed its own blocks (H.264 and later), 1 where they are plainly seen.
        pub blocked: f32,
    }
}

/// Bytes of the model.
pub const MODEL_BYTES: u64 = size_of::<DamageModel>() as u64;
/// Bytes of what the blocks of a workgroup tell.
const GROUP_FINDINGS: u64 = 48;
/// Blocks to a workgroup, across and down; the workgroup size of `damage_model.wgsl`.
const GROUP_BLOCKS: (u32, u32) = (8, 16);
/// Columns and rows from a block that is looked at to the next.
const BLOCK_STEP: u32 = 16;
/// Columns and rows that the first one needs: up to 11 before it, 8 of its own, and those that share
/// its last quad.
const BLOCK_REACH: u32 = 20;
/// Below this mean height of steps, in 8-bit code values, there is no grid to speak of.
const GRID_SEEN: f32 = 0.5;

params! {
    /// Parameters of `damage_grid.wgsl`.
    pub struct DamageGridParams {
        /// Width of the picture.
        pub width: u32,
        /// Height of the picture.
        pub height: u32,
        /// 1 to forget earlier pictures.
        pub first: u32,
    }
}

params! {
    /// Parameters of `damage_model.wgsl`.
    pub struct DamageModelParams {
        /// Quads in a row of the plane.
        pub quads: u32,
        /// Blocks in a row, across the grid, and as many on it.
        pub blocks_x: u32,
        /// Blocks in a column.
        pub blocks_y: u32,
        /// Quantizer that the operator knows; negative to estimate.
        pub quantizer: f32,
        /// Factor on all repairs.
        pub strength: f32,
        /// Factor on levelling.
        pub deblock: f32,
        /// Factor on shrinkage.
        pub dering: f32,
        /// Factor on the smoothing of bands.
        pub deband: f32,
        /// Factor on what is averaged along the motion.
        pub temporal: f32,
        /// One code in 8-bit code values.
        pub code: f32,
        /// 1 to forget earlier pictures.
        pub first: u32,
    }
}

/// Steps at each boundary, and the block grid in them.
pub const DAMAGE_GRID: KernelSpec = kernel!("deartifact/damage_grid", DamageGridParams);
/// Energies of a sample of blocks, and the model made of all.
pub const DAMAGE_MODEL: KernelSpec = kernel!("deartifact/damage_model", DamageModelParams);

/// What was found, for the operator.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Findings {
    /// Period of the block grid in pixels, along x and y; 0 where none was seen.
    pub period: [f32; 2],
    /// First boundary of the grid in pixels, along x and y.
    pub offset: [f32; 2],
    /// Mean height of steps at the grid above that elsewhere, in 8-bit code values.
    pub blockiness: f32,
    /// What of blocks with edges counts as damage (RMS), in 8-bit code values.
    pub ringing: f32,
    /// Equivalent quantizer on the scale of H.264, 0 to 51.
    pub quantizer: f32,
    /// Share of the full repair that the picture seems to need, 0 to 1.
    pub strength: f32,
}

impl Findings {
    /// From the bytes of the model.
    fn read(bytes: &[u8]) -> Option<Self> {
        let model: DamageModel = bytemuck::try_pod_read_unaligned(bytes).ok()?;
        let seen = model.blockiness >= GRID_SEEN;
        Some(Self {
            period: if seen {
                [model.period_x, model.period_y]
            } else {
                [0.0; 2]
            },
            offset: if seen {
                [model.offset_x, model.offset_y]
            } else {
                [0.0; 2]
            },
            blockiness: model.blockiness,
            ringing: model.ringing,
            quantizer: model.quantizer,
            strength: model.share,
        })
    }
}

/// Blocks in a row or column of `side` pixels.
fn block_count(side: u32) -> u32 {
    match side.checked_sub(BLOCK_REACH) {
        Some(rest) => rest / BLOCK_STEP + 1,
        None => 0,
    }
}

/// Analyses one stream of pictures.
#[derive(Debug)]
pub struct Analysis {
    grid: Arc<Kernel>,
    combine: Arc<Kernel>,
    steps: StorageBuffer,
    findings: StorageBuffer,
    /// Workgroups that have ended; 0 between passes.
    done: StorageBuffer,
    model: StorageBuffer,
    origin: StorageBuffer,
    noise: StorageBuffer,
    readback: Readback,
    /// One code in 8-bit code values.
    code: f32,
    /// No picture has been seen yet.
    fresh: bool,
}

impl Analysis {
    /// Compiles the kernels and allocates for pictures of this size; `code` is one code of the
    /// frame in 8-bit code values.
    ///
    /// # Errors
    /// As [`Gpu::kernel`].
    pub fn new(gpu: &Gpu, (width, height): (u32, u32), code: f32) -> Result<Self, GpuError> {
        let across = u64::from(block_count(width).div_ceil(GROUP_BLOCKS.0).max(1));
        let down = u64::from(block_count(height).div_ceil(GROUP_BLOCKS.1).max(1));
        let boundaries = u64::from(width.next_multiple_of(4)) + u64::from(height);
        Ok(Self {
            grid: gpu.kernel(&DAMAGE_GRID)?,
            combine: gpu.kernel(&DAMAGE_MODEL)?,
            steps: StorageBuffer::new(gpu, "steps", boundaries * 4),
            findings: StorageBuffer::new(gpu, "findings", across * down * 2 * GROUP_FINDINGS),
            done: StorageBuffer::new(gpu, "workgroups done", 4),
            model: StorageBuffer::new(gpu, "damage model", MODEL_BYTES),
            origin: StorageBuffer::new(gpu, "block origin", 8),
            noise: StorageBuffer::new(gpu, "coding noise", NOISE_BYTES),
            readback: Readback::new(gpu, MODEL_BYTES),
            code,
            fresh: true,
        })
    }

    /// Forgets everything: after a flush, or at the start of another stream.
    pub fn reset(&mut self) {
        self.fresh = true;
        self.readback.forget();
    }

    /// The model, for `deartifact/shared/damage_model.wgsl`.
    pub fn model(&self) -> &StorageBuffer {
        &self.model
    }

    /// What of the damage comes and goes from picture to picture, for `shared/noise_model.wgsl`.
    pub fn noise(&self) -> &StorageBuffer {
        &self.noise
    }

    /// Where the blocks of the coder's 8x8 grid begin: two `u32`, column and row in cells of 2x2
    /// pixels, 0 to 3.
    pub fn origin(&self) -> &StorageBuffer {
        &self.origin
    }

    /// The latest findings that have come back from the GPU, a few frames old.
    pub fn findings(&self) -> Option<Findings> {
        Findings::read(&self.readback.latest()?)
    }

    /// Records the analysis of a picture's luma.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn record(
        &mut self,
        recording: &mut Recording<'_>,
        luma: &Plane,
        settings: &Settings,
    ) -> Result<(), GpuError> {
        if self.fresh {
            recording.clear(&self.model);
        }
        self.record_grid(recording, luma)?;
        self.record_model(recording, luma, settings)?;
        self.fresh = false;
        recording.read_back(&self.readback, &self.model);
        Ok(())
    }

    fn record_grid(&self, recording: &mut Recording<'_>, luma: &Plane) -> Result<(), GpuError> {
        recording.layers(
            &self.grid,
            &[
                ("plane", (&luma.buffer).into()),
                ("profile", (&self.steps).into()),
                ("done", (&self.done).into()),
                ("model", (&self.model).into()),
                ("origin", (&self.origin).into()),
            ],
            &DamageGridParams {
                width: luma.width,
                height: luma.height,
                first: u32::from(self.fresh),
            },
            // Columns, then rows; one workgroup's height of parts of each.
            (luma.quads().0.max(luma.height), 1, 2),
        )
    }

    fn record_model(
        &self,
        recording: &mut Recording<'_>,
        luma: &Plane,
        settings: &Settings,
    ) -> Result<(), GpuError> {
        let (blocks_x, blocks_y) = (block_count(luma.width), block_count(luma.height));
        recording.layers(
            &self.combine,
            &[
                ("plane", (&luma.buffer).into()),
                ("sums", (&self.findings).into()),
                ("done", (&self.done).into()),
                ("model", (&self.model).into()),
                ("noise", (&self.noise).into()),
            ],
            &DamageModelParams {
                quads: luma.quads().0,
                blocks_x,
                blocks_y,
                quantizer: settings.quantizer,
                strength: settings.strength,
                deblock: settings.deblock,
                dering: settings.dering,
                deband: settings.deband,
                temporal: settings.temporal,
                code: self.code,
                first: u32::from(self.fresh),
            },
            // The model is made even where no block has room. Across the grid, then on it.
            (blocks_x.max(1), blocks_y.max(1), 2),
        )
    }
}
