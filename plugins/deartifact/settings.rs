//! What an operator may set.

pub use crate::picture::preset::Preset;

/// Settings of one frame.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// Factor on all repairs, 0 to 4.
    pub strength: f32,
    /// Factor on the levelling of steps at the block grid, 0 to 4.
    pub deblock: f32,
    /// Factor on the shrinkage that takes ringing and mosquito noise, 0 to 4.
    pub dering: f32,
    /// Factor on the smoothing of bands, 0 to 4; negative for 1, but 0 on high dynamic range.
    pub deband: f32,
    /// Factor on what is averaged along the motion, 0 to 4; not with preset `fast`.
    pub temporal: f32,
    /// Quantizer on the scale of H.264, 0 to 51; negative to estimate it.
    pub quantizer: f32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            strength: 1.0,
            deblock: 1.0,
            dering: 1.0,
            deband: -1.0,
            temporal: 1.0,
            quantizer: -1.0,
        }
    }
}

impl Settings {
    /// The same with a choice made where none was given. On high dynamic range a code is a step that
    /// may be meant, and dither of its size is seen in the dark: bands stay unless asked for.
    pub fn chosen(&self, hdr: bool) -> Self {
        let deband = match self.deband {
            factor if factor >= 0.0 => factor,
            _ if hdr => 0.0,
            _ => 1.0,
        };
        Self { deband, ..*self }
    }
}
