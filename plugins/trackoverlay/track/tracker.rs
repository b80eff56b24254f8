//! The tracker: follows a quad from frame to frame, all on the GPU.
//!
//! Each frame is registered to the template that was taken when the quad was armed, never to the
//! frame before, so nothing drifts. [`Tracker::record`] records the passes of one frame; the
//! homography, the state and the light are found and used there without the host. Its result is a
//! [`Pose`](crate::trackoverlay::pose::Pose) in a buffer.
//!
//! 1. predict: from the last two frames; the footprint of pixels, the way during the exposure
//! 2. levels of the frame around the prediction; the template drawn as it should look now
//! 3. look where expected: one step from there, and more where it is nearby; then straight to 5
//! 4. search: more of the frame, shifts at the coarsest level, for fast motion; then align, coarse
//!    to fine
//! 5. refine: inverse-compositional steps of homography and light, Tukey's weights
//!    for samples, weights for cells, a ring around the quad as far as it moves with it
//! 6. judge: how much of the texture agrees; where the plane moves fast, again with its blur
//! 7. hunt, only when lost: the whole frame, a few turns and sizes, the best places aligned
//! 8. finish: what was learned, and the pose
//!
//! Passes that a frame does not need have no workgroups. GPUs, on which a dispatch costs more than its
//! work, run the same in a [chain] of a few dispatches.
//!
//! [chain]: super::chain

use std::sync::Arc;

use super::buffers::TrackBuffers;
use super::chain::{Chain, ChainFrame};
use super::frame::TrackFrame;
use super::gates::Plan;
use super::grid::{Stack, mean_sides};
use super::luma::TrackLuma;
use super::params::{ArmParams, Scene};
use super::passes::TrackKernels;
use crate::gpu::{Frame, FrameLayout, Gpu, GpuError, Recording, StorageBuffer};
use crate::trackoverlay::place::matte::Matte;
use crate::trackoverlay::quad::{PLANE, Quad, QuadError};
use crate::trackoverlay::settings::{MotionModel, OnLost};

/// Trust in the ring at arming: it counts where the quad itself says nothing.
const RING_TRUST: f32 = 0.15;

/// What one frame brings beside its pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TrackStep {
    /// Number of the frame.
    pub frame: u32,
    /// Seconds since the last one.
    pub seconds: f32,
    /// How the plane may move.
    pub model: MotionModel,
    /// What becomes of the placement while the plane is lost.
    pub on_lost: OnLost,
    /// Seconds to fade away.
    pub fade_out: f32,
    /// Seconds to fade in.
    pub fade_in: f32,
}

/// What the next frame is to begin with.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Order {
    Arm(Quad),
    Correct(Quad),
    Release,
}

/// How the passes are cut. Results differ by rounding.
#[derive(Debug)]
enum Way {
    /// Many dispatches of little work each, none where none is needed.
    Steps(Box<TrackKernels>, TrackLuma),
    /// A few.
    Chain(Box<Chain>),
}

/// The tracker of one plane.
#[derive(Debug)]
pub struct Tracker {
    way: Way,
    buffers: TrackBuffers,
    layout: FrameLayout,
    stack: Option<Stack>,
    order: Option<Order>,
}

impl Tracker {
    /// For frames of one layout, in the way that suits the device.
    ///
    /// # Errors
    /// As [`Gpu::kernel`].
    pub fn new(gpu: &Arc<Gpu>, layout: FrameLayout) -> Result<Self, GpuError> {
        Self::in_chain(gpu, layout, Chain::suits(gpu))
    }

    /// In few dispatches, as GPUs want it, or in many, as software does.
    ///
    /// # Errors
    /// As [`Gpu::kernel`].
    pub fn in_chain(gpu: &Arc<Gpu>, layout: FrameLayout, is_chain: bool) -> Result<Self, GpuError> {
        let way = match is_chain {
            true => Way::Chain(Box::new(Chain::new(gpu, &layout)?)),
            false => Way::Steps(
                Box::new(TrackKernels::new(gpu)?),
                TrackLuma::new(gpu, &layout)?,
            ),
        };
        Ok(Self {
            way,
            buffers: TrackBuffers::new(gpu, (layout.width, layout.height)),
            layout,
            stack: None,
            order: None,
        })
    }

    /// Follows a quad from the next frame on, which gives the template.
    ///
    /// # Errors
    /// What is wrong with the quad; what was followed before still is.
    pub fn arm(&mut self, quad: Quad) -> Result<(), QuadError> {
        quad.check_in(self.layout.width, self.layout.height)?;
        self.order = Some(Order::Arm(quad));
        Ok(())
    }

    /// Says where the corners really are in the next frame. What is tracked stays the same; the
    /// corners move over in a third of a second. Arms where nothing is followed.
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

    /// Follows nothing from the next frame on.
    pub fn release(&mut self) {
        self.order = Some(Order::Release);
    }

    /// Where the plane is, once a frame has been recorded and submitted.
    pub fn pose(&self) -> &StorageBuffer {
        &self.buffers.pose
    }

    /// What is in front of the plane.
    pub fn matte(&self) -> &Matte {
        &self.buffers.matte
    }

    /// All that is known of the plane: `Track` in `trackoverlay/track/shared/state.wgsl`, for tests.
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
            self.obey(recording, &order)?;
        }
        let size = (self.layout.width, self.layout.height);
        let stack = self.stack.unwrap_or(Stack::for_quad(size, &PLANE));
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
                }
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
                }
            }
        }
    }

    fn obey(&mut self, recording: &mut Recording<'_>, order: &Order) -> Result<(), GpuError> {
        let (quad, stage) = match order {
            Order::Arm(quad) => (Some(quad), 0),
            Order::Correct(quad) => (Some(quad), 1),
            Order::Release => (None, 2),
        };
        let size = (self.layout.width, self.layout.height);
        match order {
            Order::Arm(quad) => self.stack = Some(Stack::for_quad(size, quad)),
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
