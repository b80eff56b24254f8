//! Twins of the shaders in plain loops. They share no constants with shaders or host.

pub mod block_merge;
pub mod dct;
pub mod dct_threshold;
pub mod dct_wiener;
pub mod guide_full;
pub mod guide_halve;
pub mod guide_pack;
pub mod kalman;
pub mod motion_refine;
pub mod motion_search;
pub mod noise_cells;
pub mod noise_curve;
pub mod noise_model;
pub mod noise_sites;
pub mod pack;
pub mod pose_set;
pub mod quincunx_merge;
pub mod samples;
pub mod scene_cut;
pub mod temporal;
pub mod temporal_fuse;
pub mod unpack;
