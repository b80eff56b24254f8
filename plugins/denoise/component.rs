//! Buffers of one component of a picture: Y, U or V.

use super::plane::Plane;
use super::spatial::{Blocks, Step};
use super::temporal::Sampling;
use crate::gpu::Gpu;

/// Planes of one component, kept from picture to picture.
#[derive(Debug)]
pub struct Component {
    /// Which component this is.
    pub sampling: Sampling,
    /// Noisy pictures: those held, and the one before.
    inputs: Vec<Plane>,
    /// States after them.
    states: Vec<Plane>,
    /// States of the recursion from the future.
    pub backward: Vec<Plane>,
    /// State of the picture to give out, where the future has been joined to it.
    pub fused: Plane,
    /// Result of the first spatial step.
    pub pilot: Plane,
    /// Result of the last one.
    pub output: Plane,
    /// Blocks between shrinkage and merging.
    pub blocks: Blocks,
}

impl Component {
    /// Allocates for a component of `size`.
    pub fn new(
        gpu: &Gpu,
        size: (u32, u32),
        component: usize,
        shifts: (u32, u32),
        lookahead: u32,
    ) -> Self {
        let held = lookahead + 2;
        let state = |label| Plane::state(gpu, label, size);
        // Without lookahead nobody uses these.
        let future = if lookahead > 0 { size } else { (1, 1) };
        let future = |label| Plane::state(gpu, label, future);
        Self {
            sampling: Sampling { component, shifts },
            inputs: (0..held)
                .map(|_| Plane::values(gpu, "input", size))
                .collect(),
            states: (0..held).map(|_| state("state")).collect(),
            backward: vec![future("backward state"), future("backward state")],
            fused: future("fused state"),
            pilot: Plane::values(gpu, "pilot", size),
            output: Plane::values(gpu, "output", size),
            blocks: Blocks::new(gpu, size),
        }
    }

    /// The noisy picture of the given number.
    pub fn input(&self, picture: u64) -> &Plane {
        &self.inputs[(picture % self.inputs.len() as u64) as usize]
    }

    /// The state after that picture.
    pub fn state(&self, picture: u64) -> &Plane {
        &self.states[(picture % self.states.len() as u64) as usize]
    }

    /// The state before that picture; another plane than the one after it, also for the first.
    pub fn state_before(&self, picture: u64) -> &Plane {
        self.state(picture + self.states.len() as u64 - 1)
    }

    /// A spatial step from a state of this component to one of its planes.
    pub fn step<'a>(&'a self, state: &'a Plane, output: &'a Plane) -> Step<'a> {
        Step {
            blocks: &self.blocks,
            state,
            output,
        }
    }
}
