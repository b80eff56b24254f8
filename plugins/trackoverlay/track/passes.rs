//! The kernels of the tracker, and the modes in which they run.

use std::sync::Arc;

use crate::gpu::{Gpu, GpuError, Kernel, KernelSpec};
use crate::{kernel, shader_constant};

pub use super::matting::{
    EdgeParams, ExplainParams, FrontParams, LearnParams, LookParams, MatteParams, WindowsParams,
};
pub use super::params::{
    ArmParams, ChainParams, FinishParams, FitParams, FrameParams, LumaParams, PlanParams,
    SearchParams,
};
use super::state::{Candidate, Track};

/// Bit of `when`: the plane is tracked.
pub const FOLLOW: u32 = shader_constant!("trackoverlay/track/shared/state", "MODE_FOLLOW");
/// Bit of `when`: a second pass with motion blur.
pub const REFINE: u32 = shader_constant!("trackoverlay/track/shared/state", "MODE_REFINE");
/// Bit of `when`: the plane is lost and searched for.
pub const HUNT: u32 = shader_constant!("trackoverlay/track/shared/state", "MODE_HUNT");
/// Bit of `when`: the plane is not at its expected position.
pub const SEARCH: u32 = shader_constant!("trackoverlay/track/shared/state", "MODE_SEARCH");
/// Bit of `when`: the plane is near its expected position.
pub const APPROACH: u32 = shader_constant!("trackoverlay/track/shared/state", "MODE_APPROACH");

/// Arms, corrects or releases.
pub const TRACK_ARM: KernelSpec = kernel!("trackoverlay/track/arm", ArmParams, [Track]);
/// Stores the workgroup counts of all passes.
pub const TRACK_PLAN: KernelSpec = kernel!("trackoverlay/track/plan", PlanParams);
/// Begins a frame: predicts the plane's position.
pub const TRACK_PREDICT: KernelSpec = kernel!("trackoverlay/track/predict", SearchParams);
/// Luma reduced to the size of the finest level.
pub const TRACK_SHRINK: KernelSpec = kernel!("trackoverlay/track/shrink", LumaParams);
/// Makes the finest level.
pub const TRACK_SMOOTH: KernelSpec = kernel!("trackoverlay/track/smooth", FrameParams);
/// Makes a coarser level.
pub const TRACK_HALVE: KernelSpec = kernel!("trackoverlay/track/halve", FrameParams);
/// Luma reduced to the size of the finest level, for GPUs.
pub const TRACK_PAIRS: KernelSpec = kernel!("trackoverlay/track/pairs", LumaParams);
/// Makes all levels, for GPUs.
pub const TRACK_PYRAMID: KernelSpec = kernel!("trackoverlay/track/pyramid", FrameParams);
/// Aligns from the expected position, for GPUs.
pub const TRACK_EXPECT: KernelSpec = kernel!("trackoverlay/track/expect", ChainParams);
/// Scores positions where the plane may be, for GPUs.
pub const TRACK_SEEK: KernelSpec = kernel!("trackoverlay/track/seek", ChainParams);
/// Aligns and judges, for GPUs.
pub const TRACK_FIT: KernelSpec =
    kernel!("trackoverlay/track/fit", ChainParams, [Track, Candidate]);
/// Ends the frame, for GPUs.
pub const TRACK_CONCLUDE: KernelSpec = kernel!("trackoverlay/track/conclude", ChainParams);
/// Takes the template from the armed frame.
pub const TRACK_TEMPLATE: KernelSpec = kernel!("trackoverlay/track/template", FrameParams);
/// Draws the template as the frame should show it.
pub const TRACK_RENDER: KernelSpec = kernel!("trackoverlay/track/render", FrameParams);
/// Scores shifts.
pub const TRACK_SEARCH: KernelSpec = kernel!("trackoverlay/track/search", SearchParams);
/// Chooses the best shift.
pub const TRACK_PICK: KernelSpec = kernel!("trackoverlay/track/pick", SearchParams);
/// Aligns at a coarse level.
pub const TRACK_ALIGN: KernelSpec =
    kernel!("trackoverlay/track/align", FitParams, [Track, Candidate]);
