//! Trained networks: the reading of their files, and what the layers make.

mod matrix_units;
mod proof;
pub mod runner;
mod weights_file;
