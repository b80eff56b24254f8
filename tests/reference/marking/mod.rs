//! Twins of `shaders/trackoverlay/marking`.

pub mod handles;
pub mod patch;
