//! Twins of the shaders in plain loops. They share no constants with shaders or host.

pub mod noise_cells;
pub mod noise_curve;
pub mod noise_model;
pub mod noise_sites;
