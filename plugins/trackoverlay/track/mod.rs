//! Finds the plane in each frame, on the GPU.

pub mod buffers;
pub mod chain;
mod follow;
pub mod frame;
pub mod gates;
pub mod grid;
mod hunt;
mod luma;
pub mod mask;
pub mod matting;
pub mod params;
pub mod passes;
pub mod state;
pub mod tracker;
