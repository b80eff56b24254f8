//! Finds the plane in each frame, on the GPU.

pub mod buffers;
mod follow;
pub mod frame;
pub mod gates;
pub mod grid;
mod hunt;
mod luma;
pub mod passes;
pub mod tracker;
