//! Shrinkage of overlapping 8x8 DCT blocks for software Vulkan: one pass for the blocks, one that merges
//! them.

use std::ops::Range;
use std::sync::Arc;

use super::block_merge::{Arrangement, Merging};
use super::planes::{Part, Parts, PictureShape, Planes};
use super::spatial::{Merge, Step, Threshold};
use crate::gpu::kernel::Switches;
use crate::gpu::{Binding, Gpu, GpuError, Kernel, KernelSpec, Recording, StorageBuffer};
use crate::{kernel, params, shader_constant};

params! {
    /// Parameters of `dct_threshold.wgsl`.
    pub struct DctThresholdParams {
        /// Components of the dispatch.
        pub parts: Parts,
        /// 1 for luma blocks in a quincunx.
        pub luma_quincunx: u32,
        /// 1 for chroma blocks in a quincunx.
        pub chroma_quincunx: u32,
        /// Factor on the standard deviation of the noise, for luma.
        pub luma_threshold: f32,
        /// Factor on the standard deviation of the noise, for chroma.
        pub chroma_threshold: f32,
        /// Exponent of the share that is kept of small coefficients of luma.
        pub luma_power: f32,
        /// The same of chroma.
        pub chroma_power: f32,
    }
}

params! {
    /// Parameters of `dct_wiener.wgsl`.
    pub struct DctWienerParams {
        /// Components of the dispatch.
        pub parts: Parts,
        /// Shift of the lattice in columns.
        pub offset_x: u32,
        /// Shift of the lattice in rows.
        pub offset_y: u32,
    }
}

/// Shrinks blocks by a threshold.
pub const DCT_THRESHOLD: KernelSpec = kernel!("picture/dct_threshold", DctThresholdParams);
/// Shrinks blocks by Wiener weights from a pilot.
pub const DCT_WIENER: KernelSpec = kernel!("picture/dct_wiener", DctWienerParams);
/// Variant of [`DCT_WIENER`] in which an invocation processes [`STRIP_BLOCKS`] blocks, one below the other.
/// Fastest on software Vulkan.
pub const STRIP: Switches = &[("STRIP", true)];
/// Blocks that an invocation of [`STRIP`] processes.
pub const STRIP_BLOCKS: u32 = 4;

/// Arrangement of the blocks of a first step, unless it is a quincunx.
const PLAIN: Arrangement = Arrangement::Lattice(Merge::PLAIN);

/// Bytes in a block: 64 values of 16 bits.
const BLOCK_BYTES: u64 = 128;
/// Components begin at multiples of this many blocks: `PART_BLOCKS` in `shared/shrinkage.wgsl`.
pub const PART_BLOCKS: u64 = shader_constant!("shared/shrinkage", "PART_BLOCKS") as u64;

/// Buffer for the overlapping blocks of a picture, between shrinkage and merging.
#[derive(Debug)]
pub struct Blocks {
    places: [Range<u64>; 3],
    /// Samples of all blocks; layout in `shared/shrinkage.wgsl`.
    samples: StorageBuffer,
    /// Weight of each block in the average.
    weights: StorageBuffer,
}

impl Blocks {
    /// True if the device can bind the blocks of each component.
    pub fn fit(gpu: &Gpu, shape: &PictureShape) -> bool {
        let limit = gpu.device().limits().max_storage_buffer_binding_size;
        let places = Self::places(shape);
        let mut bytes = places.iter().map(|at| (at.end - at.start) * BLOCK_BYTES);
        bytes.all(|bytes| bytes <= limit)
    }

    fn places(shape: &PictureShape) -> [Range<u64>; 3] {
        shape.places(PART_BLOCKS, |size| {
            let (across, down) = Arrangement::Lattice(Merge::SHIFTED).blocks(size);
            u64::from(across) * u64::from(down)
        })
    }

    /// Allocates the blocks of pictures of one shape.
    pub fn new(gpu: &Gpu, shape: &PictureShape) -> Self {
        let places = Self::places(shape);
        let count = places.iter().map(|place| place.end).max().unwrap_or(0);
        Self {
            places,
            samples: StorageBuffer::new(gpu, "blocks", count * BLOCK_BYTES),
            weights: StorageBuffer::new(gpu, "weights", count * 4),
        }
    }

    /// An empty buffer, for [`super::spatial_tile`], which needs none.
    pub fn none(gpu: &Gpu, shape: &PictureShape) -> Self {
        let smallest = PictureShape {
            luma: (1, 1),
            chroma: None,
            ..*shape
        };
        Self::new(gpu, &smallest)
    }

