//! The passes that search for a lost plane.

use super::frame::TrackFrame;
use super::gates::Shape;
use super::passes::{FitParams, HUNT};
use crate::gpu::GpuError;

impl TrackFrame<'_, '_> {
    /// Searches the whole frame for a lost plane.
    pub(super) fn hunt(&mut self) -> Result<(), GpuError> {
        let (k, t) = (self.kernels, self.buffers);
        let params = self.search_params(HUNT, self.plan.stride);
        let bindings = [
            ("levels", (&t.levels).into()),
            ("rendered", (&t.rendered).into()),
            ("finds", (&t.finds).into()),
        ];
        self.run(&k.hunt, &bindings, &params, (Shape::Places, HUNT))?;
        let bindings = [
            ("finds", (&t.finds).into()),
            ("candidates", (&t.candidates).into()),
        ];
        self.run(&k.finds, &bindings, &params, (Shape::Single, HUNT))?;
        for (grid, stage) in [(3, 1), (2, 0), (1, 0)] {
            let params = FitParams {
                stage,
                ..self.fit_params(grid, HUNT)
            };
            self.align(&params, Shape::Candidates)?;
        }
        let params = self.frame_params(1, HUNT);
        let bindings = [
            ("levels", (&t.levels).into()),
            ("rendered", (&t.rendered).into()),
            ("memory", (&t.memory).into()),
            ("candidates", (&t.candidates).into()),
        ];
        self.run(&k.vote, &bindings, &params, (Shape::Candidates, HUNT))?;
        let bindings = [("candidates", (&t.candidates).into())];
        self.run(&k.accept, &bindings, &params, (Shape::Single, HUNT))
    }
}
