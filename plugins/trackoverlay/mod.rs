//! Follows an operator's quad through a stream and pins a picture or a second stream to it.
//!
//! * [`quad`]: the quad, its checks and its homography
//! * [`pose`]: where the plane is in one frame, on the GPU and on the host
//! * [`settings`]: what an operator chooses

pub mod pose;
pub mod quad;
pub mod settings;
