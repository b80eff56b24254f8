//! Twins of the kernels of `compare`.

pub mod mix;
