//! Blind estimate of the compression damage, kept on the GPU.
//!
//! Repair passes of the same recording read [`Analysis::model`] through
//! `deartifact/shared/damage_model.wgsl`. The threshold is estimated from the energy left in each band of an
//! 8x8 DCT, because quantization removes the highest bands first, and from how visible the block grid is.

use std::sync::Arc;

use super::settings::Settings;
use crate::gpu::{Gpu, GpuError, Kernel, KernelSpec, Readback, Recording, StorageBuffer};
use crate::picture::plane::Plane;
use crate::picture::temporal::NOISE_BYTES;
use crate::{kernel, params, shader_constant, storage};

storage! {
    /// Estimated damage of a picture: `DamageModel` in `deartifact/shared/damage_model.wgsl`.
    pub struct DamageModel {
        /// Pictures analysed since the start.
        pub pictures: f32,
        /// Estimated quantizer (QP) on H.264's scale, smoothed over time.
        pub estimate: f32,
        /// Mean step height at the block grid minus that elsewhere, in 8-bit code values.
        pub blockiness: f32,
        /// RMS of what lies below the threshold in blocks with edges, in 8-bit code values.
        pub ringing: f32,
        /// Index of the horizontal grid in the list of candidates.
        pub grid_x: f32,
        /// Horizontal period of the grid in pixels.
        pub period_x: f32,
        /// First vertical block boundary in pixels.
        pub offset_x: f32,
        /// Index of the vertical grid in the list of candidates.
        pub grid_y: f32,
        /// Vertical period of the grid in pixels.
        pub period_y: f32,
        /// First horizontal block boundary in pixels.
        pub offset_y: f32,
        /// Largest coefficient that may be damage, in units of an orthonormal DCT of 8-bit code values.
        pub threshold: f32,
        /// Half the largest step that deblocking levels, in 8-bit code values.
        pub deblock: f32,
        /// Largest step that counts as banding, in 8-bit code values.
        pub deband: f32,
        /// The quantizer in use: the estimate, or the user's.
        pub quantizer: f32,
        /// Estimated share of full repair that the picture needs, 0 (clean) to 1.
        pub share: f32,
        /// `share` times the user's strength.
        pub wanted: f32,
        /// 0 if the codec has a deblocking filter (H.264 and later), 1 if the block grid is clearly visible.
        pub blocked: f32,
        /// The share that the damage alone asks for, smoothed over time.
        pub paced: f32,
        /// How far to believe in damage: 0 for clean structures that look like it, 1 for coded pictures.
        pub believed: f32,
    }
}

/// Size of the model in bytes.
pub const MODEL_BYTES: u64 = size_of::<DamageModel>() as u64;
/// Bytes that a workgroup of `damage_model.wgsl` writes about its blocks.
const GROUP_FINDINGS: u64 = 64;
/// Blocks in a workgroup, across and down: the workgroup size of `damage_model.wgsl`.
const GROUP_BLOCKS: (u32, u32) = (
    shader_constant!("deartifact/damage_model", "COLUMNS"),
    shader_constant!("deartifact/damage_model", "ROWS"),
);
/// Distance of two sampled blocks in pixels, horizontally and vertically.
const BLOCK_STEP: u32 = 16;
/// Pixels that the first block needs: up to 11 before it, its own 8, and the rest of the last quad.
const BLOCK_REACH: u32 = 20;
/// Mean step height in 8-bit code values below which no grid is reported.
const GRID_SEEN: f32 = 0.5;

params! {
    /// Parameters of `damage_grid.wgsl`.
    pub struct DamageGridParams {
        /// Width of the picture in pixels.
        pub width: u32,
        /// Height of the picture in pixels.
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
        /// Sampled blocks in a row. There are two sets: between grid lines, and on them.
        pub blocks_x: u32,
        /// Sampled blocks in a column.
        pub blocks_y: u32,
        /// The user's quantizer, 0 to 51; negative to estimate it.
        pub quantizer: f32,
        /// Factor on all repairs.
        pub strength: f32,
        /// Factor on deblocking.
        pub deblock: f32,
        /// Factor on deringing.
        pub dering: f32,
        /// Factor on debanding.
        pub deband: f32,
        /// Factor on temporal averaging.
        pub temporal: f32,
        /// One code of the frame in 8-bit code values.
        pub code: f32,
        /// 1 to forget earlier pictures.
        pub first: u32,
    }
}

/// Measures steps at each column and row, and finds the block grid in them.
pub const DAMAGE_GRID: KernelSpec = kernel!("deartifact/damage_grid", DamageGridParams);
/// Measures band energies of sampled blocks, and updates the model.
pub const DAMAGE_MODEL: KernelSpec =
    kernel!("deartifact/damage_model", DamageModelParams, [DamageModel]);

/// Results of the analysis, for the property `stats`.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Findings {
    /// Period of the block grid in pixels, along x and y; 0 if none was found.
    pub period: [f32; 2],
    /// First boundary of the grid in pixels, along x and y.
    pub offset: [f32; 2],
    /// Mean step height at the grid minus that elsewhere, in 8-bit code values.
    pub blockiness: f32,
    /// RMS of the estimated damage in blocks with edges, in 8-bit code values.
    pub ringing: f32,
    /// Equivalent quantizer on H.264's scale, 0 to 51.
    pub quantizer: f32,
    /// Estimated share of full repair that the picture needs, 0 to 1.
    pub strength: f32,
}

impl Findings {
    /// Reads the model's bytes; `None` if they are too few.
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

/// Number of sampled blocks along a side of `side` pixels.
fn block_count(side: u32) -> u32 {
    match side.checked_sub(BLOCK_REACH) {
        Some(rest) => rest / BLOCK_STEP + 1,
        None => 0,
    }
}

/// Estimates the damage of one stream of pictures.
#[derive(Debug)]
pub struct Analysis {
    grid: Arc<Kernel>,
    combine: Arc<Kernel>,
    steps: StorageBuffer,
    findings: StorageBuffer,
    /// Number of workgroups that have ended; 0 between passes.
    done: StorageBuffer,
    model: StorageBuffer,
    origin: StorageBuffer,
    noise: StorageBuffer,
    readback: Readback,
    /// One code of the frame in 8-bit code values.
    code: f32,
    /// No picture has been analysed since the last reset.
    fresh: bool,
}

impl Analysis {
    /// Compiles the kernels and allocates buffers for pictures of this size. `code` is one code of the frame
    /// in 8-bit code values.
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

    /// Forgets all earlier pictures.
    pub fn reset(&mut self) {
        self.fresh = true;
        self.readback.forget();
    }

    /// The damage model, which shaders read through `deartifact/shared/damage_model.wgsl`.
    pub fn model(&self) -> &StorageBuffer {
        &self.model
    }

    /// Noise model of the damage that changes from picture to picture, in the layout of
    /// `shared/noise_model.wgsl`.
    pub fn noise(&self) -> &StorageBuffer {
        &self.noise
    }

    /// Origin of the codec's 8x8 block grid: two `u32`, column and row in cells of 2x2 pixels, 0 to 3 each.
    pub fn origin(&self) -> &StorageBuffer {
        &self.origin
    }

    /// The latest results; a few frames late.
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
            // Lines: columns (layer 0) and rows (layer 1), each split into the parts of one workgroup's
            // height.
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
            // At least one workgroup, so that the model is updated even if no block fits into the picture.
            // Layers: blocks between grid lines, and on them.
            (blocks_x.max(1), blocks_y.max(1), 2),
        )
    }
}
