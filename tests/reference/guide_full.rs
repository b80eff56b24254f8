//! A guide of full size.

use super::guide_pyramid::Level;
use super::samples::Samples;

/// Rounded to 0..255.
pub fn full(plane: &Samples) -> Level {
    Level::from_fn((plane.width, plane.height), |x, y| {
        plane.nearest(x, y).clamp(0.0, 255.0).round()
    })
}
