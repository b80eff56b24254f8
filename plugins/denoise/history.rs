//! What a denoiser keeps from picture to picture.

use super::planes::{PictureShape, Planes};
use super::spatial::Step;
use crate::gpu::Gpu;
use crate::picture::spatial_blocks::Blocks;

/// Pictures and states of one stream, and room for the steps between them.
#[derive(Debug)]
pub struct History {
    /// Noisy pictures: those held, and the one before.
    inputs: Vec<Planes>,
    /// States after them.
    states: Vec<Planes>,
    /// States of the recursion from the future.
    pub backward: [Planes; 2],
    /// State of the picture to give out, where the future has been joined to it.
    pub fused: Planes,
    /// Result of the first spatial step.
    pub pilot: Planes,
    /// Result of the last one.
    pub output: Planes,
    /// Blocks between shrinkage and merging.
    blocks: Blocks,
}

impl History {
    /// Allocates for pictures of one shape, whose steps leave `blocks`.
    pub fn new(gpu: &Gpu, shape: PictureShape, blocks: Blocks, lookahead: u32) -> Self {
        let held = lookahead + 2;
        let values = |label| Planes::values(gpu, label, shape);
        // Without lookahead nobody uses these.
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

    /// The noisy picture of the given number.
    #[expect(
        clippy::indexing_slicing,
        reason = "a remainder by the length is below it; a history holds a picture at least"
    )]
    pub fn input(&self, picture: u64) -> &Planes {
        &self.inputs[(picture % self.inputs.len() as u64) as usize]
    }

    /// The state after that picture.
    #[expect(
        clippy::indexing_slicing,
        reason = "a remainder by the length is below it; a history holds a state at least"
    )]
    pub fn state(&self, picture: u64) -> &Planes {
        &self.states[(picture % self.states.len() as u64) as usize]
    }

    /// The state before that picture; another one than that after it, also for the first.
    pub fn state_before(&self, picture: u64) -> &Planes {
        self.state(picture + self.states.len() as u64 - 1)
    }

    /// A spatial step from a state.
    pub fn step<'a>(&'a self, state: &'a Planes, output: &'a Planes) -> Step<'a> {
        Step {
            blocks: &self.blocks,
            state,
            output,
        }
    }
}
