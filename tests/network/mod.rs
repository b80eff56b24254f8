//! Trained networks: parsing of their files, and the output of their layers.

mod matrix_units;
pub mod past;
mod proof;
pub mod runner;
pub mod weights_file;
