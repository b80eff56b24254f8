//! Marking the plane by hand: clicks in the picture that the viewer sees.
//!
//! * [`marks`]: what clicks and keys mean
//! * [`patch`]: the picture around a click; [`snap`] finds the corner in it that was meant
//! * [`handles`]: draws the marks over the picture

pub mod handles;
pub mod marks;
pub mod patch;
pub mod snap;
