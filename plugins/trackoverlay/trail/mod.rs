//! Poses of all frames: kept on the CPU, written to a file, read from one, and followed.

pub mod fade;
pub mod file;
pub mod follow;
pub mod import;
pub mod journal;
pub mod json;
pub mod pose_set;