/// Chooses where fine alignment begins.
pub const TRACK_CHOOSE: KernelSpec = kernel!("trackoverlay/track/choose", FrameParams);
/// Decides whether the plane is at its expected position.
pub const TRACK_CHECK: KernelSpec = kernel!("trackoverlay/track/check", FitParams);
/// Sums normal equations.
pub const TRACK_GATHER: KernelSpec = kernel!("trackoverlay/track/gather", FitParams);
/// Solves them for one step of the alignment.
pub const TRACK_SOLVE: KernelSpec = kernel!("trackoverlay/track/solve", FitParams);
/// Judges the alignment.
pub const TRACK_JUDGE: KernelSpec = kernel!("trackoverlay/track/judge", FitParams);
/// Tries shutters.
pub const TRACK_SHUTTER: KernelSpec = kernel!("trackoverlay/track/shutter", FrameParams);
/// Prepares the second pass.
pub const TRACK_BLUR: KernelSpec = kernel!("trackoverlay/track/blur", FrameParams);
/// Searches the frame for a lost plane.
pub const TRACK_HUNT: KernelSpec = kernel!("trackoverlay/track/hunt", SearchParams);
/// Chooses the positions to align.
pub const TRACK_FINDS: KernelSpec = kernel!("trackoverlay/track/finds", SearchParams);
/// Judges the candidates.
pub const TRACK_VOTE: KernelSpec = kernel!("trackoverlay/track/vote", FrameParams);
/// Ends the hunt.
pub const TRACK_ACCEPT: KernelSpec = kernel!("trackoverlay/track/accept", FrameParams);
/// Ends the frame.
pub const TRACK_FINISH: KernelSpec = kernel!("trackoverlay/track/finish", FinishParams);
/// Looks at the plane.
pub const TRACK_LOOK: KernelSpec = kernel!("trackoverlay/track/look", LookParams);
/// Fits the light in windows of cells.
pub const TRACK_WINDOWS: KernelSpec = kernel!("trackoverlay/track/windows", WindowsParams);
/// Measures what the light does not explain.
pub const TRACK_EXPLAIN: KernelSpec = kernel!("trackoverlay/track/explain", ExplainParams);
/// Finds what is in front of the plane.
pub const TRACK_MATTE: KernelSpec = kernel!("trackoverlay/track/matte", MatteParams);
/// Finds the colour of what is in front.
pub const TRACK_FRONT: KernelSpec = kernel!("trackoverlay/track/front", FrontParams);
/// Lets the plate follow the plane.
pub const TRACK_LEARN: KernelSpec = kernel!("trackoverlay/track/learn", LearnParams);
/// Finds the share of the plane at edges.
pub const TRACK_EDGE: KernelSpec = kernel!("trackoverlay/track/edge", EdgeParams);

