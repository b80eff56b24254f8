//! Layers that output vectors: means of a map, and dense layers.

use super::layer::{Dense, channel_groups, map_extent};
use super::passes::{DenseParams, MeanParams, StripSumsParams};
use super::runner::{Network, STRIP};
use super::weights_file::{Layer, Source};
use crate::gpu::{GpuError, Recording};

impl Network {
    pub(super) fn record_mean(
        &self,
        recording: &mut Recording<'_>,
        number: usize,
        layer: &Layer,
    ) -> Result<(), GpuError> {
        let (width, height) = self.picture.cells();
        let (columns, rows) = map_extent((width, height));
        let channel_groups = channel_groups(layer.inputs);
        let strips = height.div_ceil(STRIP);
        recording.layers(
            &self.kernels.strip_sums,
            &[
                ("inputs", self.source_map(layer.source).into()),
                ("sums", (&self.strips).into()),
            ],
            &StripSumsParams {
                width,
                height,
                pitch: columns,
                area: columns * rows,
            },
            (width, strips, channel_groups),
        )?;
        let params = MeanParams {
            strips: width * strips,
            scale: 1.0 / (width as f32 * height as f32),
        };
        let bindings = [
            ("sums", (&self.strips).into()),
            ("vector", self.vector(Some(number)).into()),
        ];
        let kernel = &self.kernels.mean;
        recording.dispatch(
            kernel,
            &bindings,
            bytemuck::bytes_of(&params),
            [channel_groups, 1, 1],
        )
    }

    pub(super) fn record_dense(
        &self,
        recording: &mut Recording<'_>,
        number: usize,
        layer: &Layer,
        dense: &Dense,
    ) -> Result<(), GpuError> {
        let source = match layer.source {
            Source::Layer(source) => Some(source),
            Source::Picture => None,
        };
        recording.pass(
            &dense.kernel,
            &[
                ("inputs", self.vector(source).into()),
                ("weights", (&dense.weights).into()),
                ("outputs", self.vector(Some(number)).into()),
            ],
            &DenseParams {
                inputs: layer.inputs as u32,
                outputs: layer.outputs as u32,
                leak: layer.leak,
                highest: layer.highest,
            },
            (layer.outputs as u32, 1),
        )
    }
}
