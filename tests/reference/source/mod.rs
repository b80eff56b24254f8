//! Twins of `shaders/trackoverlay/source`.

pub mod halve;
pub mod rgba;
pub mod yuv;
