//! User settings.

pub use crate::picture::preset::Preset;

/// Settings of one frame.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// Factor on the standard deviation of the noise, 0 to 4.
    pub strength: f32,
    /// Factor for chroma on top of `strength`, 0 to 4.
    pub chroma_strength: f32,
    /// Standard deviation of the noise in 8-bit code values; negative to estimate it.
    pub sigma: f32,
    /// Least standard deviations of luma's and of chroma's noise that filters read if it is estimated.
    pub floor: [f32; 2],
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
