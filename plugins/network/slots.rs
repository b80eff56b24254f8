//! Assignment of a network's maps to buffers, so that maps share memory.

use super::layer::channel_groups;
use super::weights_file::{Layer, LayerKind, Source, WeightsFile};

/// The buffers, and the assignment of maps to them.
#[derive(Debug, PartialEq, Eq)]
pub struct Slots {
    /// Channel groups in each buffer.
    pub channel_groups: Vec<u32>,
    /// Index of the picture's buffer.
    pub picture: usize,
    /// Index of each layer's buffer; unused for layers that output vectors.
    pub layers: Vec<usize>,
}

/// The maps that a layer reads; `None` stands for the picture.
fn reads(layer: &Layer) -> Vec<Option<usize>> {
    let source = match layer.source {
        Source::Picture => None,
        Source::Layer(layer) => Some(layer),
    };
    match layer.kind {
        LayerKind::Conv { skip, .. } => {
            [vec![source], skip.map(Some).into_iter().collect()].concat()
        }
        LayerKind::Mean => vec![source],
        LayerKind::Dense { .. } => Vec::new(),
    }
}

/// Assigns each map a buffer of exactly its size whose earlier map is no longer needed.
pub fn slots(file: &WeightsFile) -> Slots {
    let layers = &file.layers;
    let last_reader = |map: Option<usize>| {
        let readers = layers.iter().map(reads);
        readers
            .enumerate()
            .filter(|(_, r)| r.contains(&map))
            .map(|(at, _)| at)
            .next_back()
    };
    // Channel groups of each buffer, and the last layer that needs it.
    let mut buffers = vec![(channel_groups(file.planes), last_reader(None))];
    let mut chosen = Vec::new();
    for (number, layer) in layers.iter().enumerate() {
        if !matches!(layer.kind, LayerKind::Conv { .. }) {
            chosen.push(0);
            continue;
        }
        let wanted = channel_groups(layer.outputs);
        let is_free = |(size, needed): &(u32, Option<usize>)| {
            *size == wanted && needed.is_none_or(|last| last < number)
        };
        let slot = buffers.iter().position(is_free).unwrap_or(buffers.len());
        let until = last_reader(Some(number)).max(Some(number));
        match buffers.get_mut(slot) {
            Some((_, needed)) => *needed = until,
            None => buffers.push((wanted, until)),
        }
        chosen.push(slot);
    }
    Slots {
        channel_groups: buffers.into_iter().map(|(size, _)| size).collect(),
        picture: 0,
        layers: chosen,
    }
}
