//! Blind estimate of the damage, kept on the GPU.
//!
//! The repairs of the same recording read [`Analysis::model`] as `shared/damage_model.wgsl` has it.
//! The threshold comes from how much energy each band of an 8x8 DCT has left, for quantization takes
//! the highest first, and from how plainly blocks are seen.

use std::sync::Arc;

use super::settings::Settings;
use crate::gpu::{Gpu, GpuError, Kernel, KernelSpec, Readback, Recording, StorageBuffer};
use crate::working::plane::Plane;
use crate::{kernel, params};

/// Bytes of `DamageModel`; a test compares them.
pub const MODEL_BYTES: u64 = 68;
/// Bytes of what a block tells.
const BLOCK_FINDINGS: u64 = 48;
/// Columns and rows from a block that is looked at to the next.
const BLOCK_STEP: u32 = 16;
/// Columns and rows that the first one needs: up to 11 before it, 8 of its own, and those that share
/// its last quad.
const BLOCK_REACH: u32 = 20;
/// Below this mean height of steps, in 8-bit code values, there is no grid to speak of.
const GRID_SEEN: f32 = 0.5;

params! {
    /// Parameters of `damage_blocks.wgsl`.
    pub struct DamageBlocksParams {
        /// Quads in a row of the plane.
        pub quads: u32,
        /// Blocks in a row.
        pub blocks_x: u32,
        /// Blocks in a column.
        pub blocks_y: u32,
    }
}

params! {
    /// Parameters of `grid_profile.wgsl`.
    pub struct GridProfileParams {
        /// Width of the picture.
        pub width: u32,
        /// Height of the picture.
        pub height: u32,
    }
}

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
        /// Blocks looked at across the grid, and as many on it.
        pub blocks: u32,
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
        /// One code in 8-bit code values.
        pub code: f32,
        /// 1 to forget earlier pictures.
        pub first: u32,
    }
}

/// Energies of a sample of blocks.
pub const DAMAGE_BLOCKS: KernelSpec = kernel!("deartifact/damage_blocks", DamageBlocksParams);
/// Steps at each boundary.
pub const GRID_PROFILE: KernelSpec = kernel!("deartifact/grid_profile", GridProfileParams);
/// The block grid.
pub const DAMAGE_GRID: KernelSpec = kernel!("deartifact/damage_grid", DamageGridParams);
/// Joins all to the model.
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
        let mut fields = [0.0f32; MODEL_BYTES as usize / 4];
        for (field, bytes) in fields.iter_mut().zip(bytes.chunks_exact(4)) {
            *field = f32::from_le_bytes(bytes.try_into().ok()?);
        }
        let [_, _, blockiness, ringing, _, px, ox, _, py, oy, ..] = fields;
        let [.., quantizer, strength, _, _] = fields;
        let seen = blockiness >= GRID_SEEN;
        Some(Self {
            period: if seen { [px, py] } else { [0.0; 2] },
            offset: if seen { [ox, oy] } else { [0.0; 2] },
            blockiness,
            ringing,
            quantizer,
            strength,
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
    blocks: Arc<Kernel>,
    profile: Arc<Kernel>,
    grid: Arc<Kernel>,
    combine: Arc<Kernel>,
    findings: StorageBuffer,
    steps: StorageBuffer,
    model: StorageBuffer,
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
        let blocks = u64::from(block_count(width)) * u64::from(block_count(height));
        let boundaries = u64::from(width.next_multiple_of(4)) + u64::from(height);
        Ok(Self {
            blocks: gpu.kernel(&DAMAGE_BLOCKS)?,
            profile: gpu.kernel(&GRID_PROFILE)?,
            grid: gpu.kernel(&DAMAGE_GRID)?,
            combine: gpu.kernel(&DAMAGE_MODEL)?,
            findings: StorageBuffer::new(gpu, "findings", blocks.max(1) * 2 * BLOCK_FINDINGS),
            steps: StorageBuffer::new(gpu, "steps", boundaries * 4),
            model: StorageBuffer::new(gpu, "damage model", MODEL_BYTES),
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

    /// The model, for `shared/damage_model.wgsl`.
    pub fn model(&self) -> &StorageBuffer {
        &self.model
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
        self.record_profile(recording, luma)?;
        self.record_grid(recording, luma)?;
        let blocks = (block_count(luma.width), block_count(luma.height));
        if blocks.0 * blocks.1 > 0 {
            self.record_blocks(recording, luma, blocks)?;
        }
        self.record_model(recording, blocks.0 * blocks.1, settings)?;
        self.fresh = false;
        recording.read_back(&self.readback, &self.model);
        Ok(())
    }

    fn record_blocks(
        &self,
        recording: &mut Recording<'_>,
        luma: &Plane,
        blocks: (u32, u32),
    ) -> Result<(), GpuError> {
        recording.pass(
            &self.blocks,
            &[
                ("plane", (&luma.buffer).into()),
                ("model", (&self.model).into()),
                ("findings", (&self.findings).into()),
            ],
            &DamageBlocksParams {
                quads: luma.quads().0,
                blocks_x: blocks.0,
                blocks_y: blocks.1,
            },
            (blocks.0, 2 * blocks.1),
        )
    }

    fn record_profile(&self, recording: &mut Recording<'_>, luma: &Plane) -> Result<(), GpuError> {
        let quads = luma.quads().0;
        recording.layers(
            &self.profile,
            &[
                ("plane", (&luma.buffer).into()),
                ("profile", (&self.steps).into()),
            ],
            &GridProfileParams {
                width: luma.width,
                height: luma.height,
            },
            // Columns, then rows; eight parts of each.
            (quads.max(luma.height), 8, 2),
        )
    }

    fn record_grid(&self, recording: &mut Recording<'_>, luma: &Plane) -> Result<(), GpuError> {
        recording.pass(
            &self.grid,
            &[
                ("profile", (&self.steps).into()),
                ("model", (&self.model).into()),
            ],
            &DamageGridParams {
                width: luma.width,
                height: luma.height,
                first: u32::from(self.fresh),
            },
            (1, 1),
        )
    }

    fn record_model(
        &self,
        recording: &mut Recording<'_>,
        blocks: u32,
        settings: &Settings,
    ) -> Result<(), GpuError> {
        recording.pass(
            &self.combine,
            &[
                ("findings", (&self.findings).into()),
                ("model", (&self.model).into()),
            ],
            &DamageModelParams {
                blocks,
                quantizer: settings.quantizer,
                strength: settings.strength,
                deblock: settings.deblock,
                dering: settings.dering,
                deband: settings.deband,
                code: self.code,
                first: u32::from(self.fresh),
            },
            (1, 1),
        )
    }
}
