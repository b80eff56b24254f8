//! The passes that look for a lost plane.

use super::frame::TrackFrame;
use super::gates::Shape;
use super::passes::{HUNT, TrackParams};
use crate::gpu::GpuError;

impl TrackFrame<'_, '_> {
    /// Looks for a lost plane in the whole frame.
    pub(super) fn hunt(&mut self) -> Result<(), GpuError> {
        let (k, t) = (self.kernels, self.buffers);
        let params = self.params(3, HUNT);
        let params = TrackParams {
            reach: self.plan.stride,
            ..params
        };
        let bindings = [
            ("level", self.level(3).into()),
            ("rendered", (&t.rendered).into()),
            ("finds", (&t.finds).into()),
        ];
        self.run(&k.hunt, &bindings, &params, Shape::Places)?;
        let bindings = [
            ("finds", (&t.finds).into()),
            ("candidates", (&t.candidates).into()),
        ];
        self.run(&k.finds, &bindings, &params, Shape::Single)?;
        for (grid, stage) in [(3, 1), (2, 0), (1, 0)] {
            let params = TrackParams {
                stage,
                ..self.params(grid, HUNT)
            };
            self.align(grid, &params, Shape::Candidates)?;
        }
        let params = self.params(1, HUNT);
        let bindings = [
            ("level", self.level(1).into()),
            ("rendered", (&t.rendered).into()),
            ("memory", (&t.memory).into()),
            ("candidates", (&t.candidates).into()),
        ];
        self.run(&k.vote, &bindings, &params, Shape::Candidates)?;
        let bindings = [("candidates", (&t.candidates).into())];
        self.run(&k.accept, &bindings, &params, Shape::Single)
    }
}
