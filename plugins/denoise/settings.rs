//! User settings.

pub use crate::picture::preset::Preset;

/// Settings of one frame.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// Up to 1, the share of the noise to remove; above, a factor on its standard deviation, up to 4.
    pub strength: f32,
    /// Factor for chroma on top of `strength`, 0 to 4.
    pub chroma_strength: f32,
    /// Standard deviation of the noise in 8-bit code values; negative to estimate it.
    pub sigma: f32,
    /// Least standard deviations of luma's and of chroma's noise that filters read if it is estimated.
    pub floor: [f32; 2],
}

impl Settings {
    /// Strengths of luma and chroma.
    fn strengths(&self) -> [f32; 2] {
        [self.strength, self.strength * self.chroma_strength]
    }

    /// Factors on the variance of the noise of luma and chroma. A strength below 1 is none: noise that is
    /// taken for weaker than it is would be kept in patches, wherever it passes for texture or change.
    pub fn gains(&self) -> [f32; 2] {
        self.strengths().map(|strength| strength.max(1.0).powi(2))
    }

    /// Shares of the noise that luma and chroma keep, in 256ths.
    pub fn kept(&self) -> [u32; 2] {
        let kept = |strength: f32| (256.0 * (1.0 - strength.clamp(0.0, 1.0))).round() as u32;
        self.strengths().map(kept)
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            strength: 1.0,
            chroma_strength: 1.0,
            sigma: -1.0,
            floor: [0.0; 2],
        }
    }
}
