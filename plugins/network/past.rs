//! What a network reads of the last output: its pixels along the motion.

use std::sync::Arc;

use super::layers::Layers;
use super::passes::{PAST_CELLS, PastCellsParams};
use super::picture::NetworkPicture;
use crate::gpu::{Binding, Gpu, GpuError, Image, Kernel, Recording, StorageBuffer};
use crate::picture::motion::VectorField;
use crate::picture::planes::Planes;

/// Numbers of a cell that a network reads if it knows the last output: the six of the picture, two zeros, then
/// those of `past_cells.wgsl`.
pub const PLANES_WITH_PAST: usize = 15;
/// Side of a tile in luma pixels.
const TILE: f32 = 8.0;

/// The last output, and the way to it.
#[derive(Debug, Clone, Copy)]
pub struct Past<'a> {
    /// The last output.
    pub output: &'a Planes,
    /// Motion from this picture to it.
    pub motion: VectorField<'a>,
    /// If word 0 is 1, it shows another scene.
    pub scene: &'a StorageBuffer,
    /// True if there is none.
    pub restart: bool,
}

/// Makes a network's planes of the last output.
#[derive(Debug)]
pub(super) struct PastReader {
    cells: Arc<Kernel>,
    /// Stands for the motion where nothing is known of the past.
    still: Image,
}

impl PastReader {
    pub(super) fn new(gpu: &Gpu) -> Result<Self, GpuError> {
        let format = wgpu::TextureFormat::Rgba32Float;
        Ok(Self {
            cells: gpu.kernel(&PAST_CELLS)?,
            still: Image::new(gpu, "still", format, (1, 1)),
        })
    }

    /// Records the planes. The first channel group has those of the picture already.
    pub(super) fn record(
        &self,
        recording: &mut Recording<'_>,
        layers: &Layers,
        picture: &NetworkPicture,
        past: Option<Past<'_>>,
    ) -> Result<(), GpuError> {
        let nothing = Binding::from(layers.zeros());
        let plane = |component: usize| match past {
            Some(past) if component < past.output.shape().components() => {
                past.output.component(component)
            }
            _ => nothing,
        };
        let block = past.map_or(1, |past| past.motion.block);
        let vectors = past.map_or(&self.still, |past| past.motion.vectors);
        let (blocks_x, blocks_y) = vectors.size();
        let (pitch, area) = layers.pitch_and_area();
        let chroma = picture.size(1);
        let (chroma_x, chroma_y) = picture.cell(1);
        let params = PastCellsParams {
            width: picture.luma.0,
            height: picture.luma.1,
            chroma_width: chroma.0,
            chroma_height: chroma.1,
            chroma_x,
            chroma_y,
            pitch,
            area,
            scale: 1.0 / picture.white,
            blocks_x,
            blocks_y,
            tile_blocks: TILE / block as f32,
            restart: u32::from(past.is_none_or(|past| past.restart)),
        };
        let bindings = [
            ("past", plane(0)),
            ("past_u", plane(1)),
            ("past_v", plane(2)),
            ("vectors", vectors.into()),
            ("scene", past.map_or(nothing, |past| past.scene.into())),
            ("outputs", layers.input().into()),
        ];
        recording.pass(&self.cells, &bindings, &params, picture.cells())
    }
}
