//! How well the frame fits with the template blurred as by one shutter.

use super::sight::{Light, Sight};
use crate::reference::homography::{Point, Rows, map};

pub struct Shutters<'a> {
    pub sight: &'a Sight,
    pub h: &'a Rows,
    pub light: &'a Light,
    /// Places of the plane from the shutter's end to its start, were it open all the time, and the
    /// longest way in pixels.
    pub path: &'a Rows,
    pub way: f64,
}

impl Shutters<'_> {
    /// The template between its samples.
    fn template(&self, p: Point) -> f64 {
        let side = self.sight.side as i64;
        let [x, y] = p.map(|v| (0.75 * v + 1.0) / 2.0 * side as f64 - 0.5);
        let at = |x: i64, y: i64| {
            let [x, y] = [x, y].map(|v| v.clamp(0, side - 1));
            self.sight.template[(y * side + x) as usize][0]
        };
        let (left, top) = (x.floor(), y.floor());
        let (u, v) = (x - left, y - top);
        let row = |y: i64| (1.0 - u) * at(left as i64, y) + u * at(left as i64 + 1, y);
        (1.0 - v) * row(top as i64) + v * row(top as i64 + 1)
    }

    /// Mean over the way in so many steps, its middle at the place.
    fn blurred(&self, p: Point, shutter: f64, steps: usize) -> f64 {
        let end = map(self.path, p);
        let along = |k: usize| shutter * ((k as f64 + 0.5) / steps as f64 - 0.5);
        let at = |k: usize| [0, 1].map(|i| p[i] + along(k) * (end[i] - p[i]));
        (0..steps).map(|k| self.template(at(k))).sum::<f64>() / steps as f64
    }

    /// What is left of the frame's variance once a gain has explained what it can; `None` where
    /// hardly anything is in sight.
    pub fn left(&self, shutter: f64) -> Option<f64> {
        let sight = self.sight;
        let steps = (self.way * shutter / (1.8 * sight.step))
            .ceil()
            .clamp(1.0, 24.0) as usize;
        let mut all = Vec::new();
        for at in 0..sight.side * sight.side {
            let p = sight.place(at);
            let [x, y] = map(self.h, p);
            let [width, height] = sight.frame;
            let is_seen = (2.0..width - 3.0).contains(&x) && (2.0..height - 3.0).contains(&y);
            if is_seen && p[0].abs() <= 0.9 && p[1].abs() <= 0.9 {
                let frame = sight.sharp([x, y]) - self.light.of(0.0, p);
                let weight = sight.open(p);
                all.push((self.blurred(p, shutter, steps), frame, weight));
            }
        }
        let weight: f64 = all.iter().map(|(_, _, w)| w).sum();
        let mean = |f: &dyn Fn(f64, f64) -> f64| {
            all.iter().map(|(t, v, w)| w * f(*t, *v)).sum::<f64>() / weight
        };
        let (template, frame) = (mean(&|t, _| t), mean(&|_, v| v));
        let texture = mean(&|t, _| (t - template).powi(2));
        let there = mean(&|_, v| (v - frame).powi(2));
        let both = mean(&|t, v| (t - template) * (v - frame));
        (weight > 50.0).then(|| there - both * both / (texture + 0.001))
    }
}
