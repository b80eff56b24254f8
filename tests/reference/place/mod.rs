//! Twins of `shaders/trackoverlay/place`.

pub mod chroma;
pub mod luma;
pub mod setup;
