//! The spatial step of preset `neural`: a trained network finds the noise that is left in luma.
//!
//! It reads the state's values and deviations at half size and computes the noise in multiples of the
//! deviation, so that the estimate, `strength` and `sigma` act on it as on the other presets.

use std::sync::Arc;

use crate::gpu::{Gpu, GpuError, Kernel, KernelSpec, Recording};
use crate::network::method::Method;
use crate::network::{Layers, WeightsFile};
use crate::picture::planes::Planes;
use crate::{kernel, params};

/// Layers and weights of the network; format in [`crate::network::weights_file`].
pub const WEIGHTS: &[u8] = include_bytes!("weights/neural.bin");
/// Numbers that the network reads of a cell: the 2x2 values and their deviations.
const PLANES: usize = 8;
/// Numbers that it computes for a cell: the noise of the 2x2 values.
const OUTPUTS: usize = 4;

params! {
    /// Parameters of `state_cells.wgsl`.
    pub struct StateCellsParams {
        /// Width of luma in pixels.
        pub width: u32,
        /// Height of luma in pixels.
        pub height: u32,
        /// Cells from one row of the map to the next.
        pub pitch: u32,
    }
}

params! {
    /// Parameters of `network_shrink.wgsl`.
    pub struct NetworkShrinkParams {
        /// Width of luma in pixels.
        pub width: u32,
        /// Height of luma in pixels.
        pub height: u32,
        /// Cells from one row of the map to the next.
        pub pitch: u32,
    }
}

/// Converts a state to the first map of a network.
pub const STATE_CELLS: KernelSpec = kernel!("denoise/state_cells", StateCellsParams);
/// Takes away the noise that a network found.
pub const NETWORK_SHRINK: KernelSpec = kernel!("denoise/network_shrink", NetworkShrinkParams);

/// The network for one stream of pictures.
#[derive(Debug)]
pub struct Neural {
    cells: Arc<Kernel>,
    shrink: Arc<Kernel>,
    layers: Layers,
}

impl Neural {
    /// Compiles the kernels and allocates maps for pictures of `luma` pixels.
    ///
    /// # Errors
    /// As [`Neural::with_method`].
    pub fn new(gpu: &Gpu, luma: (u32, u32)) -> Result<Self, GpuError> {
        Self::with_method(gpu, WEIGHTS, luma, Method::of(gpu))
    }

    /// As [`Neural::new`], with given weights and method of convolution.
    ///
    /// # Errors
    /// As [`Layers::new`]; [`GpuError::Shader`] if the weights are invalid or those of another network.
    pub fn with_method(
        gpu: &Gpu,
        weights: &[u8],
        luma: (u32, u32),
        method: Method,
    ) -> Result<Self, GpuError> {
        let file = WeightsFile::parse(weights).map_err(|error| GpuError::Shader {
            name: "weights/neural.bin".to_owned(),
            reason: error.to_string(),
        })?;
        file.require(PLANES, OUTPUTS)?;
        Ok(Self {
            cells: gpu.kernel(&STATE_CELLS)?,
            shrink: gpu.kernel(&NETWORK_SHRINK)?,
            layers: Layers::new(gpu, &file, luma, method)?,
        })
    }

    /// Records the step for the luma of a state.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn record(
        &self,
        recording: &mut Recording<'_>,
        state: &Planes,
        output: &Planes,
    ) -> Result<(), GpuError> {
        let (width, height) = state.shape().luma;
        let (pitch, _) = self.layers.pitch_and_area();
        let cells = (width.div_ceil(2), height.div_ceil(2));
        recording.pass(
            &self.cells,
            &[
                ("state", state.component(0)),
                ("outputs", self.layers.input().into()),
            ],
            &StateCellsParams {
                width,
                height,
                pitch,
            },
            cells,
        )?;
        self.layers.record(recording, None)?;
        recording.pass(
            &self.shrink,
            &[
                ("state", state.component(0)),
                ("found", self.layers.output().into()),
                ("shrunk", output.component(0)),
            ],
            &NetworkShrinkParams {
                width,
                height,
                pitch,
            },
            (width.div_ceil(4), height),
        )
    }
}
