//! The passes of one frame of tracking for GPUs, where a dispatch costs more than its work: eleven
//! dispatches in every mode of a frame, each of which does the work of several passes of
//! [`frame`](super::frame).

use std::sync::Arc;

use super::buffers::TrackBuffers;
use super::gates::{CANDIDATES, DRAWING_TILE, Plan, SHUTTERS};
use super::grid::{GRIDS, SAMPLES, SIDES};
use super::params::Scene;
use super::passes::{ChainKernels, FOLLOW, HUNT, REFINE, TRACK_PAIRS};
use crate::gpu::shader::Params;
use crate::gpu::{Binding, Frame, FrameLayout, Gpu, GpuError, Kernel, Recording};
use crate::shader_constant;

/// Side of a tile in samples of the finest level; a workgroup makes all levels of a tile.
pub const PATCH: u32 = shader_constant!("trackoverlay/track/shared/patch", "PATCH");
/// Shifts of a search, or neighbouring positions of a hunt, that a workgroup scores.
pub const SEATS: u32 = shader_constant!("trackoverlay/track/seek", "SEATS");
/// Invocations in the largest workgroup of the chain.
pub const LANES: u32 = shader_constant!("trackoverlay/track/shared/lanes", "LANES");
/// Invocations that share the drawing of a sample of the template.
pub const LANES_OF_SAMPLE: u32 = shader_constant!("trackoverlay/track/render", "SHARERS");
/// Workgroup memory that the chain needs, in bytes.
pub const SHARED_BYTES: u32 = 32 * 1024;
/// Most storage buffers that a kernel of the chain binds.
pub const BOUND: u32 = 10;

/// Kernels of the chain, for frames of one layout.
#[derive(Debug)]
pub struct Chain {
    kernels: ChainKernels,
    pairs: Arc<Kernel>,
}

impl Chain {
    /// True if the device benefits from the chain and can run it.
    pub fn suits(gpu: &Gpu) -> bool {
        let limits = gpu.device().limits();
        !gpu.is_software()
            && limits.max_compute_invocations_per_workgroup >= LANES
            && limits.max_compute_workgroup_size_x >= LANES
            && limits.max_compute_workgroup_storage_size >= SHARED_BYTES
            && limits.max_storage_buffers_per_shader_stage >= BOUND
    }

    /// Compiles the kernels for frames of one layout.
    ///
    /// # Errors
    /// As [`Gpu::kernel`].
    pub fn new(gpu: &Gpu, layout: &FrameLayout) -> Result<Self, GpuError> {
        let pairs = match layout.depth {
            8 => gpu.kernel(&TRACK_PAIRS)?,
            _ => gpu.variant(&TRACK_PAIRS, &[("WIDE", true)])?,
        };
        Ok(Self {
            kernels: ChainKernels::new(gpu)?,
            pairs,
        })
    }

    /// The kernel that arms, corrects or releases.
    pub fn order(&self) -> &Arc<Kernel> {
        &self.kernels.arm
    }
}

/// Records the passes of one frame.
pub struct ChainFrame<'a, 'r> {
    /// Kernels to run.
    pub chain: &'a Chain,
    /// Buffers of the tracker.
    pub buffers: &'a TrackBuffers,
    /// Recording to add the passes to.
    pub recording: &'a mut Recording<'r>,
    /// The frame to track.
    pub frame: &'a Frame,
    /// What parameters depend on.
    pub scene: Scene<'a>,
}

