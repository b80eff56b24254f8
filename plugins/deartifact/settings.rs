//! User settings.

pub use crate::picture::preset::Preset;

/// Settings of one frame.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// Factor on all repairs, 0 to 4.
    pub strength: f32,
    /// Factor on deblocking, 0 to 4.
    pub deblock: f32,
    /// Factor on shrinkage, which removes ringing and mosquito noise, 0 to 4.
    pub dering: f32,
    /// Factor on debanding, 0 to 4; negative for 1, or for 0 on high dynamic range.
    pub deband: f32,
    /// Factor on temporal averaging, 0 to 4; ignored by preset `fast`.
    pub temporal: f32,
    /// Quantizer on H.264's scale, 0 to 51; negative to estimate it.
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
    /// Replaces a negative `deband` by its default. That is off on high dynamic range: a step of one code
    /// may be intended there, and dither of that size is visible in dark parts.
    pub fn chosen(&self, hdr: bool) -> Self {
        let deband = match self.deband {
            factor if factor >= 0.0 => factor,
            _ if hdr => 0.0,
            _ => 1.0,
        };
        Self { deband, ..*self }
    }
}
