//! The tracker: tracks a quad from frame to frame, entirely on the GPU.
//!
//! Each frame is registered to the template that was taken when the quad was armed, never to the frame
//! before, so the result does not drift. [`Tracker::record`] records the passes of one frame; homography,
//! state and light are computed and used on the GPU, without the host. The result is a
//! [`Pose`](crate::trackoverlay::pose::Pose) in a buffer.
//!
//! 1. predict: the position from the last two frames; the footprint of pixels, and the motion during the
//!    exposure
//! 2. levels of the frame around the prediction; the template, drawn as it should look now
//! 3. align at the expected position: one step, and more if the plane is nearby; then continue with 5
//! 4. search: more of the frame, shifts at the coarsest level, for fast motion; then align from coarse to
//!    fine
//! 5. refine: inverse-compositional steps of homography and light, with Tukey's weights for samples, weights
//!    for cells, and a ring around the quad as far as it moves with the quad
//! 6. judge: share of the texture that agrees; under fast motion, align again with its blur
//! 7. hunt, only if lost: the whole frame, a few rotations and scales, the best positions aligned
//! 8. finish: updates the memory, and writes the pose
//! 9. matting: what is in front of the plane, and the light on it
//!
//! Passes that a frame does not need get no workgroups. GPUs, where a dispatch costs more than its work, run
//! the same steps in a [chain] of a few dispatches.
//!
//! [chain]: super::chain

use std::sync::Arc;

use super::buffers::TrackBuffers;
use super::chain::{Chain, ChainFrame};
use super::frame::TrackFrame;
use super::gates::Plan;
use super::grid::{Stack, least_shrink_log2, mean_sides};
use super::luma::TrackLuma;
use super::mask::Mask;
use super::matting::Matting;
use super::params::{ArmParams, Scene};
use super::passes::TrackKernels;
use crate::gpu::{Frame, FrameLayout, Gpu, GpuError, Recording, StorageBuffer};
use crate::trackoverlay::colour::StreamColour;
use crate::trackoverlay::place::matte::Matte;
use crate::trackoverlay::quad::{PLANE, Quad, QuadError};
use crate::trackoverlay::settings::{MotionModel, OnLost};

/// Trust in the ring at arming: small, so that it counts only where the quad itself has no texture.
const RING_TRUST: f32 = 0.15;

/// What tracking needs of a frame besides its pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TrackStep {
    /// Number of the frame.
    pub frame: u32,
    /// Seconds since the last frame.
    pub seconds: f32,
    /// How the plane may move.
    pub model: MotionModel,
    /// What happens to the placement while the plane is lost.
    pub on_lost: OnLost,
    /// Seconds to fade out.
    pub fade_out: f32,
    /// Seconds to fade in.
    pub fade_in: f32,
    /// True if something is placed that is hidden and lit by what is found out about the plane.
    pub has_matte: bool,
}

/// Command for the next frame.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Order {
    Arm(Quad),
    Correct(Quad),
    Release,
}

/// Division of the work into dispatches. Results differ only by rounding.
#[derive(Debug)]
enum Way {
    /// Many small dispatches, skipped if not needed: for software Vulkan.
    Steps(Box<TrackKernels>, TrackLuma),
    /// A few dispatches: for GPUs.
    Chain(Box<Chain>),
}

/// The tracker of one plane.
#[derive(Debug)]
pub struct Tracker {
    way: Way,
    buffers: TrackBuffers,
    matting: Matting,
    layout: FrameLayout,
    /// Reduction of all frames, as a power of two: for those whose levels could not be bound otherwise.
    least_shrink_log2: u32,
    stack: Option<Stack>,
    order: Option<Order>,
    /// What is in front in the arming frame.
    mask: Option<Arc<Mask>>,
}

impl Tracker {
    /// A tracker for frames of one layout and colour, with the division that suits the device.
    ///
    /// # Errors
    /// As [`Gpu::kernel`].
    pub fn new(
        gpu: &Arc<Gpu>,
        layout: FrameLayout,
        colour: &StreamColour,
    ) -> Result<Self, GpuError> {
        Self::in_chain(gpu, layout, colour, Chain::suits(gpu))
    }

    /// As [`Tracker::new`]; `is_chain` chooses a few dispatches instead of many.
    ///
    /// # Errors
    /// As [`Gpu::kernel`].
    pub fn in_chain(
        gpu: &Arc<Gpu>,
        layout: FrameLayout,
        colour: &StreamColour,
        is_chain: bool,
    ) -> Result<Self, GpuError> {
        let way = match is_chain {
            true => Way::Chain(Box::new(Chain::new(gpu, &layout)?)),
            false => Way::Steps(
                Box::new(TrackKernels::new(gpu)?),
                TrackLuma::new(gpu, &layout)?,
            ),
        };
        let limit = gpu.device().limits().max_storage_buffer_binding_size;
        let size = (layout.width, layout.height);
        let least_shrink_log2 = least_shrink_log2(size, limit);
        let step = 1 << least_shrink_log2;
        let reduced = (size.0.div_ceil(step), size.1.div_ceil(step));
        Ok(Self {
            way,
            buffers: TrackBuffers::new(gpu, reduced),
            matting: Matting::new(gpu, &layout, colour)?,
            layout,
            least_shrink_log2,
            stack: None,
            order: None,
            mask: None,
        })
    }

