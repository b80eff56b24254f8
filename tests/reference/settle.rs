//! Makes the picture from the temporal average.

use super::samples::Samples;

/// The average, limited to two standard deviations from the picture.
pub fn settle(picture: &Samples, average: &Samples, deviation: f64) -> Samples {
    Samples::from_fn((picture.width, picture.height), |x, y| {
        let here = picture.at(x, y);
        let far = average.at(x, y) - here;
        here + far.abs().min(2.0 * deviation) * far.signum()
    })
}
