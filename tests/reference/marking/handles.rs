//! Marks over a picture.

type Point = [f64; 2];

/// Marks, and how large they are drawn, in pixels.
#[derive(Debug, Clone)]
pub struct Marks {
    pub places: Vec<Point>,
    pub radius: f64,
    pub thickness: f64,
}

fn distance(a: Point, b: Point) -> f64 {
    (a[0] - b[0]).hypot(a[1] - b[1])
}

fn to_line(at: Point, a: Point, b: Point) -> f64 {
    let along = [b[0] - a[0], b[1] - a[1]];
    let square = along[0] * along[0] + along[1] * along[1];
    let part = ((at[0] - a[0]) * along[0] + (at[1] - a[1]) * along[1]) / square.max(1e-6);
    let part = part.clamp(0.0, 1.0);
    distance(at, [a[0] + part * along[0], a[1] + part * along[1]])
}

impl Marks {
    /// Distance to the nearest ring, dot or line.
    fn way(&self, at: Point) -> f64 {
        let mut all = Vec::new();
        for place in &self.places {
            let way = distance(at, *place);
            all.extend([way, (way - self.radius).abs()]);
        }
        if let Some(first) = self.places.first() {
            all.push((distance(at, *first) - self.radius / 2.0).abs());
        }
        let count = self.places.len();
        for index in 0..count {
            let (a, b) = (self.places[index], self.places[(index + 1) % count]);
            let is_line = index + 1 < count || count == 4;
            if is_line && distance(at, a) >= self.radius && distance(at, b) >= self.radius {
                all.push(to_line(at, a, b));
            }
        }
        all.into_iter().fold(f64::MAX, f64::min)
    }

    /// Share of a sample at a place that is dark, and then share of that that is white.
    fn cover(&self, at: Point) -> [f64; 2] {
        let inside = self.thickness / 2.0 - self.way(at) + 0.5;
        [
            0.75 * (inside + 1.25).clamp(0.0, 1.0),
            inside.clamp(0.0, 1.0),
        ]
    }

    /// Luma of a pixel after drawing.
    pub fn luma(&self, at: Point, code: f64, black: f64, white: f64) -> f64 {
        let [dark, bright] = self.cover(at);
        let code = code + (black - code) * dark;
        code + (white - code) * bright
    }

    /// Chroma of a sample after drawing; `middle` is none.
    pub fn chroma(&self, at: Point, code: f64, middle: f64) -> f64 {
        let [dark, bright] = self.cover(at);
        code + (middle - code) * dark.max(bright)
    }
}
