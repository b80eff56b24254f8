//! Draws a source into luma.

use super::setup::{Point, Rows, corners, covered, distance, map, texel};
use crate::reference::samples::Samples;
use crate::reference::source::rgba::Texels;
use crate::reference::source::yuv::{Sampling, linear, rgb, yuv_at};

/// What is in front of the plane, and the light on it, over the plane.
#[derive(Debug, Clone)]
pub struct Matte {
    /// Gain and bias for what is placed, and gain of the plane.
    pub light: [Samples; 3],
    /// Share of the plane.
    pub shares: Samples,
    /// The plane's own look: luma above black, and chroma, in 8-bit codes.
    pub plate: [Samples; 3],
}

/// A source in a frame. Corners must be in clockwise order.
#[derive(Debug, Clone)]
pub struct Scene {
    pub levels: Vec<Texels>,
    pub to_frame: Rows,
    pub to_plane: Rows,
    /// Part of the plane that the source covers.
    pub fit: Point,
    pub opacity: f64,
    pub feather: f64,
    /// Gain, and bias in Y' from 0 to 1.
    pub light: [f64; 2],
    /// "normal", "multiply" or "screen".
    pub blend: &'static str,
    /// Code of the source's white, 0 to 1.
    pub white: f64,
    /// Motion during the shutter in pixels.
    pub blur: Point,
    /// Its light replaces `light`.
    pub matte: Option<Matte>,
    /// Strength of that light.
    pub relight: f64,
}

impl Scene {
    fn texel(&self, at: Point) -> Point {
        let size = (self.levels[0].width, self.levels[0].height);
        texel(map(&self.to_plane, at), self.fit, size)
    }

    /// Premultiplied R'G'B' and alpha of the sample at `at`, which is `size` pixels large, with the filter
    /// for `middle`.
    pub fn placed(&self, at: Point, size: Point, middle: Point) -> [f64; 4] {
        let cover = self.cover(at, size);
        if cover == 0.0 {
            return [0.0; 4];
        }
        let [red, green, blue, alpha] = self.filtered(at, size, middle);
        let [visible, gain, bias] = self.matted(at);
        let light = |value: f64| {
            let lit = value * gain + alpha * bias;
            lit.clamp(value.min(0.0), value.max(alpha))
        };
        let weight = cover * self.opacity * visible;
        [light(red), light(green), light(blue), alpha].map(|value| value * weight)
    }

    /// Share of the plane, and gain and bias of what is placed, at a place.
    fn matted(&self, at: Point) -> [f64; 3] {
        let Some(matte) = &self.matte else {
            return [1.0, self.light[0], self.light[1]];
        };
        let [gain, bias, _] = matte.light.each_ref().map(|cells| self.over(cells, at));
        let gain = 1.0 + self.relight * (gain - 1.0);
        [self.over(&matte.shares, at), gain, self.relight * bias]
    }

    /// Interpolates between samples over the plane.
    fn over(&self, samples: &Samples, at: Point) -> f64 {
        let [u, v] = map(&self.to_plane, at);
        let x = (u + 1.0) / 2.0 * samples.width as f64 - 0.5;
        let y = (v + 1.0) / 2.0 * samples.height as f64 - 0.5;
        let last = |count: usize| count as f64 - 1.0;
        linear(
            samples,
            x.clamp(0.0, last(samples.width)),
            y.clamp(0.0, last(samples.height)),
        )
    }

    /// Of what the frame has at a place, as Y' and chroma, what belongs to the plane. Where that is mixed with
    /// something in front, the plane's part is the lit plate, as far as what is in front stays a colour.
    pub fn beneath(&self, at: Point, [y, blue, red]: [f64; 3]) -> [f64; 3] {
        let Some(matte) = &self.matte else {
            return [y, blue, red];
        };
        let share = self.over(&matte.shares, at);
        if share == 0.0 || share == 1.0 {
            return [y, blue, red];
        }
        let bias = self.over(&matte.light[1], at);
        let gain = self.over(&matte.light[2], at);
        let [luma, u, v] = matte
            .plate
            .each_ref()
            .map(|plane| gain * self.over(plane, at));
        let plane = |value: f64, lit: f64, low: f64, high: f64| {
            let front = value - share * lit;
            let front = front.clamp((1.0 - share) * low, (1.0 - share) * high);
            (value - front) / share
        };
        [
            plane(y, luma / 219.0 + bias, 0.0, 1.1),
            plane(blue, u / 224.0, -0.5, 0.5),
            plane(red, v / 224.0, -0.5, 0.5),
        ]
    }

    /// How much the source changes R'G'B' of a frame with this Y' and chroma at a place.
    pub fn change(&self, at: Point, seen: [f64; 3], over: [f64; 4]) -> [f64; 3] {
        let under = rgb(self.beneath(at, seen));
        let after = self.blended(under, over);
        [0, 1, 2].map(|k| after[k] - under[k])
    }

