//! The passes of the tracker, their parameters, and the order of a frame's work on the GPU.

use std::sync::Arc;

use crate::gpu::{Gpu, GpuError, Kernel, KernelSpec};
use crate::{kernel, params};

params! {
    /// Parameters of passes that look at a grid of the template, or at a level of the frame. Each
    /// family is the struct of the same name in `trackoverlay/track/shared/params.wgsl`.
    pub struct FrameParams {
        /// Width of the frame in pixels.
        pub width: u32,
        /// Its height.
        pub height: u32,
        /// Pixels along a side of a sample of the finest level.
        pub shrink: u32,
        /// The coarsest level in use.
        pub top: u32,
        /// Number of the template's grid, or of the level; 0 is the finest.
        pub grid: u32,
        /// Modes of a frame in which the pass runs.
        pub when: u32,
    }
}

params! {
    /// Parameters of passes that read the frame's luma.
    pub struct LumaParams {
        /// Width of the frame in pixels.
        pub width: u32,
        /// Its height.
        pub height: u32,
        /// Pixels along a side of a sample of the finest level.
        pub shrink: u32,
        /// The coarsest level in use.
        pub top: u32,
        /// Modes of a frame in which the pass runs.
        pub when: u32,
        /// Words of 32 bits from row to row of the frame.
        pub words: u32,
        /// Factor from texels of luma to 8-bit code values.
        pub code8: f32,
    }
}

params! {
    /// Parameters of passes that look for the plane.
    pub struct SearchParams {
        /// Width of the frame in pixels.
        pub width: u32,
        /// Its height.
        pub height: u32,
        /// Pixels along a side of a sample of the finest level.
        pub shrink: u32,
        /// The coarsest level in use.
        pub top: u32,
        /// Number of the template's grid.
        pub grid: u32,
        /// Modes of a frame in which the pass runs.
        pub when: u32,
        /// Steps of a search each way, or samples of the level from place to place of a hunt.
        pub reach: u32,
    }
}

params! {
    /// Parameters of passes that align the template, and judge how.
    pub struct FitParams {
        /// Width of the frame in pixels.
        pub width: u32,
        /// Its height.
        pub height: u32,
        /// Pixels along a side of a sample of the finest level.
        pub shrink: u32,
        /// The coarsest level in use.
        pub top: u32,
        /// Number of the template's grid.
        pub grid: u32,
        /// Modes of a frame in which the pass runs.
        pub when: u32,
        /// Which of several uses of the pass this is.
        pub stage: u32,
        /// Iterations of the pass.
        pub rounds: u32,
        /// How the plane may move, 0 to 3 as in [`MotionModel`](crate::trackoverlay::settings::MotionModel).
        pub model: u32,
        /// Number of the frame.
        pub frame: u32,
    }
}

params! {
    /// Parameters of `track/finish.wgsl`.
    pub struct FinishParams {
        /// Width of the frame in pixels.
        pub width: u32,
        /// Its height.
        pub height: u32,
        /// 1 ends the arming frame.
        pub stage: u32,
        /// Number of the frame.
        pub frame: u32,
        /// Seconds since the last one.
        pub seconds: f32,
        /// What becomes of the placement while lost, as in [`OnLost`](crate::trackoverlay::settings::OnLost).
        pub on_lost: u32,
        /// Seconds to fade away.
        pub fade_out: f32,
        /// Seconds to fade in.
        pub fade_in: f32,
    }
}

params! {
    /// Parameters of `track/matte.wgsl`.
    pub struct MatteParams {
        /// Samples of the residuals along a side.
        pub side: u32,
        /// Cells of the matte along a side.
        pub cells: u32,
    }
}

