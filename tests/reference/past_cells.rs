//! What a network reads of the last output: twin of `past_cells`.

use super::conv::Map;
use super::kalman::{Field, carried};
use super::samples::Samples;

/// Differences that are read, as a part of the range, and the factor that they are read with.
const MOST: f64 = 0.15;
const FACTOR: f64 = 4.0;

/// The last output and the motion to it. Components are Y, U and V, or Y, in their true sizes.
#[derive(Debug)]
pub struct Past<'a> {
    pub output: &'a [Samples],
    pub field: &'a Field,
    pub white: f64,
}

impl Past<'_> {
    fn motion(&self, [x, y]: [usize; 2]) -> [f64; 3] {
        // Planes are whole quads wide; a tile at the far edge is moved inwards.
        let (width, height) = (
            self.output[0].width.next_multiple_of(4),
            self.output[0].height,
        );
        let start = [
            (x / 4 * 8).min(width.saturating_sub(8)),
            (y / 4 * 8).min(height.saturating_sub(8)),
        ];
        self.field.between(start.map(|s| (s + 4) as f64))
    }

    fn luma(&self, channel: usize, cell: [usize; 2]) -> f64 {
        let [vx, vy, fade] = self.motion(cell);
        let at = [2 * cell[0] + channel % 2, 2 * cell[1] + channel / 2].map(|v| v as i64);
        let luma = &self.output[0];
        // The samples that fill the last quad are there too.
        let filled = Samples::from_fn((luma.width.next_multiple_of(4), luma.height), |x, y| {
            if x < luma.width { luma.at(x, y) } else { 300.0 }
        });
        carried(&filled, at, [vx, vy]) + fade
    }

    /// Interpolated at a cell's centre.
    fn chroma(&self, component: usize, cell: [usize; 2]) -> f64 {
        let (luma, plane) = (&self.output[0], &self.output[component]);
        let motion = self.motion(cell);
        let at = |i: usize, own: usize, full: usize| {
            let samples = if own == full && full > 1 { 2.0 } else { 1.0 };
            (cell[i] as f64 + 0.5 + motion[i] / 2.0) * samples - 0.5
        };
        let (x, y) = (
            at(0, plane.width, luma.width),
            at(1, plane.height, luma.height),
        );
        let mut sum = 0.0;
        for (dx, dy) in [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0)] {
            let (left, top) = (x.floor() + dx, y.floor() + dy);
            let share = (1.0 - (x - left).abs()) * (1.0 - (y - top).abs());
            sum += share * plane.nearest(left as i64, top as i64);
        }
        sum
    }

    /// The 15 channels, of which `picture` is the first six.
    pub fn cells(&self, picture: &Map) -> Map {
        let mut data = picture.data.clone();
        for channel in 6..15 {
            for (x, y) in (0..picture.height).flat_map(|y| (0..picture.width).map(move |x| (x, y)))
            {
                let value = match channel {
                    8..12 => self.luma(channel - 8, [x, y]),
                    12..14 if self.output.len() > 1 => self.chroma(channel - 11, [x, y]),
                    _ => 0.0,
                };
                data.push(match channel {
                    8..12 => self.gained(value, picture, channel - 8, [x, y]),
                    12..14 if self.output.len() > 1 => {
                        self.gained(value, picture, channel - 8, [x, y])
                    }
                    14 => 0.1,
                    _ => 0.0,
                });
            }
        }
        Map {
            channels: 15,
            data,
            ..*picture
        }
    }

    fn gained(&self, value: f64, picture: &Map, channel: usize, [x, y]: [usize; 2]) -> f64 {
        let now = picture.at(channel, x as i64, y as i64);
        (value / self.white - 0.5 - now).clamp(-MOST, MOST) * FACTOR
    }
}

/// The 15 channels where there is no last output.
pub fn no_past(picture: &Map) -> Map {
    let mut data = picture.data.clone();
    data.resize(15 * picture.width * picture.height, 0.0);
    Map {
        channels: 15,
        data,
        ..*picture
    }
}
