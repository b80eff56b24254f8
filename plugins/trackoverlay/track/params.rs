//! Parameters of the tracker's passes, one struct for each family of passes.

use super::grid::{GRIDS, Stack};
use super::tracker::TrackStep;
use crate::gpu::FrameLayout;
use crate::params;
use crate::trackoverlay::settings::{MotionModel, OnLost};

params! {
    /// Parameters of passes that use a grid of the template, or a level of the frame. Each family's struct
    /// has the same name in `trackoverlay/track/shared/params.wgsl`.
    pub struct FrameParams {
        /// Width of the frame in pixels.
        pub width: u32,
        /// Height of the frame in pixels.
        pub height: u32,
        /// Side of a sample of the finest level in pixels.
        pub shrink: u32,
        /// Index of the coarsest level in use.
        pub top: u32,
        /// Index of the template's grid, or of the level; 0 is the finest.
        pub grid: u32,
        /// Modes in which the pass runs, as bits.
        pub when: u32,
    }
}

params! {
    /// Parameters of passes that read the frame's luma.
    pub struct LumaParams {
        /// Width of the frame in pixels.
        pub width: u32,
        /// Height of the frame in pixels.
        pub height: u32,
        /// Side of a sample of the finest level in pixels.
        pub shrink: u32,
        /// Index of the coarsest level in use.
        pub top: u32,
        /// Modes in which the pass runs, as bits.
        pub when: u32,
        /// 32-bit words from one row of the frame to the next.
        pub words: u32,
        /// Factor from luma samples to 8-bit code values.
        pub code8: f32,
    }
}

params! {
    /// Parameters of passes that search for the plane.
    pub struct SearchParams {
        /// Width of the frame in pixels.
        pub width: u32,
        /// Height of the frame in pixels.
        pub height: u32,
        /// Side of a sample of the finest level in pixels.
        pub shrink: u32,
        /// Index of the coarsest level in use.
        pub top: u32,
        /// Index of the template's grid.
        pub grid: u32,
        /// Modes in which the pass runs, as bits.
        pub when: u32,
        /// Steps of a search in each direction, or distance of two positions of a hunt in samples of the
        /// level.
        pub reach: u32,
    }
}

params! {
    /// Parameters of passes that align the template and judge the result.
    pub struct FitParams {
        /// Width of the frame in pixels.
        pub width: u32,
        /// Height of the frame in pixels.
        pub height: u32,
        /// Side of a sample of the finest level in pixels.
        pub shrink: u32,
        /// Index of the coarsest level in use.
        pub top: u32,
        /// Index of the template's grid.
        pub grid: u32,
        /// Modes in which the pass runs, as bits.
        pub when: u32,
        /// Distinguishes several uses of the same pass.
        pub stage: u32,
        /// Number of iterations.
        pub rounds: u32,
        /// Motion model, 0 to 3 in the order of [`MotionModel`](crate::trackoverlay::settings::MotionModel).
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
        /// Height of the frame in pixels.
        pub height: u32,
        /// 1 in the arming frame.
        pub stage: u32,
        /// Number of the frame.
        pub frame: u32,
        /// Seconds since the last frame.
        pub seconds: f32,
        /// Behaviour while lost, in the order of [`OnLost`](crate::trackoverlay::settings::OnLost).
        pub on_lost: u32,
        /// Seconds to fade out.
        pub fade_out: f32,
        /// Seconds to fade in.
        pub fade_in: f32,
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
        /// Mean length of the quad's left and right sides in pixels.
        pub quad_height: f32,
        /// Width of the frame in pixels.
        pub width: f32,
        /// Height of the frame in pixels.
        pub height: f32,
        /// Trust in the ring around the quad before it has been seen to move with it, 0 to 1.
        pub ring_trust: f32,
        /// 0 arm, 1 correct, 2 release.
        pub stage: u32,
        /// Unused, zero: fills the block to a multiple of 16 bytes.
        pub spare: [f32; 2],
    }
}

params! {
    /// Parameters of `track/plan.wgsl`.
    pub struct PlanParams {
        /// Workgroups of each [`Shape`](super::gates::Shape): count along x, and along y in the high half.
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
    /// Parameters of the passes of a [chain](super::chain), which do the work of several passes.
    pub struct ChainParams {
        /// Width of the frame in pixels.
        pub width: u32,
        /// Height of the frame in pixels.
        pub height: u32,
        /// Side of a sample of the finest level in pixels.
        pub shrink: u32,
        /// Index of the coarsest level in use.
        pub top: u32,
        /// Steps of a search in each direction.
        pub reach: u32,
        /// Distance of two positions of a hunt in samples of the coarsest level.
        pub stride: u32,
        /// As in [`FitParams`].
        pub model: u32,
        /// Number of the frame.
        pub frame: u32,
        /// As in [`FinishParams`].
        pub seconds: f32,
        /// As in [`FinishParams`].
        pub on_lost: u32,
        /// Seconds to fade out.
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

/// What the parameters of a frame's passes depend on.
#[derive(Debug, Clone, Copy)]
pub struct Scene<'a> {
    /// Layout of the frame.
    pub layout: &'a FrameLayout,
    /// Levels of the frame.
    pub stack: Stack,
    /// Settings and timing of the frame.
    pub step: &'a TrackStep,
}

impl Scene<'_> {
    /// For passes that run in the modes `when`.
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

    /// For passes that read the frame's luma.
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

    /// For passes that use the coarsest grid.
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

    /// For passes that align, with `rounds` iterations.
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

    /// For the end of the frame; stage 1 in the arming frame.
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

    /// For the passes of a chain.
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
