//! Trained networks: the reading of their files, and what the layers make.

pub mod runner;
mod weights_file;