    fn cover(&self, at: Point, size: Point) -> f64 {
        let quad = corners(&self.to_frame, self.fit);
        let way = self.blur[0].hypot(self.blur[1]);
        let steps = if way > 0.25 {
            way.ceil().min(16.0) as usize
        } else {
            1
        };
        let mut share = 0.0;
        for step in 0..steps {
            let part = (step as f64 + 0.5) / steps as f64 - 0.5;
            let moved = [at[0] + part * self.blur[0], at[1] + part * self.blur[1]];
            share += covered(&quad, moved, size) / steps as f64;
        }
        for side in 0..4 {
            let (from, to) = (quad[side], quad[(side + 1) % 4]);
            let turn =
                (to[0] - from[0]) * (at[1] - from[1]) - (to[1] - from[1]) * (at[0] - from[0]);
            let inwards = distance(at, from, to) * turn.signum();
            if self.feather > 0.0 {
                let t = ((inwards + 0.5) / self.feather).clamp(0.0, 1.0);
                share *= t * t * (3.0 - 2.0 * t);
            }
        }
        share
    }

    /// Averages along the longer axis of the pixel's ellipse in the source, at the mip level that fits the
    /// shorter axis.
    fn filtered(&self, at: Point, size: Point, middle: Point) -> [f64; 4] {
        let (long, short, angle) = self.ellipse(middle, size);
        let short = short.max(1.0);
        let taps = (long / short - 0.25).ceil().clamp(1.0, 8.0);
        let lod = short.max(long / taps).log2() - 0.25;
        let lod = lod.clamp(0.0, (self.levels.len() - 1) as f64);
        let centre = self.texel(at);
        let mut sum = [0.0; 4];
        for tap in 0..taps as usize {
            let along = ((tap as f64 + 0.5) / taps - 0.5) * long;
            let place = [
                centre[0] + along * angle.cos(),
                centre[1] + along * angle.sin(),
            ];
            let fine = self.bilinear(lod.floor() as usize, place);
            let coarse = self.bilinear(lod.ceil() as usize, place);
            for (sum, (fine, coarse)) in sum.iter_mut().zip(fine.iter().zip(coarse)) {
                *sum += (fine + (coarse - fine) * lod.fract()) / taps;
            }
        }
        sum
    }

    /// Lengths of both axes, and direction of the longer one.
    fn ellipse(&self, at: Point, size: Point) -> (f64, f64, f64) {
        let step = 1e-4;
        let slope = |dx: f64, dy: f64| {
            let a = self.texel([at[0] - dx * step, at[1] - dy * step]);
            let b = self.texel([at[0] + dx * step, at[1] + dy * step]);
            [(b[0] - a[0]) / (2.0 * step), (b[1] - a[1]) / (2.0 * step)]
        };
        let way = if self.blur[0].hypot(self.blur[1]) > 0.25 {
            self.blur
        } else {
            [0.0; 2]
        };
        let spread = [
            slope(size[0], 0.0),
            slope(0.0, size[1]),
            slope(way[0], way[1]),
        ];
        let sum = |f: fn(&Point) -> f64| spread.iter().map(f).sum::<f64>();
        let (xx, yy, xy) = (
            sum(|s| s[0] * s[0]),
            sum(|s| s[1] * s[1]),
            sum(|s| s[0] * s[1]),
        );
        let angle = 0.5 * (2.0 * xy).atan2(xx - yy);
        let along = |angle: f64| {
            let (sin, cos) = angle.sin_cos();
            (xx * cos * cos + 2.0 * xy * sin * cos + yy * sin * sin)
                .max(0.0)
                .sqrt()
        };
        (
            along(angle),
            along(angle + std::f64::consts::FRAC_PI_2),
            angle,
        )
    }

    fn bilinear(&self, level: usize, at: Point) -> [f64; 4] {
        let (whole, level) = (&self.levels[0], &self.levels[level]);
        let x = at[0] * level.width as f64 / whole.width as f64 - 0.5;
        let y = at[1] * level.height as f64 / whole.height as f64 - 0.5;
        let mut sum = [0.0; 4];
        for (dx, dy) in [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0)] {
            let (left, top) = (x.floor() + dx, y.floor() + dy);
            let weight = (1.0 - (x - left).abs()) * (1.0 - (y - top).abs());
            let texel = level.nearest(left as i64, top as i64);
            sum.iter_mut()
                .zip(texel)
                .for_each(|(sum, v)| *sum += weight * v);
        }
        sum
    }

    /// R'G'B' of the frame with the source in it.
    fn blended(&self, under: [f64; 3], [red, green, blue, alpha]: [f64; 4]) -> [f64; 3] {
        let mut result = under;
        for (under, over) in result.iter_mut().zip([red, green, blue]) {
            *under = match self.blend {
                "multiply" => *under * (1.0 - alpha) + *under * over / self.white,
                "screen" => *under + over - *under * over,
                _ => *under * (1.0 - alpha) + over,
            };
        }
        result
    }
}

/// Unrounded codes of luma of a frame in BT.709, limited range.
pub fn place_luma(planes: &[Samples], how: &Sampling, scene: &Scene) -> Samples {
    Samples::from_fn((planes[0].width, planes[0].height), |x, y| {
        let at = [x as f64, y as f64];
        let middle = [(x / 4 * 4) as f64 + 1.5, y as f64];
        let over = scene.placed(at, [1.0, 1.0], middle);
        if over == [0.0; 4] {
            return planes[0].at(x, y);
        }
        let [red, green, blue] = scene.change(at, yuv_at(planes, how, at[0], at[1]), over);
        let more = 219.0 * (0.2126 * red + 0.7152 * green + 0.0722 * blue);
        planes[0].at(x, y) + more * how.fine
    })
}
