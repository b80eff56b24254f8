//! Elements that move frames between system memory and the GPU.

pub mod download;
pub mod upload;
