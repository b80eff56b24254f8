//! Twins of `shaders/trackoverlay/trail`.

pub mod pose_set;
