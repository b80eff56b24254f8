//! What an operator may set.

pub use crate::picture::preset::Preset;

/// Settings of one frame.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// Factor on the noise's standard deviation, 0 to 4.
    pub strength: f32,
    /// The same for chroma, on top of `strength`.
    pub chroma_strength: f32,
    /// Standard deviation in 8-bit code values; negative to estimate it.
    pub sigma: f32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            strength: 1.0,
            chroma_strength: 1.0,
            sigma: -1.0,
        }
    }
}
