//! The placement.

mod bounds;
pub mod placement;
pub mod rig;