params! {
    /// Parameters of `track/arm.wgsl`.
    pub struct ArmParams {
        /// First row of the homography from the plane to the frame; the fourth number is unused.
        pub row_x: [f32; 4],
        /// Second row.
        pub row_y: [f32; 4],
        /// Third row.
        pub row_w: [f32; 4],
        /// Mean length of the quad's upper and lower sides in pixels.
        pub quad_width: f32,
        /// Mean length of its left and right sides.
        pub quad_height: f32,
        /// Width of the frame.
        pub width: f32,
        /// Its height.
        pub height: f32,
        /// Trust in the ring around the quad before it has moved with it, 0 to 1.
        pub ring_trust: f32,
        /// 0 arm, 1 correct, 2 release.
        pub stage: u32,
        /// Zero: brings the block to whole rows.
        pub spare: [f32; 2],
    }
}

params! {
    /// Parameters of `track/plan.wgsl`.
    pub struct PlanParams {
        /// Workgroups of each [`Shape`](super::gates::Shape): along x, and along y in the
        /// high half.
        pub a: [u32; 4],
        /// The next four.
        pub b: [u32; 4],
        /// The next four.
        pub c: [u32; 4],
        /// The last four.
        pub d: [u32; 4],
    }
}

/// Bit of `when`: the plane is followed.
pub const FOLLOW: u32 = 1;
/// Bit of `when`: a second pass with blur.
pub const REFINE: u32 = 2;
/// Bit of `when`: the plane is lost and looked for.
pub const HUNT: u32 = 4;
/// Bit of `when`: the plane is not where it was expected.
pub const SEARCH: u32 = 8;
/// Bit of `when`: the plane is near where it was expected.
pub const APPROACH: u32 = 16;

/// Takes orders.
pub const TRACK_ARM: KernelSpec = kernel!("trackoverlay/track/arm", ArmParams);
/// Takes down the sizes of passes.
pub const TRACK_PLAN: KernelSpec = kernel!("trackoverlay/track/plan", PlanParams);
/// Begins a frame.
pub const TRACK_PREDICT: KernelSpec = kernel!("trackoverlay/track/predict", SearchParams);
/// Luma at the finest level's size.
pub const TRACK_SHRINK: KernelSpec = kernel!("trackoverlay/track/shrink", LumaParams);
/// The finest level.
pub const TRACK_SMOOTH: KernelSpec = kernel!("trackoverlay/track/smooth", FrameParams);
/// A coarser level.
pub const TRACK_HALVE: KernelSpec = kernel!("trackoverlay/track/halve", FrameParams);
/// Takes the template.
pub const TRACK_TEMPLATE: KernelSpec = kernel!("trackoverlay/track/template", FrameParams);
/// Makes the template look as the frame does.
pub const TRACK_RENDER: KernelSpec = kernel!("trackoverlay/track/render", FrameParams);
/// Scores shifts.
pub const TRACK_SEARCH: KernelSpec = kernel!("trackoverlay/track/search", SearchParams);
/// Picks the best shift.
pub const TRACK_PICK: KernelSpec = kernel!("trackoverlay/track/pick", SearchParams);
/// Aligns at a coarse level.
pub const TRACK_ALIGN: KernelSpec = kernel!("trackoverlay/track/align", FitParams);
/// Chooses where fine alignment begins.
pub const TRACK_CHOOSE: KernelSpec = kernel!("trackoverlay/track/choose", FrameParams);
/// Finds whether the plane is where it was expected.
pub const TRACK_CHECK: KernelSpec = kernel!("trackoverlay/track/check", FitParams);
/// Normal equations.
pub const TRACK_GATHER: KernelSpec = kernel!("trackoverlay/track/gather", FitParams);
/// One step.
pub const TRACK_SOLVE: KernelSpec = kernel!("trackoverlay/track/solve", FitParams);
/// Judges the alignment.
pub const TRACK_JUDGE: KernelSpec = kernel!("trackoverlay/track/judge", FitParams);
/// Tries shutters.
pub const TRACK_SHUTTER: KernelSpec = kernel!("trackoverlay/track/shutter", FrameParams);
/// Prepares the second pass.
pub const TRACK_BLUR: KernelSpec = kernel!("trackoverlay/track/blur", FrameParams);
/// Looks for a lost plane.
pub const TRACK_HUNT: KernelSpec = kernel!("trackoverlay/track/hunt", SearchParams);
/// Picks the places to look at closely.
pub const TRACK_FINDS: KernelSpec = kernel!("trackoverlay/track/finds", SearchParams);
/// Judges the candidates.
pub const TRACK_VOTE: KernelSpec = kernel!("trackoverlay/track/vote", FrameParams);
/// Ends the hunt.
pub const TRACK_ACCEPT: KernelSpec = kernel!("trackoverlay/track/accept", FrameParams);
/// Ends the frame.
pub const TRACK_FINISH: KernelSpec = kernel!("trackoverlay/track/finish", FinishParams);
/// What is in front of the plane.
pub const TRACK_MATTE: KernelSpec = kernel!("trackoverlay/track/matte", MatteParams);