    /// Bindings of samples and weights for a dispatch.
    pub fn part(&self, part: &Part) -> [Binding<'_>; 2] {
        [
            part.binding(&self.samples, &self.places, BLOCK_BYTES),
            part.binding(&self.weights, &self.places, 4),
        ]
    }
}

/// The spatial steps, block by block.
#[derive(Debug)]
pub struct BlockSteps {
    threshold: Arc<Kernel>,
    wiener: Arc<Kernel>,
    /// Blocks that an invocation of the Wiener kernel processes, one below the other.
    strip: u32,
    lattice: Merging,
    /// A lattice whose result is averaged with the output's previous contents.
    averaged: Merging,
    quincunx: Merging,
}

impl BlockSteps {
    /// Compiles the kernels.
    ///
    /// # Errors
    /// As [`Gpu::kernel`].
    pub fn new(gpu: &Gpu) -> Result<Self, GpuError> {
        let (switches, strip) = match gpu.is_software() {
            true => (STRIP, STRIP_BLOCKS),
            false => (&[] as Switches, 1),
        };
        Ok(Self {
            threshold: gpu.kernel(&DCT_THRESHOLD)?,
            wiener: gpu.variant(&DCT_WIENER, switches)?,
            strip,
            lattice: Merging::new(gpu, PLAIN)?,
            averaged: Merging::averaged(gpu)?,
            quincunx: Merging::new(gpu, Arrangement::Quincunx)?,
        })
    }

    /// As [`Spatial::threshold`](super::spatial::Spatial::threshold).
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn threshold(
        &self,
        recording: &mut Recording<'_>,
        components: Range<usize>,
        step: Step<'_>,
        threshold: Threshold,
    ) -> Result<(), GpuError> {
        let Step { blocks, output, .. } = step;
        let shape = *output.shape();
        for part in shape.parts(components.clone()) {
            self.shrink(recording, &part, step, threshold)?;
        }
        let [luma, chroma] = threshold.quincunx;
        let luma_end = components.end.min(1);
        let groups = match luma == chroma {
            true => vec![(components, luma)],
            false => vec![
                (components.start..luma_end, luma),
                (components.start.max(1)..components.end, chroma),
            ],
        };
        for (components, is_quincunx) in groups {
            for part in shape.parts(components) {
                let (merging, arrangement) = match is_quincunx {
                    true => (&self.quincunx, Arrangement::Quincunx),
                    false => (&self.lattice, PLAIN),
                };
                merging.merge(recording, &part, blocks, output, arrangement)?;
            }
        }
        Ok(())
    }

    fn shrink(
        &self,
        recording: &mut Recording<'_>,
        part: &Part,
        step: Step<'_>,
        threshold: Threshold,
    ) -> Result<(), GpuError> {
        let [samples, weights] = step.blocks.part(part);
        let bindings = [
            ("state", step.state.part(part)),
            ("blocks", samples),
            ("weights", weights),
            ("noise", step.noise.into()),
        ];
        let params = DctThresholdParams {
            parts: part.params(),
            luma_quincunx: u32::from(threshold.quincunx[0]),
            chroma_quincunx: u32::from(threshold.quincunx[1]),
            luma_threshold: threshold.deviations[0],
            chroma_threshold: threshold.deviations[1],
            luma_power: threshold.powers[0],
            chroma_power: threshold.powers[1],
        };
        let count = |size, component| threshold.arrangement(component).blocks(size);
        recording.parts(&self.threshold, &bindings, &params, &part.grids(count))
    }

    /// As [`Spatial::wiener`](super::spatial::Spatial::wiener).
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn wiener(
        &self,
        recording: &mut Recording<'_>,
        components: Range<usize>,
        step: Step<'_>,
        pilot: &Planes,
        merge: Merge,
    ) -> Result<(), GpuError> {
        let Step {
            blocks,
            state,
            output,
            noise,
        } = step;
        for part in output.shape().parts(components) {
            let [samples, weights] = blocks.part(&part);
            let bindings = [
                ("state", state.part(&part)),
                ("pilot", pilot.part(&part)),
                ("blocks", samples),
                ("weights", weights),
                ("noise", noise.into()),
            ];
            let params = DctWienerParams {
                parts: part.params(),
                offset_x: merge.offset.0,
                offset_y: merge.offset.1,
            };
            let arrangement = Arrangement::Lattice(merge);
            let count = |size, _| {
                let (across, down) = arrangement.blocks(size);
                (across, down.div_ceil(self.strip))
            };
            recording.parts(&self.wiener, &bindings, &params, &part.grids(count))?;
            let merging = match merge.keep > 0.0 {
                true => &self.averaged,
                false => &self.lattice,
            };
            merging.merge(recording, &part, blocks, output, arrangement)?;
        }
        Ok(())
    }
}
