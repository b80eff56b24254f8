//! User settings, without GStreamer.

/// Settings of one frame.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// Factor on all corrections, 0 to 2.
    pub strength: f32,
    /// Factor on the correction of exposure, 0 to 2.
    pub exposure: f32,
    /// Factor on the correction of the black point, 0 to 2.
    pub contrast: f32,
    /// Factor on the correction of the grey point, 0 to 2.
    pub white_balance: f32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            strength: 1.0,
            exposure: 1.0,
            contrast: 1.0,
            white_balance: 1.0,
        }
    }
}
