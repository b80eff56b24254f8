//! The passes of one frame of tracking, in order.

use std::sync::Arc;

use super::buffers::{MATTE_SIDE, TrackBuffers};
use super::gates::{Plan, Shape};
use super::grid::{GRIDS, SIDES, Stack, first_sample};
use super::luma::TrackLuma;
use super::passes::{FOLLOW, HUNT, TrackKernels, TrackParams};
use super::tracker::TrackStep;
use crate::gpu::{Binding, Frame, FrameLayout, GpuError, Kernel, Recording, StorageBuffer};
use crate::trackoverlay::settings::{MotionModel, OnLost};

/// Iterations at each grid, the finest first.
pub(super) const ROUNDS: [u32; GRIDS] = [2, 3, 5, 5];

fn params_of(layout: &FrameLayout, stack: &Stack, grid: usize, step: &TrackStep) -> TrackParams {
    let level = stack.level(grid);
    TrackParams {
        width: layout.width,
        height: layout.height,
        level: grid as u32,
        level_width: level.size.0,
        level_height: level.size.1,
        level_pitch: level.pitch,
        step: level.step,
        origin: level.origin,
        side: SIDES.get(grid).copied().unwrap_or(SIDES[0]),
        first: first_sample(grid),
        when: FOLLOW,
        stage: 0,
        rounds: ROUNDS.get(grid).copied().unwrap_or(1),
        model: match step.model {
            MotionModel::Translation => 0,
            MotionModel::Similarity => 1,
            MotionModel::Affine => 2,
            MotionModel::Homography => 3,
        },
        frame: step.frame,
        seconds: step.seconds,
        on_lost: match step.on_lost {
            OnLost::Hold => 0,
            OnLost::Fade => 1,
            OnLost::Hide => 2,
        },
        fade_out: step.fade_out,
        fade_in: step.fade_in,
        code8: layout.texel_to_code8(),
        reach: stack.reach(),
        shrink: stack.shrink,
    }
}

/// One frame's work.
pub struct TrackFrame<'a, 'r> {
    /// What to run.
    pub kernels: &'a TrackKernels,
    /// What makes the finest level of its luma.
    pub luma: &'a TrackLuma,
    /// What to run it on.
    pub buffers: &'a TrackBuffers,
    /// Where to put it down.
    pub recording: &'a mut Recording<'r>,
    /// The frame.
    pub frame: &'a Frame,
    /// Its levels.
    pub stack: Stack,
    /// Workgroups of its passes.
    pub plan: Plan,
    /// True for the frame that gives the template.
    pub is_arming: bool,
    /// What comes with it.
    pub step: &'a TrackStep,
}

