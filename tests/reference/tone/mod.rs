//! Twins of the shaders of `wgputone`.

pub mod apply;
pub mod estimate;
pub mod measure;
pub mod steady;

use crate::reference::samples::Samples;

/// What samples of a picture mean.
#[derive(Debug, Clone, Copy)]
pub struct Meaning {
    /// Codes of black and white, and the span of chroma.
    pub codes: [f64; 3],
    /// Weights of red and blue in luma.
    pub weights: [f64; 2],
    /// Columns and rows of luma for one of chroma, as shifts.
    pub shifts: (usize, usize),
    /// Rows belong to two fields in turn.
    pub fields: bool,
}

impl Meaning {
    pub fn luma(&self, code: f64) -> f64 {
        (code - self.codes[0]) / (self.codes[1] - self.codes[0])
    }

    pub fn chroma(&self, code: f64) -> f64 {
        (code - 128.0) / self.codes[2]
    }

    /// The row of chroma for a row of luma.
    pub fn chroma_row(&self, y: usize) -> usize {
        match self.fields {
            true => ((y / 2) >> self.shifts.1) * 2 + y % 2,
            false => y >> self.shifts.1,
        }
    }

    /// Rows of luma for a row of chroma.
    pub fn luma_rows(&self, y: usize) -> Vec<usize> {
        let count = 1 << self.shifts.1;
        match self.fields {
            true => (0..count)
                .map(|i| ((y / 2 * count) + i) * 2 + y % 2)
                .collect(),
            false => (0..count).map(|i| y * count + i).collect(),
        }
    }

    /// Chroma at a pixel of luma: of blue, then of red. 0 without any.
    pub fn chroma_at(&self, components: &[Samples], x: usize, y: usize) -> [f64; 2] {
        [1, 2].map(|c| match components.get(c) {
            Some(plane) => {
                let row = self.chroma_row(y).min(plane.height - 1);
                self.chroma(plane.nearest((x >> self.shifts.0) as i64, row as i64))
            }
            None => 0.0,
        })
    }
}
