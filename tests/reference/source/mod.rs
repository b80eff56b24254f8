//! Twins of `shaders/trackoverlay/source`.

pub mod convert;
pub mod halve;
pub mod rgba;
pub mod yuv;
