//! Places of a picture before and after denoising, one after the other.

use super::samples::Samples;

/// Where the first place is in luma pixels, and how far it is to the next, in each direction.
pub struct Lattice {
    pub first: (usize, usize),
    pub step: (usize, usize),
    /// Luma pixels to one of chroma.
    pub ratio: (usize, usize),
}

/// The values of one component at the number-th of eight places.
pub fn place(component: &Samples, lattice: &Lattice, number: usize, is_luma: bool) -> Vec<f64> {
    let (across, down) = if is_luma { (1, 1) } else { lattice.ratio };
    let left = (lattice.first.0 + (number % 4) * lattice.step.0) / across;
    let top = (lattice.first.1 + (number / 4) * lattice.step.1) / down;
    let mut values = Vec::new();
    for y in 0..32 / down {
        for x in 0..32 / across {
            values.push(component.at(left + x, top + y));
        }
    }
    values
}
