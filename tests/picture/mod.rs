//! What filters share: planes, motion, averaging and blocks, against their twins.

mod agreeing_mean;
mod guide;
pub mod motion;
pub mod rig;
mod scene_cut;
pub mod spatial;
pub mod temporal;
mod texture_kept;
pub mod unpack;
