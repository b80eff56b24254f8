//! `wgpudenoise`: its passes without GStreamer, and the element.

mod denoiser_rig;
mod element;
mod formats;
mod guide;
mod kernels;
mod motion;
mod noise;
pub mod noise_rig;
mod noise_sparing;
mod noise_white;
mod quality;
pub mod rig;
mod scene_cut;
pub mod spatial;
mod streams;
mod temporal;
pub mod unpack;
