//! The passes of one frame of tracking in order, as software Vulkan runs them.

use std::sync::Arc;

use super::buffers::TrackBuffers;
use super::gates::{Plan, Shape};
use super::grid::{GRIDS, SIDES};
use super::luma::TrackLuma;
use super::params::{FitParams, FrameParams, Scene, SearchParams};
use super::passes::{FOLLOW, HUNT, TrackKernels};
use crate::gpu::shader::Params;
use crate::gpu::{Binding, Frame, GpuError, Kernel, Recording, StorageBuffer};

/// Iterations at each grid, finest first.
pub(super) const ROUNDS: [u32; GRIDS] = [2, 3, 5, 5];

/// Records the passes of one frame.
pub struct TrackFrame<'a, 'r> {
    /// Kernels to run.
    pub kernels: &'a TrackKernels,
    /// Kernels that make the finest level from luma.
    pub luma: &'a TrackLuma,
    /// Buffers of the tracker.
    pub buffers: &'a TrackBuffers,
    /// Recording to add the passes to.
    pub recording: &'a mut Recording<'r>,
    /// The frame to track.
    pub frame: &'a Frame,
    /// What parameters depend on.
    pub scene: Scene<'a>,
    /// Workgroups of each pass.
    pub plan: Plan,
    /// True for the frame that gives the template.
    pub is_arming: bool,
}

impl<'a> TrackFrame<'a, '_> {
    pub(super) fn frame_params(&self, grid: usize, when: u32) -> FrameParams {
        self.scene.frame(grid, when)
    }

    pub(super) fn fit_params(&self, grid: usize, when: u32) -> FitParams {
        let rounds = ROUNDS.get(grid).copied().unwrap_or(1);
        self.scene.fit(grid, when, rounds)
    }

    pub(super) fn search_params(&self, when: u32, reach: u32) -> SearchParams {
        self.scene.search(when, reach)
    }

    /// Adds a pass of one workgroup, which binds the track and a few other buffers.
    pub(super) fn single<P: Params>(
        &mut self,
        kernel: &Arc<Kernel>,
        more: &[(&str, Binding<'_>)],
        params: &P,
    ) -> Result<(), GpuError> {
        self.groups(kernel, more, params, [1, 1, 1])
    }

    fn groups<P: Params>(
        &mut self,
        kernel: &Arc<Kernel>,
        more: &[(&str, Binding<'_>)],
        params: &P,
        groups: [u32; 3],
    ) -> Result<(), GpuError> {
        let bindings = self.buffers.with_track(more);
        self.recording
            .dispatch(kernel, &bindings, bytemuck::bytes_of(params), groups)
    }

    /// Adds a pass with one invocation for each element of `size`.
    fn pass<P: Params>(
        &mut self,
        kernel: &Arc<Kernel>,
        more: &[(&str, Binding<'_>)],
        params: &P,
        size: (u32, u32),
    ) -> Result<(), GpuError> {
        let bindings = self.buffers.with_track(more);
        self.recording.pass(kernel, &bindings, params, size)
    }

    /// Adds a pass with the plan's number of workgroups for a shape. The GPU sets the number to zero if the
    /// frame does not need the pass.
    pub(super) fn run<P: Params>(
        &mut self,
        kernel: &Arc<Kernel>,
        more: &[(&str, Binding<'_>)],
        params: &P,
        (shape, when): (Shape, u32),
    ) -> Result<(), GpuError> {
        let is_gated = when != FOLLOW | HUNT || shape.is_apart();
        if self.is_arming || !is_gated {
            return self.groups(kernel, more, params, self.plan.groups(shape));
        }
        let gates: &'a StorageBuffer = &self.buffers.gates;
        let bindings = self.buffers.with_track(more);
        let gate = (gates, shape.gate(when));
        self.recording.indirect(kernel, &bindings, params, gate)
    }

    /// Passes of the frame that gives the template.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn arm(&mut self) -> Result<(), GpuError> {
        let (k, t) = (self.kernels, self.buffers);
        self.levels(HUNT)?;
        for grid in 0..GRIDS {
            let params = self.frame_params(grid, HUNT);
            let bindings = [("levels", (&t.levels).into()), ("grid", (&t.grid).into())];
            let side = SIDES.get(grid).copied().unwrap_or_default();
            let size = (side, side);
            self.pass(&k.template, &bindings, &params, size)?;
        }
        self.finish(1)
    }

    /// Passes of a frame without tracking.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn idle(&mut self) -> Result<(), GpuError> {
        self.finish(0)
    }

    fn finish(&mut self, stage: u32) -> Result<(), GpuError> {
        let (k, t) = (self.kernels, self.buffers);
        let params = self.scene.finish(stage);
        let bindings = [
            ("agreement", (&t.agreement).into()),
            ("memory", (&t.memory).into()),
            ("pose_out", (&t.pose).into()),
        ];
        self.single(&k.finish, &bindings, &params)
    }

    /// Passes of every later frame.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn follow(&mut self) -> Result<(), GpuError> {
        let k = self.kernels;
        let params = self.search_params(FOLLOW, self.scene.stack.reach());
        let bindings = [("gates", (&self.buffers.gates).into())];
        self.single(&k.predict, &bindings, &params)?;
        self.levels(FOLLOW | HUNT)?;
        self.draw(FOLLOW | HUNT)?;
        self.look_where_expected()?;
        self.look_around()?;
        self.refine(0, FOLLOW, ROUNDS[0])?;
        self.judge(0, FOLLOW)?;
        self.second_pass()?;
        self.hunt()?;
        self.finish(0)
    }

    /// Makes the levels of the frame, as far as they are needed.
    pub(super) fn levels(&mut self, when: u32) -> Result<(), GpuError> {
        let (k, t) = (self.kernels, self.buffers);
        let bindings = [
            ("raw", self.frame.into()),
            ("wide_raw", self.frame.into()),
            ("shrunk", (&t.shrunk).into()),
        ];
        let params = self.scene.luma(when);
        let shrink = self.luma.kernel(self.scene.stack.shrink);
        self.run(shrink, &bindings, &params, (Shape::Shrink, when))?;
        let bindings = [
            ("shrunk", (&t.shrunk).into()),
            ("pairs", (&t.shrunk).into()),
            ("levels", (&t.levels).into()),
        ];
        let params = self.frame_params(0, when);
        self.run(&k.smooth, &bindings, &params, (Shape::Smooth, when))?;
        for index in 1..=self.scene.stack.top {
            let params = self.frame_params(index, when);
            let bindings = [("levels", (&t.levels).into())];
            self.run(&k.halve, &bindings, &params, (Shape::Level(index), when))?;
        }
        Ok(())
    }

    /// Draws the template as it should look in this frame, unless it was last drawn that way.
    pub(super) fn draw(&mut self, when: u32) -> Result<(), GpuError> {
        let (k, t) = (self.kernels, self.buffers);
        let params = self.frame_params(0, when);
        let bindings = [
            ("grid", (&t.grid).into()),
            ("rendered", (&t.rendered).into()),
        ];
        self.run(&k.render, &bindings, &params, (Shape::Drawing, when))
    }
}