macro_rules! kernels {
    ($(#[$of:meta])* $name:ident { $($(#[$meta:meta])* $field:ident: $spec:ident $switches:tt,)* }) => {
        $(#[$of])*
        #[derive(Debug)]
        pub struct $name {
            $($(#[$meta])* pub $field: Arc<Kernel>,)*
        }

        impl $name {
            /// Compiles the kernels.
            ///
            /// # Errors
            /// As [`Gpu::kernel`].
            pub fn new(gpu: &Gpu) -> Result<Self, GpuError> {
                Ok(Self {
                    $($field: gpu.variant(&$spec, &$switches)?,)*
                })
            }
        }
    };
}

kernels! {
    /// Kernels for software Vulkan, where a dispatch is cheap and work expensive.
    TrackKernels {
    /// [`TRACK_ARM`].
    arm: TRACK_ARM [],
    /// [`TRACK_PLAN`].
    plan: TRACK_PLAN [],
    /// [`TRACK_PREDICT`].
    predict: TRACK_PREDICT [],
    /// [`TRACK_SMOOTH`].
    smooth: TRACK_SMOOTH [],
    /// [`TRACK_HALVE`].
    halve: TRACK_HALVE [],
    /// [`TRACK_TEMPLATE`].
    template: TRACK_TEMPLATE [],
    /// [`TRACK_RENDER`].
    render: TRACK_RENDER [],
    /// [`TRACK_SEARCH`].
    search: TRACK_SEARCH [],
    /// [`TRACK_PICK`].
    pick: TRACK_PICK [],
    /// [`TRACK_ALIGN`].
    align: TRACK_ALIGN [],
    /// [`TRACK_CHOOSE`].
    choose: TRACK_CHOOSE [],
    /// [`TRACK_CHECK`].
    check: TRACK_CHECK [],
    /// [`TRACK_GATHER`].
    gather: TRACK_GATHER [],
    /// [`TRACK_SOLVE`].
    solve: TRACK_SOLVE [],
    /// [`TRACK_JUDGE`].
    judge: TRACK_JUDGE [],
    /// [`TRACK_SHUTTER`].
    shutter: TRACK_SHUTTER [],
    /// [`TRACK_BLUR`].
    blur: TRACK_BLUR [],
    /// [`TRACK_HUNT`].
    hunt: TRACK_HUNT [],
    /// [`TRACK_FINDS`].
    finds: TRACK_FINDS [],
    /// [`TRACK_VOTE`].
    vote: TRACK_VOTE [],
    /// [`TRACK_ACCEPT`].
    accept: TRACK_ACCEPT [],
    /// [`TRACK_FINISH`].
    finish: TRACK_FINISH [],
    /// [`TRACK_GATHER`] that also judges.
    gather_and_judge: TRACK_GATHER [("JUDGES", true)],
    }
}

kernels! {
    /// Kernels for GPUs, where a dispatch is expensive and work cheap.
    ChainKernels {
    /// [`TRACK_ARM`].
    arm: TRACK_ARM [],
    /// [`TRACK_PREDICT`].
    predict: TRACK_PREDICT [("GATED", false)],
    /// [`TRACK_PYRAMID`].
    pyramid: TRACK_PYRAMID [],
    /// [`TRACK_TEMPLATE`].
    template: TRACK_TEMPLATE [],
    /// [`TRACK_RENDER`].
    render: TRACK_RENDER [("CHAINED", true)],
    /// [`TRACK_EXPECT`].
    expect: TRACK_EXPECT [],
    /// [`TRACK_SEEK`].
    seek: TRACK_SEEK [],
    /// [`TRACK_FIT`].
    fit: TRACK_FIT [],
    /// [`TRACK_SHUTTER`].
    shutter: TRACK_SHUTTER [],
    /// [`TRACK_BLUR`].
    blur: TRACK_BLUR [("GATED", false)],
    /// [`TRACK_CONCLUDE`].
    conclude: TRACK_CONCLUDE [],
    /// [`TRACK_FINISH`].
    finish: TRACK_FINISH [],
    }
}

kernels! {
    /// Kernels that find what is in front of the plane.
    MatteKernels {
    /// [`TRACK_LOOK`].
    look: TRACK_LOOK [],
    /// [`TRACK_WINDOWS`].
    windows: TRACK_WINDOWS [],
    /// [`TRACK_EXPLAIN`].
    explain: TRACK_EXPLAIN [],
    /// [`TRACK_MATTE`].
    matte: TRACK_MATTE [],
    /// [`TRACK_FRONT`].
    front: TRACK_FRONT [],
    /// [`TRACK_LEARN`].
    learn: TRACK_LEARN [],
    /// [`TRACK_EDGE`].
    edge: TRACK_EDGE [],
    }
}

/// All kernels of the tracker.
pub const TRACK_KERNELS: &[&KernelSpec] = &[
    &TRACK_ARM,
    &TRACK_PLAN,
    &TRACK_PREDICT,
    &TRACK_SHRINK,
    &TRACK_PAIRS,
    &TRACK_SMOOTH,
    &TRACK_HALVE,
    &TRACK_PYRAMID,
    &TRACK_TEMPLATE,
    &TRACK_RENDER,
    &TRACK_SEARCH,
    &TRACK_PICK,
    &TRACK_ALIGN,
    &TRACK_CHOOSE,
    &TRACK_CHECK,
    &TRACK_GATHER,
    &TRACK_SOLVE,
    &TRACK_JUDGE,
    &TRACK_EXPECT,
    &TRACK_SEEK,
    &TRACK_FIT,
    &TRACK_SHUTTER,
    &TRACK_BLUR,
    &TRACK_HUNT,
    &TRACK_FINDS,
    &TRACK_VOTE,
    &TRACK_ACCEPT,
    &TRACK_CONCLUDE,
    &TRACK_FINISH,
    &TRACK_LOOK,
    &TRACK_WINDOWS,
    &TRACK_EXPLAIN,
    &TRACK_MATTE,
    &TRACK_FRONT,
    &TRACK_LEARN,
    &TRACK_EDGE,
];
