//! How much neighbouring samples have in common.

/// Farthest neighbour that a prediction of grain uses, in each direction: AV1 allows no more.
pub const LAG: i32 = 3;
/// Columns between two of those neighbours at most.
pub const REACH: i32 = 2 * LAG;
const COLUMNS: usize = 2 * REACH as usize + 1;
const ROWS: usize = LAG as usize + 1;

/// Mean product of two samples by the distance between them: `dy` from 0 to 3, `dx` from -6 to 6.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Lags([[f64; COLUMNS]; ROWS]);

/// Rows of samples.
#[derive(Debug, Clone, Copy)]
pub struct Rows<'a> {
    /// Samples in a row.
    pub width: usize,
    /// All samples.
    pub data: &'a [f32],
}

impl Rows<'_> {
    /// Mean of `self` at each place times `other` at `dx` and `dy` from there.
    fn product(self, other: Self, dx: i32, dy: usize) -> f64 {
        let (own, others) = (dx.min(0).unsigned_abs(), dx.max(0).unsigned_abs());
        let (mut sum, mut count) = (0.0, 0_u32);
        let rows = self.data.chunks_exact(self.width);
        for (a, b) in rows.zip(other.data.chunks_exact(other.width).skip(dy)) {
            let a = a.get(own as usize..).unwrap_or_default();
            let b = b.get(others as usize..).unwrap_or_default();
            let mut row = 0.0;
            for (a, b) in a.iter().zip(b) {
                row += a * b;
            }
            sum += f64::from(row);
            count += a.len().min(b.len()) as u32;
        }
        sum / f64::from(count.max(1))
    }
}

impl Lags {
    /// Mean products of `a` and `b`, whose means are 0: `b` lies below or to the right of `a`, and up to `reach`
    /// columns away.
    pub fn of(a: Rows<'_>, b: Rows<'_>, reach: i32) -> Self {
        let mut lags = Self::default();
        for (dy, row) in lags.0.iter_mut().enumerate() {
            // In the same row, what is to the left of `a` is no neighbour of its.
            let first = if dy == 0 { 0 } else { -reach };
            let columns = row.iter_mut().zip(-REACH..);
            for (value, dx) in columns.filter(|(_, dx)| (first..=reach).contains(dx)) {
                *value = a.product(b, dx, dy);
            }
        }
        lags
    }

    /// The mean product at a distance. For products of one signal with itself any direction will do.
    pub fn at(&self, dx: i32, dy: i32) -> f64 {
        let is_before = dy < 0 || (dy == 0 && dx < 0);
        let (dx, dy) = if is_before { (-dx, -dy) } else { (dx, dy) };
        let row = self.0.get(dy as usize);
        let value = row.and_then(|row| row.get((dx + REACH) as usize));
        value.copied().unwrap_or_default()
    }

    /// Adds `weight` times others.
    pub fn add(&mut self, other: &Self, weight: f64) {
        for (row, others) in self.0.iter_mut().zip(&other.0) {
            for (value, other) in row.iter_mut().zip(others) {
                *value += weight * other;
            }
        }
    }

    /// Adds the products of white noise of this variance.
    pub fn add_white(&mut self, variance: f64) {
        let [first, ..] = &mut self.0;
        if let Some(value) = first.get_mut(REACH as usize) {
            *value += variance;
        }
    }
}
