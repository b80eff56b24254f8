//! The corner that a click meant: found in the picture around it.

use crate::shader_constant;
use crate::trackoverlay::quad::Point;

/// Side of the patch in pixels, the click in its middle.
pub const SIDE: usize = shader_constant!("trackoverlay/marking/patch", "SIDE") as usize;
/// Farthest distance of the corner from the click in pixels.
pub const REACH: f64 = 12.0;
/// Pixels on each side of a place that its strength depends on; and weight of one at that distance.
const RADIUS: isize = 3;
const SPREAD: f64 = 1.5;
/// Smallest strength of a corner: squared slope in 8-bit codes per pixel, in its weaker direction. Noise of two codes
/// has about 1.
const LEAST: f64 = 6.0;
/// Smallest share of the stronger direction that it must have: an edge has less, however strong.
const LEAST_SHARE: f64 = 0.08;
/// Share of the strongest that a corner must have.
const SHARE: f64 = 0.3;
/// Farthest way of the refined place from the strongest pixel.
const MOST_REFINED: f64 = 2.5;

/// Luma around a click.
struct Patch<'a>(&'a [f32]);

/// Sums of squared slopes around a place: xx, xy, yy, and of those times the place: x, y.
#[derive(Debug, Clone, Copy, Default)]
struct Slopes {
    xx: f64,
    xy: f64,
    yy: f64,
    x: f64,
    y: f64,
}

impl Slopes {
    /// Strength in the weaker direction: the smaller eigenvalue (Shi and Tomasi, "Good Features to Track", 1994). 0 for
    /// an edge.
    fn strength(&self) -> f64 {
        let (middle, half) = (0.5 * (self.xx + self.yy), 0.5 * (self.xx - self.yy));
        let more = half.hypot(self.xy);
        match middle - more {
            strength if strength > LEAST_SHARE * (middle + more) => strength,
            _ => 0.0,
        }
    }

    /// The place that the lines through all edges come nearest to (Förstner and Gülch, "A Fast Operator", 1987).
    fn crossing(&self) -> Option<Point> {
        let determinant = self.xx * self.yy - self.xy * self.xy;
        let place = [
            (self.yy * self.x - self.xy * self.y) / determinant,
            (self.xx * self.y - self.xy * self.x) / determinant,
        ];
        place.iter().all(|v| v.is_finite()).then_some(place)
    }
}

impl Patch<'_> {
    fn at(&self, x: isize, y: isize) -> f64 {
        let middle = (SIDE / 2) as isize;
        let last = SIDE as isize - 1;
        let [column, row] = [x, y].map(|v| (v + middle).clamp(0, last) as usize);
        self.0
            .get(row * SIDE + column)
            .copied()
            .map_or(0.0, f64::from)
    }

    /// Slope across and down in codes per pixel, averaged over three rows or columns.
    fn slope(&self, x: isize, y: isize) -> [f64; 2] {
        let side = |i: isize, j: isize| self.at(x + i, y + j);
        let across = |j: isize| side(1, j) - side(-1, j);
        let down = |i: isize| side(i, 1) - side(i, -1);
        let mean = |d: &dyn Fn(isize) -> f64| (d(-1) + 2.0 * d(0) + d(1)) / 8.0;
        [mean(&across), mean(&down)]
    }

    fn slopes(&self, x: isize, y: isize) -> Slopes {
        let mut sums = Slopes::default();
        let mut weights = 0.0;
        for j in -RADIUS..=RADIUS {
            for i in -RADIUS..=RADIUS {
                let (u, v) = (x + i, y + j);
                let [across, down] = self.slope(u, v);
                let weight = (-((i * i + j * j) as f64) / (2.0 * SPREAD * SPREAD)).exp();
                let [xx, xy, yy] =
                    [across * across, across * down, down * down].map(|s| s * weight);
                weights += weight;
                sums.xx += xx;
                sums.xy += xy;
                sums.yy += yy;
                sums.x += xx * u as f64 + xy * v as f64;
                sums.y += xy * u as f64 + yy * v as f64;
            }
        }
        let [xx, xy, yy, x, y] = [sums.xx, sums.xy, sums.yy, sums.x, sums.y].map(|s| s / weights);
        Slopes { xx, xy, yy, x, y }
    }
}

/// Place of the nearest strong corner within [`REACH`] of the patch's middle, relative to it; `None` if there is none.
/// `patch` has [`SIDE`] rows of luma in 8-bit codes.
pub fn corner(patch: &[f32]) -> Option<Point> {
    let patch = Patch(patch);
    let reach = REACH as isize + 1;
    let width = 2 * reach + 1;
    let places = (-reach..=reach).flat_map(|y| (-reach..=reach).map(move |x| (x, y)));
    let strengths: Vec<f64> = places
        .clone()
        .map(|(x, y)| patch.slopes(x, y).strength())
        .collect();
    let strength = |x: isize, y: isize| {
        let index = usize::try_from((y + reach) * width + x + reach).ok();
        index
            .and_then(|index| strengths.get(index))
            .copied()
            .unwrap_or(0.0)
    };
    let far = |(x, y): &(isize, isize)| (*x as f64).hypot(*y as f64);
    let inside: Vec<_> = places.filter(|place| far(place) <= REACH).collect();
    let strongest = inside
        .iter()
        .map(|(x, y)| strength(*x, *y))
        .fold(0.0, f64::max);
    let least = LEAST.max(SHARE * strongest);
    let is_corner = |(x, y): &&(isize, isize)| {
        let own = strength(*x, *y);
        let around = (-1..=1).flat_map(|j| (-1..=1).map(move |i| (i, j)));
        own >= least
            && around
                .map(|(i, j)| strength(x + i, y + j))
                .all(|near| near <= own)
    };
    let (x, y) = inside
        .iter()
        .filter(is_corner)
        .min_by(|a, b| far(a).total_cmp(&far(b)))?;
    Some(refined(&patch, *x, *y))
}

/// The crossing of the edges near a pixel, from windows around it and then around where it was found.
fn refined(patch: &Patch<'_>, x: isize, y: isize) -> Point {
    let start = [x as f64, y as f64];
    let mut place = start;
    for _ in 0..3 {
        let [u, v] = place.map(|v| v.round() as isize);
        match patch.slopes(u, v).crossing() {
            Some(next) if (next[0] - start[0]).hypot(next[1] - start[1]) <= MOST_REFINED => {
                place = next;
            }
            _ => break,
        }
    }
    place
}
