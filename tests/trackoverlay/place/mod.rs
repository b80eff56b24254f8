//! The placement.

mod bounds;
mod grain;
pub mod placement;
pub mod rig;
