//! Twins of `shaders/trackoverlay/exposure`.

pub mod measure;
