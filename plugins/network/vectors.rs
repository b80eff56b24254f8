//! Layers that output vectors: means of a map, and dense layers.

use super::layer::{Dense, channel_groups};
use super::layers::{Layers, STRIP};
use super::passes::{DenseParams, MeanParams, StripSumsParams};
use super::weights_file::{Layer, Source};
use crate::gpu::{GpuError, Recording};

impl Layers {
    pub(super) fn record_mean(
        &self,
        recording: &mut Recording<'_>,
        number: usize,
        layer: &Layer,
    ) -> Result<(), GpuError> {
        let (width, height) = self.cells;
        let (pitch, area) = self.pitch_and_area();
        let channel_groups = channel_groups(layer.inputs);
        let strips = height.div_ceil(STRIP);
        recording.layers(
            &self.strip_sums,
            &[
                ("inputs", self.source_map(layer.source).into()),
                ("sums", (&self.strips).into()),
            ],
            &StripSumsParams {
                width,
                height,
                pitch,
                area,
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
        let kernel = &self.mean;
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
