//! Pictures and states that a denoiser keeps.

use super::planes::{PictureShape, Planes};
use super::spatial::Step;
use crate::gpu::{Gpu, StorageBuffer};
use crate::picture::spatial_blocks::Blocks;

/// Pictures and states of one stream, and the buffers of the steps between them.
#[derive(Debug)]
pub struct History {
    /// Ring of noisy pictures: those held, and the one before them.
    inputs: Vec<Planes>,
    /// Ring of states after these pictures.
    states: Vec<Planes>,
    /// States of the backward recursion.
    pub backward: [Planes; 2],
    /// State of the output picture, joined with the backward recursion.
    pub fused: Planes,
    /// Result of the first spatial step.
    pub pilot: Planes,
    /// Result of the last spatial step.
    pub output: Planes,
    /// Intermediate buffer for blocks.
    blocks: Blocks,
}

impl History {
    /// Allocates the planes for pictures of one shape.
    pub fn new(gpu: &Gpu, shape: PictureShape, blocks: Blocks, lookahead: u32) -> Self {
        let held = lookahead + 2;
        let values = |label| Planes::values(gpu, label, shape);
        // Unused without lookahead, so the smallest possible.
        let small = PictureShape {
            luma: (1, 1),
            chroma: None,
            ..shape
        };
        let future = if lookahead > 0 { shape } else { small };
        let future = |label| Planes::state(gpu, label, future);
        Self {
            inputs: (0..held).map(|_| values("input")).collect(),
            states: (0..held)
                .map(|_| Planes::state(gpu, "state", shape))
                .collect(),
            backward: [(); 2].map(|()| future("backward state")),
            fused: future("fused state"),
            pilot: values("pilot"),
            output: values("output"),
            blocks,
        }
    }

    /// The noisy picture with this number.
    #[expect(
        clippy::indexing_slicing,
        reason = "a remainder by the length is below it, and there is at least one picture"
    )]
    pub fn input(&self, picture: u64) -> &Planes {
        &self.inputs[(picture % self.inputs.len() as u64) as usize]
    }

    /// The state after this picture.
    #[expect(
        clippy::indexing_slicing,
        reason = "a remainder by the length is below it, and there is at least one state"
    )]
    pub fn state(&self, picture: u64) -> &Planes {
        &self.states[(picture % self.states.len() as u64) as usize]
    }

    /// The state before this picture. Never the same planes as [`History::state`] of it, not even for
    /// picture 0.
    pub fn state_before(&self, picture: u64) -> &Planes {
        self.state(picture + self.states.len() as u64 - 1)
    }

    /// Buffers of a spatial step from a state.
    pub fn step<'a>(
        &'a self,
        state: &'a Planes,
        output: &'a Planes,
        noise: &'a StorageBuffer,
    ) -> Step<'a> {
        Step {
            blocks: &self.blocks,
            state,
            output,
            noise,
        }
    }
}
