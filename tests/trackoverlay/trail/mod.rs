//! Poses of all frames: files and readback.

mod file;
mod pose_set;
