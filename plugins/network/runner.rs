//! Runs a network that corrects pictures: it reads a picture's cells and computes what to add to them.

use std::sync::Arc;

use super::layers::Layers;
use super::method::Method;
use super::passes::{CELLS, CORRECT, CellsParams, CorrectParams};
use super::past::{PLANES_WITH_PAST, Past, PastReader};
use super::picture::NetworkPicture;
use super::weights_file::WeightsFile;
use crate::gpu::{Binding, Gpu, GpuError, Kernel, Recording, StorageBuffer};
use crate::picture::planes::{Part, Planes};

/// Planes of a picture in each cell: the 2x2 samples of luma in row order, and one sample each of U and V, all
/// from -0.5 to 0.5.
pub const PLANES: usize = 6;

/// A network for pictures of one size.
#[derive(Debug)]
pub struct Network {
    picture: NetworkPicture,
    layers: Layers,
    cells: Arc<Kernel>,
    /// For a network that reads the last output.
    past: Option<PastReader>,
    correct: Arc<Kernel>,
}

impl Network {
    /// Compiles kernels, uploads weights and allocates all maps, with the fastest method.
    ///
    /// # Errors
    /// As [`Network::with_method`].
    pub fn new(gpu: &Gpu, file: &WeightsFile, picture: NetworkPicture) -> Result<Self, GpuError> {
        Self::with_method(gpu, file, picture, Method::of(gpu))
    }

    /// As [`Network::new`], with a given method of convolution.
    ///
    /// # Errors
    /// As [`Layers::new`]; [`GpuError::Shader`] for a network that does not correct [`PLANES`] and read those or
    /// [`PLANES_WITH_PAST`].
    pub fn with_method(
        gpu: &Gpu,
        file: &WeightsFile,
        picture: NetworkPicture,
        method: Method,
    ) -> Result<Self, GpuError> {
        let reads_past = file.planes == PLANES_WITH_PAST;
        let planes = if reads_past { file.planes } else { PLANES };
        file.require(planes, PLANES)?;
        Ok(Self {
            past: reads_past.then(|| PastReader::new(gpu)).transpose()?,
            picture,
            layers: Layers::new(gpu, file, picture.luma, method)?,
            cells: gpu.kernel(&CELLS)?,
            correct: gpu.kernel(&CORRECT)?,
        })
    }

    /// Size and value range of the pictures that the network was made for.
    pub fn picture(&self) -> &NetworkPicture {
        &self.picture
    }

    /// True if it reads the last output.
    pub fn reads_past(&self) -> bool {
        self.past.is_some()
    }

    /// Records all layers for a picture. `past` is read by a network that can; `None` if nothing is known of it.
    /// `origin` as for [`Layers::record`].
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn find(
        &self,
        recording: &mut Recording<'_>,
        picture: &Planes,
        past: Option<Past<'_>>,
        origin: Option<&StorageBuffer>,
    ) -> Result<(), GpuError> {
        self.record_cells(recording, picture)?;
        if let Some(reader) = &self.past {
            reader.record(recording, &self.layers, &self.picture, past)?;
        }
        self.layers.record(recording, origin)
    }

    /// As [`Layers::gate`].
    pub fn gate(&self) -> Option<&StorageBuffer> {
        self.layers.gate()
    }

    /// Adds the correction of the last [`Network::find`] to `picture` and writes the result to `corrected`.
    /// `share` holds two `f32`, factors for luma and chroma; `strength` is a factor for both. With all of
    /// them 1, the network corrects as it was trained to.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn apply(
        &self,
        recording: &mut Recording<'_>,
        picture: &Planes,
        (share, strength): (&StorageBuffer, f32),
        corrected: &Planes,
    ) -> Result<(), GpuError> {
        for part in picture.shape().all() {
            let planes = [picture, corrected].map(|planes| planes.part(&part));
            self.record_correction(recording, &part, (share, strength), planes)?;
        }
        Ok(())
    }

    fn record_cells(&self, recording: &mut Recording<'_>, planes: &Planes) -> Result<(), GpuError> {
        let picture = &self.picture;
        let plane = |component: usize| match component < planes.shape().components() {
            true => planes.component(component),
            false => Binding::from(self.layers.zeros()),
        };
        let chroma = picture.size(1);
        let (chroma_x, chroma_y) = picture.cell(1);
        let params = CellsParams {
            width: picture.luma.0,
            height: picture.luma.1,
            chroma_width: chroma.0,
            chroma_height: chroma.1,
            chroma_x,
            chroma_y,
            pitch: self.layers.pitch_and_area().0,
            scale: 1.0 / picture.white,
        };
        let bindings = [
            ("luma", plane(0)),
            ("chroma_u", plane(1)),
            ("chroma_v", plane(2)),
            ("outputs", self.layers.input().into()),
        ];
        recording.pass(&self.cells, &bindings, &params, picture.cells())
    }

    fn record_correction(
        &self,
        recording: &mut Recording<'_>,
        part: &Part,
        (share, strength): (&StorageBuffer, f32),
        [planes, corrected]: [Binding<'_>; 2],
    ) -> Result<(), GpuError> {
        let (cell_x, cell_y) = self.picture.cell(1);
        let bindings = [
            ("corrections", self.layers.output().into()),
            ("share", share.into()),
            ("planes", planes),
            ("corrected", corrected),
        ];
        let params = CorrectParams {
            parts: part.params(),
            cell_x,
            cell_y,
            pitch: self.layers.pitch_and_area().0,
            scale: self.picture.white,
            strength,
        };
        recording.parts(&self.correct, &bindings, &params, &part.quads())
    }
}
