//! What filters share: planes, motion, averaging and blocks, against their twins.

mod guide;
mod motion;
pub mod rig;
mod scene_cut;
pub mod spatial;
mod temporal;
pub mod unpack;
