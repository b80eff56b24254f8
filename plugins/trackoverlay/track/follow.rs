//! The passes that track the plane from its expected position, or from one nearby.

use super::frame::{ROUNDS, TrackFrame};
use super::gates::Shape;
use super::passes::{APPROACH, FOLLOW, FitParams, REFINE, SEARCH};
use crate::gpu::GpuError;

/// Iterations from a position nearby.
const APPROACH_ROUNDS: u32 = 2;
/// Iterations of the second pass.
const SECOND_ROUNDS: [u32; 2] = [2, 1];

impl TrackFrame<'_, '_> {
    /// One step from the expected position shows whether the plane is there. If it is nearby, more steps
    /// reach it.
    pub(super) fn look_where_expected(&mut self) -> Result<(), GpuError> {
        self.gather(1, FOLLOW, 1, false)?;
        self.solve(1, FOLLOW, 1)?;
        self.check(0, FOLLOW)?;
        self.refine(1, APPROACH, APPROACH_ROUNDS)?;
        self.check(1, APPROACH)
    }

    fn check(&mut self, stage: u32, when: u32) -> Result<(), GpuError> {
        let params = FitParams {
            stage,
            ..self.fit_params(1, when)
        };
        let bindings = [("gates", (&self.buffers.gates).into())];
        self.single(&self.kernels.check, &bindings, &params)
    }

    /// If it is not there: scores shifts of the plane, and aligns from coarse to fine.
    pub(super) fn look_around(&mut self) -> Result<(), GpuError> {
        self.levels(SEARCH)?;
        self.search()?;
        self.choose()?;
        self.refine(1, SEARCH, ROUNDS[1])?;
        // After a failed expectation, alignment takes all its steps.
        self.gather(0, APPROACH, 0, false)?;
        self.solve(0, APPROACH, 0)
    }

    fn search(&mut self) -> Result<(), GpuError> {
        let (k, t) = (self.kernels, self.buffers);
        let params = self.search_params(SEARCH, self.scene.stack.reach());
        let bindings = [
            ("levels", (&t.levels).into()),
            ("rendered", (&t.rendered).into()),
            ("memory", (&t.memory).into()),
            ("scores", (&t.scores).into()),
        ];
        self.run(&k.search, &bindings, &params, (Shape::Shifts, SEARCH))?;
        let bindings = [
            ("scores", (&t.scores).into()),
            ("candidates", (&t.candidates).into()),
        ];
        self.run(&k.pick, &bindings, &params, (Shape::Single, SEARCH))?;
        if self.scene.stack.top >= 3 {
            self.align(&self.fit_params(2, SEARCH), Shape::Single)?;
        }
        Ok(())
    }

    pub(super) fn align(&mut self, params: &FitParams, shape: Shape) -> Result<(), GpuError> {
        let (k, t) = (self.kernels, self.buffers);
        let bindings = [
            ("levels", (&t.levels).into()),
            ("rendered", (&t.rendered).into()),
            ("memory", (&t.memory).into()),
            ("candidates", (&t.candidates).into()),
        ];
        self.run(&k.align, &bindings, params, (shape, params.when))
    }

    fn choose(&mut self) -> Result<(), GpuError> {
        let (k, t) = (self.kernels, self.buffers);
        let params = self.frame_params(1, SEARCH);
        let bindings = [
            ("levels", (&t.levels).into()),
            ("rendered", (&t.rendered).into()),
            ("memory", (&t.memory).into()),
            ("candidates", (&t.candidates).into()),
            ("squares", (&t.squares).into()),
        ];
        self.run(&k.choose, &bindings, &params, (Shape::Single, SEARCH))
    }

    /// Fine alignment of the track itself.
    pub(super) fn refine(&mut self, grid: usize, when: u32, rounds: u32) -> Result<(), GpuError> {
        for round in 1..=rounds {
            // The residuals before the last step serve to judge the fit.
            let judges = grid == 0 && round == rounds;
            self.gather(grid, when, 0, judges)?;
            self.solve(grid, when, u32::from(round == rounds))?;
        }
        Ok(())
    }

    fn gather(&mut self, grid: usize, when: u32, stage: u32, judges: bool) -> Result<(), GpuError> {
        let (k, t) = (self.kernels, self.buffers);
        let params = FitParams {
            stage,
            ..self.fit_params(grid, when)
        };
        let bindings = [
            ("levels", (&t.levels).into()),
            ("rendered", (&t.rendered).into()),
            ("memory", (&t.memory).into()),
            ("squares", (&t.squares).into()),
            ("biases", (&t.biases).into()),
            ("sums", (&t.sums).into()),
            ("agreement", (&t.agreement).into()),
            ("residuals", (&t.residuals).into()),
        ];
        let kernel = match judges {
            true => &k.gather_and_judge,
            false => &k.gather,
        };
        self.run(kernel, &bindings, &params, (Shape::Squares(grid), when))
    }

    fn solve(&mut self, grid: usize, when: u32, stage: u32) -> Result<(), GpuError> {
        let (k, t) = (self.kernels, self.buffers);
        let params = FitParams {
            stage,
            ..self.fit_params(grid, when)
        };
        let bindings = [("squares", (&t.squares).into()), ("sums", (&t.sums).into())];
        self.run(&k.solve, &bindings, &params, (Shape::Single, when))
    }

    pub(super) fn judge(&mut self, stage: u32, when: u32) -> Result<(), GpuError> {
        let (k, t) = (self.kernels, self.buffers);
        let params = FitParams {
            stage,
            ..self.fit_params(0, when)
        };
        let bindings = [
            ("agreement", (&t.agreement).into()),
            ("memory", (&t.memory).into()),
            ("gates", (&t.gates).into()),
        ];
        self.single(&k.judge, &bindings, &params)
    }

    pub(super) fn second_pass(&mut self) -> Result<(), GpuError> {
        let (k, t) = (self.kernels, self.buffers);
        let params = self.frame_params(1, REFINE);
        let bindings = [
            ("levels", (&t.levels).into()),
            ("grid", (&t.grid).into()),
            ("memory", (&t.memory).into()),
            ("fits", (&t.fits).into()),
        ];
        self.run(&k.shutter, &bindings, &params, (Shape::Shutters, REFINE))?;
        let bindings = [("fits", (&t.fits).into()), ("gates", (&t.gates).into())];
        self.single(&k.blur, &bindings, &params)?;
        self.draw(REFINE)?;
        self.refine(1, REFINE, SECOND_ROUNDS[1])?;
        self.refine(0, REFINE, SECOND_ROUNDS[0])?;
        self.judge(1, REFINE)
    }
}
