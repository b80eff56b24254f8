//! Compositing: draws the source into the frame's planes.

pub mod grain;
pub mod look;
pub mod matte;
pub mod passes;
pub mod placement;