impl<'a> TrackFrame<'a, '_> {
    pub(super) fn params(&self, grid: usize, when: u32) -> TrackParams {
        let params = params_of(self.frame.layout(), &self.stack, grid, self.step);
        TrackParams { when, ..params }
    }

    pub(super) fn level(&self, grid: usize) -> &'a StorageBuffer {
        let buffers: &'a TrackBuffers = self.buffers;
        let index = self.stack.level(grid).index;
        buffers.levels.get(index).unwrap_or(&buffers.levels[0])
    }

    /// One workgroup that sees the track and a few buffers.
    pub(super) fn single(
        &mut self,
        kernel: &Arc<Kernel>,
        more: &[(&str, Binding<'_>)],
        params: &TrackParams,
    ) -> Result<(), GpuError> {
        self.groups(kernel, more, params, [1, 1, 1])
    }

    fn groups(
        &mut self,
        kernel: &Arc<Kernel>,
        more: &[(&str, Binding<'_>)],
        params: &TrackParams,
        groups: [u32; 3],
    ) -> Result<(), GpuError> {
        let mut bindings = vec![("track", Binding::from(&self.buffers.track))];
        bindings.extend_from_slice(more);
        self.recording
            .dispatch(kernel, &bindings, bytemuck::bytes_of(params), groups)
    }

    /// One invocation for each of `size`.
    fn pass(
        &mut self,
        kernel: &Arc<Kernel>,
        more: &[(&str, Binding<'_>)],
        params: &TrackParams,
        size: (u32, u32),
    ) -> Result<(), GpuError> {
        let mut bindings = vec![("track", Binding::from(&self.buffers.track))];
        bindings.extend_from_slice(more);
        self.recording.pass(kernel, &bindings, params, size)
    }

    /// As many workgroups as the plan has for a shape; none where the GPU finds that the frame does
    /// not need the pass.
    pub(super) fn run(
        &mut self,
        kernel: &Arc<Kernel>,
        more: &[(&str, Binding<'_>)],
        params: &TrackParams,
        shape: Shape,
    ) -> Result<(), GpuError> {
        let is_gated = params.when != FOLLOW | HUNT || shape.is_apart();
        if self.is_arming || !is_gated {
            return self.groups(kernel, more, params, self.plan.groups(shape));
        }
        let gates: &'a StorageBuffer = &self.buffers.gates;
        let mut bindings = vec![("track", Binding::from(&self.buffers.track))];
        bindings.extend_from_slice(more);
        let gate = (gates, shape.gate(params.when));
        self.recording.indirect(kernel, &bindings, params, gate)
    }

    /// The frame that gives the template.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn arm(&mut self) -> Result<(), GpuError> {
        let (k, t) = (self.kernels, self.buffers);
        self.levels(HUNT)?;
        for grid in 0..GRIDS {
            let params = self.params(grid, HUNT);
            let bindings = [
                ("level", self.level(grid).into()),
                ("grid", (&t.grid).into()),
            ];
            let size = (params.side, params.side);
            self.pass(&k.template, &bindings, &params, size)?;
        }
        let params = self.params(0, HUNT);
        self.finish(&TrackParams { stage: 1, ..params })?;
        self.matte()
    }

    /// A frame in which nothing is followed.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn idle(&mut self) -> Result<(), GpuError> {
        let params = self.params(0, FOLLOW);
        self.finish(&params)
    }

    fn finish(&mut self, params: &TrackParams) -> Result<(), GpuError> {
        let (k, t) = (self.kernels, self.buffers);
        let bindings = [
            ("agreement", (&t.agreement).into()),
            ("memory", (&t.memory).into()),
            ("pose", (&t.pose).into()),
        ];
        self.single(&k.finish, &bindings, params)
    }

    /// Any later frame.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn follow(&mut self) -> Result<(), GpuError> {
        let k = self.kernels;
        let params = self.params(3, FOLLOW);
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
        let params = self.params(0, FOLLOW);
        self.finish(&params)?;
        self.matte()
    }

    /// The levels of the frame, as far as this frame needs them.
    pub(super) fn levels(&mut self, when: u32) -> Result<(), GpuError> {
        let (k, t) = (self.kernels, self.buffers);
        let params = self.params(0, when);
        let bindings = [
            ("raw", self.frame.into()),
            ("wide_raw", self.frame.into()),
            ("shrunk", (&t.shrunk).into()),
        ];
        let luma_params = TrackParams {
            first: self.luma.words(),
            ..params
        };
        let shrink = self.luma.kernel(self.stack.shrink);
        self.run(shrink, &bindings, &luma_params, Shape::Shrink)?;
        let bindings = [
            ("shrunk", (&t.shrunk).into()),
            ("pairs", (&t.shrunk).into()),
            ("level", (&t.levels[0]).into()),
        ];
        self.run(&k.smooth, &bindings, &params, Shape::Smooth)?;
        for index in 1..=self.stack.top {
            let finer = self.stack.level(index - 1);
            let params = TrackParams {
                side: finer.size.0,
                rounds: finer.size.1,
                first: finer.pitch,
                stage: index as u32,
                ..self.params(index, when)
            };
            let (Some(from), Some(to)) = (t.levels.get(index - 1), t.levels.get(index)) else {
                break;
            };
            let bindings = [("finer", from.into()), ("level", to.into())];
            self.run(&k.halve, &bindings, &params, Shape::Level(index))?;
        }
        Ok(())
    }

    /// The template as this frame should show it, where that is not how it was drawn last.
    pub(super) fn draw(&mut self, when: u32) -> Result<(), GpuError> {
        let (k, t) = (self.kernels, self.buffers);
        let params = TrackParams {
            rounds: self.stack.top as u32,
            ..self.params(0, when)
        };
        let bindings = [
            ("grid", (&t.grid).into()),
            ("rendered", (&t.rendered).into()),
        ];
        self.run(&k.render, &bindings, &params, Shape::Drawing)
    }

    fn matte(&mut self) -> Result<(), GpuError> {
        let (k, t) = (self.kernels, self.buffers);
        let params = TrackParams {
            reach: MATTE_SIDE,
            ..self.params(0, FOLLOW)
        };
        let bindings = [
            ("residuals", (&t.residuals).into()),
            ("matte", (&t.matte.buffer).into()),
        ];
        self.pass(&k.matte, &bindings, &params, (MATTE_SIDE, MATTE_SIDE))
    }
}
