//! The trail of the plane.

mod file;
mod pose_set;
