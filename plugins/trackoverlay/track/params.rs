//! The parameters of the tracker's passes, by families.

use super::grid::{GRIDS, Stack};
use super::tracker::TrackStep;
use crate::gpu::FrameLayout;
use crate::params;
use crate::trackoverlay::settings::{MotionModel, OnLost};

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

params! {
    /// Parameters of passes that do a whole chain of others.
    pub struct ChainParams {
        /// Width of the frame in pixels.
        pub width: u32,
        /// Its height.
        pub height: u32,
        /// Pixels along a side of a sample of the finest level.
        pub shrink: u32,
        /// The coarsest level in use.
        pub top: u32,
        /// Steps of a search each way.
        pub reach: u32,
        /// Samples of the coarsest level from place to place of a hunt.
        pub stride: u32,
        /// As in [`FitParams`].
        pub model: u32,
        /// Number of the frame.
        pub frame: u32,
        /// As in [`FinishParams`].
        pub seconds: f32,
        /// As in [`FinishParams`].
        pub on_lost: u32,
        /// Seconds to fade away.
        pub fade_out: f32,
        /// Seconds to fade in.
        pub fade_in: f32,
    }
}

fn model_number(model: MotionModel) -> u32 {
    match model {
        MotionModel::Translation => 0,
        MotionModel::Similarity => 1,
        MotionModel::Affine => 2,
        MotionModel::Homography => 3,
    }
}

fn on_lost_number(on_lost: OnLost) -> u32 {
    match on_lost {
        OnLost::Hold => 0,
        OnLost::Fade => 1,
        OnLost::Hide => 2,
    }
}

/// The frame that passes look at: its layout, its levels, and what comes with it.
#[derive(Debug, Clone, Copy)]
pub struct Scene<'a> {
    /// Layout of the frame.
    pub layout: &'a FrameLayout,
    /// Its levels.
    pub stack: Stack,
    /// What comes with it.
    pub step: &'a TrackStep,
}

impl Scene<'_> {
    /// For passes that run in these modes.
    pub fn frame(&self, grid: usize, when: u32) -> FrameParams {
        FrameParams {
            width: self.layout.width,
            height: self.layout.height,
            shrink: self.stack.shrink,
            top: self.stack.top as u32,
            grid: grid as u32,
            when,
        }
    }

    /// For passes that read its luma.
    pub fn luma(&self, when: u32) -> LumaParams {
        LumaParams {
            width: self.layout.width,
            height: self.layout.height,
            shrink: self.stack.shrink,
            top: self.stack.top as u32,
            when,
            words: self
                .layout
                .spans()
                .first()
                .map_or(0, |luma| luma.stride / 4),
            code8: self.layout.texel_to_code8(),
        }
    }

    /// For passes that look at the coarsest grid.
    pub fn search(&self, when: u32, reach: u32) -> SearchParams {
        SearchParams {
            width: self.layout.width,
            height: self.layout.height,
            shrink: self.stack.shrink,
            top: self.stack.top as u32,
            grid: GRIDS as u32 - 1,
            when,
            reach,
        }
    }

    /// For passes that align, with so many iterations.
    pub fn fit(&self, grid: usize, when: u32, rounds: u32) -> FitParams {
        FitParams {
            width: self.layout.width,
            height: self.layout.height,
            shrink: self.stack.shrink,
            top: self.stack.top as u32,
            grid: grid as u32,
            when,
            stage: 0,
            rounds,
            model: model_number(self.step.model),
            frame: self.step.frame,
        }
    }

    /// For the end of the frame; stage 1 is that of the arming one.
    pub fn finish(&self, stage: u32) -> FinishParams {
        FinishParams {
            width: self.layout.width,
            height: self.layout.height,
            stage,
            frame: self.step.frame,
            seconds: self.step.seconds,
            on_lost: on_lost_number(self.step.on_lost),
            fade_out: self.step.fade_out,
            fade_in: self.step.fade_in,
        }
    }

    /// For chains of passes.
    pub fn chain(&self, stride: u32) -> ChainParams {
        ChainParams {
            width: self.layout.width,
            height: self.layout.height,
            shrink: self.stack.shrink,
            top: self.stack.top as u32,
            reach: self.stack.reach(),
            stride,
            model: model_number(self.step.model),
            frame: self.step.frame,
            seconds: self.step.seconds,
            on_lost: on_lost_number(self.step.on_lost),
            fade_out: self.step.fade_out,
            fade_in: self.step.fade_in,
        }
    }
}
