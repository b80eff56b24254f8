//! The last step of preset `neural`: a trained network joins what the recursion left with the noisy picture and
//! with what shrinkage of blocks makes of it.
//!
//! It computes the noise of the state in multiples of its deviation, so that the estimate, `strength` and
//! `sigma` act on it as on the other presets, and how much of the shrunk blocks replaces the state.

use std::sync::Arc;

use crate::gpu::{Gpu, GpuError, Kernel, KernelSpec, Recording, StorageBuffer};
use crate::network::method::Method;
use crate::network::{Layers, WeightsFile};
use crate::picture::planes::{Parts, PictureShape, Planes};
use crate::{kernel, params};

/// Layers and weights of the network; format in [`crate::network::weights_file`].
pub const WEIGHTS: &[u8] = include_bytes!("weights/neural.bin");
/// Numbers that the network reads of a cell: see `state_cells.wgsl`.
const PLANES: usize = 22;
/// Numbers that it computes for a cell: see `network_shrink.wgsl`. The last two, of chroma, may be missing.
const OUTPUTS: [usize; 2] = [8, 10];

params! {
    /// Parameters of `state_cells.wgsl`.
    pub struct StateCellsParams {
        /// Sizes of the components.
        pub parts: Parts,
        /// Chroma samples across a cell; 0 without chroma.
        pub chroma_x: u32,
        /// Chroma samples down a cell; 0 without chroma.
        pub chroma_y: u32,
        /// Cells from one row of the map to the next.
        pub pitch: u32,
        /// Cells from one channel group of the map to the next.
        pub area: u32,
    }
}

params! {
    /// Parameters of `network_shrink.wgsl`.
    pub struct NetworkShrinkParams {
        /// Components of the dispatch.
        pub parts: Parts,
        /// Cells from one row of the map to the next.
        pub pitch: u32,
        /// Cells from one channel group of the map to the next.
        pub area: u32,
    }
}

/// Converts what is known of a picture to the first map of a network.
pub const STATE_CELLS: KernelSpec = kernel!("denoise/state_cells", StateCellsParams);
/// Makes a picture of a state and of what a network found.
pub const NETWORK_SHRINK: KernelSpec = kernel!("denoise/network_shrink", NetworkShrinkParams);

/// What the network reads of a picture.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    /// Values and deviations after the recursion.
    pub state: &'a Planes,
    /// The noisy picture.
    pub noisy: &'a Planes,
    /// The noise model.
    pub noise: &'a StorageBuffer,
}

/// The network for one stream of pictures.
#[derive(Debug)]
pub struct Neural {
    cells: Arc<Kernel>,
    shrink: Arc<Kernel>,
    layers: Layers,
    /// Components that it denoises: luma, or all.
    components: usize,
}

impl Neural {
    /// Compiles the kernels and allocates maps for pictures of one shape.
    ///
    /// # Errors
    /// As [`Neural::with_method`].
    pub fn new(gpu: &Gpu, shape: &PictureShape) -> Result<Self, GpuError> {
        Self::with_method(gpu, WEIGHTS, shape, Method::of(gpu))
    }

    /// As [`Neural::new`], with given weights and method of convolution.
    ///
    /// # Errors
    /// As [`Layers::new`]; [`GpuError::Shader`] if the weights are invalid or those of another network.
    pub fn with_method(
        gpu: &Gpu,
        weights: &[u8],
        shape: &PictureShape,
        method: Method,
    ) -> Result<Self, GpuError> {
        let file = WeightsFile::parse(weights).map_err(|error| GpuError::Shader {
            name: "weights/neural.bin".to_owned(),
            reason: error.to_string(),
        })?;
        let [luma_alone, all] = OUTPUTS;
        let does_all = file.outputs != luma_alone;
        file.require(PLANES, if does_all { all } else { luma_alone })?;
        Ok(Self {
            cells: gpu.kernel(&STATE_CELLS)?,
            shrink: gpu.kernel(&NETWORK_SHRINK)?,
            layers: Layers::new(gpu, &file, shape.luma, method)?,
            // A cell has one sample of U and V only where chroma is halved in both directions.
            components: match does_all && shape.shifts == (1, 1) {
                true => shape.components(),
                false => 1,
            },
        })
    }

    /// Number of components that it denoises; those that follow need another spatial step.
    pub fn components(&self) -> usize {
        self.components
    }

    /// Records the step. `output` holds the picture as shrinkage of blocks leaves it, and then the result.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn record(
        &self,
        recording: &mut Recording<'_>,
        known: Known<'_>,
        output: &Planes,
    ) -> Result<(), GpuError> {
        self.record_cells(recording, known, output)?;
        self.layers.record(recording, None)?;
        let (pitch, area) = self.layers.pitch_and_area();
        for part in output.shape().parts(0..self.components) {
            let bindings = [
                ("state", known.state.part(&part)),
                ("found", self.layers.output().into()),
                ("shrunk", output.part(&part)),
            ];
            let params = NetworkShrinkParams {
                parts: part.params(),
                pitch,
                area,
            };
            recording.parts(&self.shrink, &bindings, &params, &part.quads())?;
        }
        Ok(())
    }

    fn record_cells(
        &self,
        recording: &mut Recording<'_>,
        known: Known<'_>,
        blocks: &Planes,
    ) -> Result<(), GpuError> {
        let shape = known.state.shape();
        // Maps are larger than planes: where they fit, all planes at once do.
        let whole = shape.whole();
        let (pitch, area) = self.layers.pitch_and_area();
        let samples = |shift: u32| {
            if shape.chroma.is_some() {
                2 >> shift
            } else {
                0
            }
        };
        let params = StateCellsParams {
            parts: whole.params(),
            chroma_x: samples(shape.shifts.0),
            chroma_y: samples(shape.shifts.1),
            pitch,
            area,
        };
        let bindings = [
            ("state", known.state.part(&whole)),
            ("planes", known.noisy.part(&whole)),
            ("shrunk", blocks.part(&whole)),
            ("noise", known.noise.into()),
            ("outputs", self.layers.input().into()),
        ];
        let cells = (shape.luma.0.div_ceil(2), shape.luma.1.div_ceil(2));
        recording.pass(&self.cells, &bindings, &params, cells)
    }
}