macro_rules! kernels {
    ($($(#[$meta:meta])* $field:ident: $spec:ident,)*) => {
        /// The tracker's kernels.
        #[derive(Debug)]
        pub struct TrackKernels {
            $($(#[$meta])* pub $field: Arc<Kernel>,)*
            /// [`TRACK_GATHER`] that judges as well.
            pub gather_and_judge: Arc<Kernel>,
        }

        impl TrackKernels {
            /// Compiles them.
            ///
            /// # Errors
            /// As [`Gpu::kernel`].
            pub fn new(gpu: &Gpu) -> Result<Self, GpuError> {
                Ok(Self {
                    $($field: gpu.kernel(&$spec)?,)*
                    gather_and_judge: gpu.variant(&TRACK_GATHER, &[("JUDGES", true)])?,
                })
            }
        }

        /// Their declarations.
        pub const TRACK_KERNELS: &[&KernelSpec] = &[&TRACK_SHRINK, $(&$spec,)*];
    };
}

kernels! {
    /// [`TRACK_ARM`].
    arm: TRACK_ARM,
    /// [`TRACK_PLAN`].
    plan: TRACK_PLAN,
    /// [`TRACK_PREDICT`].
    predict: TRACK_PREDICT,
    /// [`TRACK_SMOOTH`].
    smooth: TRACK_SMOOTH,
    /// [`TRACK_HALVE`].
    halve: TRACK_HALVE,
    /// [`TRACK_TEMPLATE`].
    template: TRACK_TEMPLATE,
    /// [`TRACK_RENDER`].
    render: TRACK_RENDER,
    /// [`TRACK_SEARCH`].
    search: TRACK_SEARCH,
    /// [`TRACK_PICK`].
    pick: TRACK_PICK,
    /// [`TRACK_ALIGN`].
    align: TRACK_ALIGN,
    /// [`TRACK_CHOOSE`].
    choose: TRACK_CHOOSE,
    /// [`TRACK_CHECK`].
    check: TRACK_CHECK,
    /// [`TRACK_GATHER`].
    gather: TRACK_GATHER,
    /// [`TRACK_SOLVE`].
    solve: TRACK_SOLVE,
    /// [`TRACK_JUDGE`].
    judge: TRACK_JUDGE,
    /// [`TRACK_SHUTTER`].
    shutter: TRACK_SHUTTER,
    /// [`TRACK_BLUR`].
    blur: TRACK_BLUR,
    /// [`TRACK_HUNT`].
    hunt: TRACK_HUNT,
    /// [`TRACK_FINDS`].
    finds: TRACK_FINDS,
    /// [`TRACK_VOTE`].
    vote: TRACK_VOTE,
    /// [`TRACK_ACCEPT`].
    accept: TRACK_ACCEPT,
    /// [`TRACK_FINISH`].
    finish: TRACK_FINISH,
    /// [`TRACK_MATTE`].
    matte: TRACK_MATTE,
}
