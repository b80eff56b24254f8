//! Twins of `shaders/trackoverlay/place`.

pub mod chroma;
pub mod grain;
pub mod luma;
pub mod noise;
pub mod setup;