impl ChainFrame<'_, '_> {
    fn groups<P: Params>(
        &mut self,
        kernel: &Arc<Kernel>,
        more: &[(&str, Binding<'_>)],
        params: &P,
        groups: [u32; 2],
    ) -> Result<(), GpuError> {
        let bindings = self.buffers.with_track(more);
        let [x, y] = groups;
        self.recording
            .dispatch(kernel, &bindings, bytemuck::bytes_of(params), [x, y, 1])
    }

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

    /// Passes of the frame that gives the template.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn arm(&mut self) -> Result<(), GpuError> {
        let (k, t) = (&self.chain.kernels, self.buffers);
        self.levels()?;
        for (grid, side) in SIDES.into_iter().enumerate() {
            let params = self.scene.frame(grid, HUNT);
            let bindings = [("levels", (&t.levels).into()), ("grid", (&t.grid).into())];
            self.pass(&k.template, &bindings, &params, (side, side))?;
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

    /// Passes of every later frame.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn follow(&mut self) -> Result<(), GpuError> {
        let (k, t) = (&self.chain.kernels, self.buffers);
        let params = self.scene.search(FOLLOW, self.scene.stack.reach());
        let gates = [("gates", (&t.gates).into())];
        self.groups(&k.predict, &gates, &params, [1, 1])?;
        self.levels()?;
        self.draw(FOLLOW | HUNT)?;
        self.find()?;
        let params = self.scene.frame(1, REFINE);
        let bindings = [
            ("levels", (&t.levels).into()),
            ("grid", (&t.grid).into()),
            ("memory", (&t.memory).into()),
            ("fits", (&t.fits).into()),
        ];
        self.groups(&k.shutter, &bindings, &params, [SHUTTERS, 1])?;
        let bindings = [("fits", (&t.fits).into()), ("gates", (&t.gates).into())];
        self.groups(&k.blur, &bindings, &params, [1, 1])?;
        self.draw(REFINE)?;
        self.conclude()
    }

    /// Makes all levels, as far as the frame may need them.
    fn levels(&mut self) -> Result<(), GpuError> {
        let (k, t) = (&self.chain.kernels, self.buffers);
        let finest = self.scene.stack.level(0);
        let (pitch, height) = (finest.pitch, finest.size.1);
        let bindings = [("raw", self.frame.into()), ("shrunk", (&t.shrunk).into())];
        let params = self.scene.luma(FOLLOW | HUNT);
        let pairs = &self.chain.pairs;
        self.pass(pairs, &bindings, &params, (pitch / 2, height))?;
        let bindings = [
            ("shrunk", (&t.shrunk).into()),
            ("levels", (&t.levels).into()),
        ];
        let params = self.scene.frame(0, FOLLOW | HUNT);
        let tiles = [pitch.div_ceil(PATCH), height.div_ceil(PATCH)];
        self.groups(&k.pyramid, &bindings, &params, tiles)
    }

    fn draw(&mut self, when: u32) -> Result<(), GpuError> {
        let (k, t) = (&self.chain.kernels, self.buffers);
        let bindings = [
            ("grid", (&t.grid).into()),
            ("rendered", (&t.rendered).into()),
        ];
        let params = self.scene.frame(0, when);
        let groups = [(SAMPLES as u32).div_ceil(DRAWING_TILE / LANES_OF_SAMPLE), 1];
        self.groups(&k.render, &bindings, &params, groups)
    }

    /// Finds the plane: at its expected position, or wherever it is.
    fn find(&mut self) -> Result<(), GpuError> {
        let (k, t) = (&self.chain.kernels, self.buffers);
        let stack = self.scene.stack;
        let stride = Plan::new(&stack).stride;
        let params = self.scene.chain(stride);
        let seen: [(&str, Binding<'_>); 3] = [
            ("levels", (&t.levels).into()),
            ("rendered", (&t.rendered).into()),
            ("memory", (&t.memory).into()),
        ];
        let mut bindings = seen.to_vec();
        bindings.push(("biases", (&t.biases).into()));
        self.groups(&k.expect, &bindings, &params, [1, 1])?;
        let mut bindings = seen.to_vec();
        let scores: [(&str, Binding<'_>); 2] =
            [("scores", (&t.scores).into()), ("finds", (&t.finds).into())];
        bindings.extend(scores);
        let (width, height) = stack.level(GRIDS - 1).size;
        let places = width.div_ceil(stride).div_ceil(SEATS) * height.div_ceil(stride);
        let shifts = (2 * (2 * stack.reach() + 1).pow(2)).div_ceil(SEATS);
        self.groups(&k.seek, &bindings, &params, [places.max(shifts), 1])?;
        let mut bindings = seen.to_vec();
        bindings.extend(scores);
        bindings.extend([
            ("biases", (&t.biases).into()),
            ("candidates", (&t.candidates).into()),
            ("agreement", (&t.agreement).into()),
            ("residuals", (&t.residuals).into()),
        ]);
        self.groups(&k.fit, &bindings, &params, [CANDIDATES, 1])
    }

    fn conclude(&mut self) -> Result<(), GpuError> {
        let (k, t) = (&self.chain.kernels, self.buffers);
        let bindings = [
            ("levels", (&t.levels).into()),
            ("rendered", (&t.rendered).into()),
            ("memory", (&t.memory).into()),
            ("biases", (&t.biases).into()),
            ("candidates", (&t.candidates).into()),
            ("agreement", (&t.agreement).into()),
            ("residuals", (&t.residuals).into()),
            ("pose_out", (&t.pose).into()),
        ];
        let params = self.scene.chain(1);
        self.groups(&k.conclude, &bindings, &params, [1, 1])
    }

    fn finish(&mut self, stage: u32) -> Result<(), GpuError> {
        let (k, t) = (&self.chain.kernels, self.buffers);
        let bindings = [
            ("agreement", (&t.agreement).into()),
            ("memory", (&t.memory).into()),
            ("pose_out", (&t.pose).into()),
        ];
        let params = self.scene.finish(stage);
        self.groups(&k.finish, &bindings, &params, [1, 1])
    }
}
