pub mod denoise;
pub mod gpu;
