//! `wgpudenoise`: its passes without GStreamer, and the element.

mod denoiser_rig;
pub mod element;
mod formats;
mod grain;
mod graphics;
pub mod kernels;
pub mod neural;
mod noise;
mod noise_coarse;
mod noise_map;
pub mod noise_rig;
mod noise_sparing;
mod noise_white;
mod quality;
mod streams;
mod strength;