    /// Tracks a quad from the next frame on. That frame gives the template.
    ///
    /// # Errors
    /// The error of the quad; an earlier quad stays tracked.
    pub fn arm(&mut self, quad: Quad) -> Result<(), QuadError> {
        quad.check_in(self.layout.width, self.layout.height)?;
        self.order = Some(Order::Arm(quad));
        self.mask = None;
        Ok(())
    }

    /// As [`Tracker::arm`], of a plane that something stands in front of.
    ///
    /// # Errors
    /// As [`Tracker::arm`].
    pub fn arm_behind(&mut self, quad: Quad, mask: Option<Arc<Mask>>) -> Result<(), QuadError> {
        self.arm(quad)?;
        self.mask = mask;
        Ok(())
    }

    /// Sets the true corners in the next frame. The tracked texture stays the same; the shown corners move
    /// there within a third of a second. Arms if nothing is tracked.
    ///
    /// # Errors
    /// As [`Tracker::arm`].
    pub fn correct(&mut self, quad: Quad) -> Result<(), QuadError> {
        if self.stack.is_none() || matches!(self.order, Some(Order::Arm(_))) {
            return self.arm(quad);
        }
        quad.check_in(self.layout.width, self.layout.height)?;
        self.order = Some(Order::Correct(quad));
        Ok(())
    }

    /// Stops tracking with the next frame.
    pub fn release(&mut self) {
        self.order = Some(Order::Release);
    }

    /// Buffer with the pose of the latest recorded frame.
    pub fn pose(&self) -> &StorageBuffer {
        &self.buffers.pose
    }

    /// What is in front of the plane, and the light on it.
    pub fn matte(&self) -> &Matte {
        self.matting.matte()
    }

    /// The tracker's state: `Track` in `trackoverlay/track/shared/state.wgsl`; for tests.
    pub fn track(&self) -> &StorageBuffer {
        &self.buffers.track
    }

    /// Records the passes of one frame.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    pub fn record(
        &mut self,
        recording: &mut Recording<'_>,
        frame: &Frame,
        step: &TrackStep,
    ) -> Result<(), GpuError> {
        let arms = matches!(self.order, Some(Order::Arm(_)));
        if let Some(order) = self.order.take() {
            self.carry_out(recording, &order)?;
        }
        let size = (self.layout.width, self.layout.height);
        let stack = self
            .stack
            .unwrap_or(Stack::for_quad(size, &PLANE, self.least_shrink_log2));
        let followed = self.stack.is_some();
        let scene = Scene {
            layout: frame.layout(),
            stack,
            step,
        };
        match &self.way {
            Way::Steps(kernels, luma) => {
                let plan = Plan::new(&stack);
                if arms {
                    let bindings = [("gates", (&self.buffers.gates).into())];
                    recording.pass(&kernels.plan, &bindings, &plan.params(), (1, 1))?;
                }
                let mut work = TrackFrame {
                    kernels,
                    luma,
                    buffers: &self.buffers,
                    recording,
                    frame,
                    scene,
                    plan,
                    is_arming: arms,
                };
                match (followed, arms) {
                    (false, _) => work.idle(),
                    (_, true) => work.arm(),
                    (_, false) => work.follow(),
                }?;
            }
            Way::Chain(chain) => {
                let mut work = ChainFrame {
                    chain,
                    buffers: &self.buffers,
                    recording,
                    frame,
                    scene,
                };
                match (followed, arms) {
                    (false, _) => work.idle(),
                    (_, true) => work.arm(),
                    (_, false) => work.follow(),
                }?;
            }
        }
        if !(followed && (arms || step.has_matte)) {
            return Ok(());
        }
        self.matting.record(recording, &self.buffers, frame, arms)
    }

    fn carry_out(&mut self, recording: &mut Recording<'_>, order: &Order) -> Result<(), GpuError> {
        let (quad, stage) = match order {
            Order::Arm(quad) => (Some(quad), 0),
            Order::Correct(quad) => (Some(quad), 1),
            Order::Release => (None, 2),
        };
        let size = (self.layout.width, self.layout.height);
        match order {
            Order::Arm(quad) => {
                self.stack = Some(Stack::for_quad(size, quad, self.least_shrink_log2));
                let mask = self.mask.take();
                self.matting.arm(recording.gpu(), quad, mask.as_deref());
            }
            Order::Correct(_) => {}
            Order::Release => self.stack = None,
        }
        let homography = quad.and_then(|quad| quad.homography().ok());
        let rows = homography.map_or([[0.0; 3]; 3], |h| h.0);
        let wide = |[x, y, z]: [f64; 3]| [x as f32, y as f32, z as f32, 0.0];
        let [row_x, row_y, row_w] = rows.map(wide);
        let (width, height) = quad.map_or((1.0, 1.0), mean_sides);
        let params = ArmParams {
            row_x,
            row_y,
            row_w,
            quad_width: width as f32,
            quad_height: height as f32,
            width: size.0 as f32,
            height: size.1 as f32,
            ring_trust: RING_TRUST,
            stage,
            spare: [0.0; 2],
        };
        let bindings = [
            ("track", (&self.buffers.track).into()),
            ("memory", (&self.buffers.memory).into()),
        ];
        let kernel = match &self.way {
            Way::Steps(kernels, _) => &kernels.arm,
            Way::Chain(chain) => chain.order(),
        };
        recording.pass(kernel, &bindings, &params, (1, 1))
    }
}
