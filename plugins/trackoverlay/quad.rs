//! The quad that marks a plane, and its homography.
//!
//! Frame coordinates are pixels of luma. (0, 0) is the centre of the top-left pixel, so the frame extends
//! from -0.5 to its size minus 0.5. Plane coordinates run from -1 to 1: top-left is (-1, -1), bottom-right
//! is (1, 1).

use std::fmt;
use std::str::FromStr;

/// A point: x to the right, y down.
pub type Point = [f64; 2];

/// Corners of the plane in plane coordinates, in the order of [`Quad`].
pub const PLANE: Quad = Quad([[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]]);

/// Shortest side of a quad that can be armed, in pixels.
pub const MIN_SIDE: f64 = 4.0;

/// Smallest share of an armed quad's area that must lie in the frame.
pub const MIN_VISIBLE: f64 = 0.1;

/// Largest distance of a corner from the frame's origin in pixels: there an `f32` still resolves a hundredth
/// of a pixel.
pub const MAX_COORDINATE: f64 = 100_000.0;

/// Format of a string of points.
const FORM: &str = "x0,y0 x1,y1 x2,y2 x3,y3";

/// Four corners of a plane: top-left, top-right, bottom-right, bottom-left.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Quad(pub [Point; 4]);

/// Why four points are rejected as a quad.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum QuadError {
    /// Not four pairs of numbers.
    #[error("four pairs of numbers are accepted: {FORM}")]
    Syntax,
    /// A coordinate is not finite, or too large.
    #[error("each coordinate must be a number from -{MAX_COORDINATE} to {MAX_COORDINATE}")]
    Range,
    /// Sides cross, or a corner points inwards.
    #[error(
        "the corners must form a convex quad whose sides do not cross: top-left, top-right, \
         bottom-right, bottom-left of the plane"
    )]
    NotConvex,
    /// The corners are in anticlockwise order.
    #[error(
        "the corners go round anticlockwise; accepted is clockwise: top-left, top-right, \
         bottom-right, bottom-left of the plane"
    )]
    Anticlockwise,
    /// Too small to be tracked.
    #[error("each side must be {MIN_SIDE} pixels long or more")]
    TooSmall,
    /// Too little of the quad is in the frame.
    #[error("at least a tenth of the quad must lie inside the frame of {width}x{height} pixels")]
    OffFrame {
        /// Width of the frame in pixels.
        width: u32,
        /// Height of the frame in pixels.
        height: u32,
    },
}

fn cross(a: Point, b: Point, c: Point) -> f64 {
    (b[0] - a[0]) * (c[1] - b[1]) - (b[1] - a[1]) * (c[0] - b[0])
}

impl Quad {
    /// The corners of an upright rectangle in pixels.
    pub fn rectangle(left: f64, top: f64, right: f64, bottom: f64) -> Self {
        Self([[left, top], [right, top], [right, bottom], [left, bottom]])
    }

    /// Rejects quads that cannot be armed in any frame.
    ///
    /// # Errors
    /// The reason.
    pub fn check(&self) -> Result<(), QuadError> {
        if !self.is_in_range() {
            return Err(QuadError::Range);
        }
        if self.sides().iter().any(|side| *side < MIN_SIDE) {
            return Err(QuadError::TooSmall);
        }
        let turns = self.turns();
        if turns.iter().all(|turn| *turn < 0.0) {
            return Err(QuadError::Anticlockwise);
        }
        if !self.is_sound() {
            return Err(QuadError::NotConvex);
        }
        // Long sides may still enclose almost no area.
        match self.area() < MIN_SIDE * MIN_SIDE {
            true => Err(QuadError::TooSmall),
            false => Ok(()),
        }
    }

    /// As [`Quad::check`], and for a frame of this size in pixels.
    ///
    /// # Errors
    /// The reason, such as [`QuadError::OffFrame`].
    pub fn check_in(&self, width: u32, height: u32) -> Result<(), QuadError> {
        self.check()?;
        match self.visible_share(width, height) < MIN_VISIBLE {
            true => Err(QuadError::OffFrame { width, height }),
            false => Ok(()),
        }
    }

    /// True for convex quads within [`MAX_COORDINATE`], with corners in clockwise order on the screen: the
    /// possible views of a plane from its front.
    pub fn is_sound(&self) -> bool {
        self.is_in_range() && self.turns().iter().all(|turn| *turn > 0.0)
    }

    /// True if no corner is farther away than [`MAX_COORDINATE`], and all are numbers.
    fn is_in_range(&self) -> bool {
        let numbers = self.0.as_flattened();
        numbers.iter().all(|v| v.abs() <= MAX_COORDINATE)
    }

    /// Twice the area of the triangle at each corner; positive for a clockwise turn.
    fn turns(&self) -> [f64; 4] {
        let [a, b, c, d] = self.0;
        [
            cross(d, a, b),
            cross(a, b, c),
            cross(b, c, d),
            cross(c, d, a),
        ]
    }

    /// Lengths of the sides: top, right, bottom, left.
    pub fn sides(&self) -> [f64; 4] {
        let [a, b, c, d] = self.0;
        let length = |p: Point, q: Point| (q[0] - p[0]).hypot(q[1] - p[1]);
        [length(a, b), length(b, c), length(c, d), length(d, a)]
    }

    /// Area in square pixels; negative if the corners are in anticlockwise order.
    pub fn area(&self) -> f64 {
        area(&self.0)
    }

    /// Share of the area that lies inside a frame of this size, 0 to 1.
    pub fn visible_share(&self, width: u32, height: u32) -> f64 {
        let (right, bottom) = (f64::from(width) - 0.5, f64::from(height) - 0.5);
        let polygon = clip(&self.0, |[x, _]| -x - 0.5);
        let polygon = clip(&polygon, |[x, _]| x - right);
        let polygon = clip(&polygon, |[_, y]| -y - 0.5);
        let polygon = clip(&polygon, |[_, y]| y - bottom);
        let whole = self.area();
        match whole > 0.0 {
            true => (area(&polygon) / whole).clamp(0.0, 1.0),
            false => 0.0,
        }
    }

    /// The smallest rectangle of whole pixels around the part inside a frame of this size: left, top, right,
    /// bottom, where right and bottom are one past the end. `None` if nothing is inside.
    pub fn bounds(&self, width: u32, height: u32) -> Option<[u32; 4]> {
        let range = |values: [f64; 4], size: u32| {
            let low = values.into_iter().fold(f64::INFINITY, f64::min);
            let high = values.into_iter().fold(f64::NEG_INFINITY, f64::max);
            let first = (low + 0.5).floor().clamp(0.0, f64::from(size)) as u32;
            let last = (high + 0.5).ceil().clamp(0.0, f64::from(size)) as u32;
            (first, last)
        };
        let (left, right) = range(self.0.map(|[x, _]| x), width);
        let (top, bottom) = range(self.0.map(|[_, y]| y), height);
        (left < right && top < bottom).then_some([left, top, right, bottom])
    }

    /// The same position after the picture was scaled from size `from` to size `to`.
    pub fn rescaled(&self, from: (u32, u32), to: (u32, u32)) -> Self {
        let scale =
            |v: f64, from: u32, to: u32| (v + 0.5) * f64::from(to) / f64::from(from.max(1)) - 0.5;
        Self(
            self.0
                .map(|[x, y]| [scale(x, from.0, to.0), scale(y, from.1, to.1)]),
        )
    }

    /// The homography from the plane to the frame (Heckbert, "Fundamentals of Texture Mapping", 1989,
    /// section 2.2.3). Its third coordinate is positive in the whole quad.
    ///
    /// # Errors
    /// [`QuadError::NotConvex`] if the quad is not [sound](Quad::is_sound).
    pub fn homography(&self) -> Result<Homography, QuadError> {
        if !self.is_sound() {
            return Err(QuadError::NotConvex);
        }
        let [a, b, c, d] = self.0;
        let (e, f) = ([b[0] - c[0], b[1] - c[1]], [d[0] - c[0], d[1] - c[1]]);
        let bend = [a[0] - b[0] + c[0] - d[0], a[1] - b[1] + c[1] - d[1]];
        let across = |p: Point, q: Point| p[0] * q[1] - p[1] * q[0];
        let g = across(bend, f) / across(e, f);
        let h = across(e, bend) / across(e, f);
        // Converted from the unit square to the plane's, which is twice as large and centred.
        let row = |a: f64, b: f64, d: f64| {
            let u = b - a + g * b;
            let v = d - a + h * d;
            [u / 2.0, v / 2.0, a + (u + v) / 2.0]
        };
        let last = [g / 2.0, h / 2.0, 1.0 + (g + h) / 2.0];
        let rows = [row(a[0], b[0], d[0]), row(a[1], b[1], d[1]), last];
        Ok(Homography(rows).normalised())
    }
}

fn area(polygon: &[Point]) -> f64 {
    let next = polygon.iter().cycle().skip(1);
    let twice = polygon
        .iter()
        .zip(next)
        .map(|(p, q)| p[0] * q[1] - p[1] * q[0]);
    twice.sum::<f64>() / 2.0
}

/// The part of a polygon where `outside` is not positive. `outside` must be linear.
fn clip(polygon: &[Point], outside: impl Fn(Point) -> f64) -> Vec<Point> {
    let next = polygon.iter().cycle().skip(1);
    let mut kept = Vec::with_capacity(polygon.len() + 1);
    for (&from, &to) in polygon.iter().zip(next) {
        let (a, b) = (outside(from), outside(to));
        if a <= 0.0 {
            kept.push(from);
        }
        if (a <= 0.0) != (b <= 0.0) {
            let t = a / (a - b);
            kept.push([
                from[0] + t * (to[0] - from[0]),
                from[1] + t * (to[1] - from[1]),
            ]);
        }
    }
    kept
}

impl FromStr for Quad {
    type Err = QuadError;

    /// Parses `x0,y0 x1,y1 x2,y2 x3,y3`; spaces and commas are interchangeable. Checks only the syntax and
    /// the range of the numbers: see [`Quad::check`].
    fn from_str(text: &str) -> Result<Self, QuadError> {
        let parts = text.split(|c: char| c == ',' || c.is_whitespace());
        let numbers: Result<Vec<f64>, _> = parts
            .filter(|part| !part.is_empty())
            .map(str::parse)
            .collect();
        let numbers = numbers.map_err(|_| QuadError::Syntax)?;
        let [x0, y0, x1, y1, x2, y2, x3, y3] = numbers[..] else {
            return Err(QuadError::Syntax);
        };
        let quad = Self([[x0, y0], [x1, y1], [x2, y2], [x3, y3]]);
        match quad.is_in_range() {
            true => Ok(quad),
            false => Err(QuadError::Range),
        }
    }
}

impl fmt::Display for Quad {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, d] = self.0;
        let pair = |[x, y]: Point| format!("{x},{y}");
        write!(f, "{} {} {} {}", pair(a), pair(b), pair(c), pair(d))
    }
}

/// A homography: a 3x3 matrix that is multiplied by (x, y, 1).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Homography(pub [[f64; 3]; 3]);

impl Homography {
    /// The identity.
    pub const IDENTITY: Self = Self([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]);

    /// Maps a point; the result is not finite for points on the horizon.
    pub fn map(&self, [x, y]: Point) -> Point {
        let [a, b, w] = self.0.map(|row| row[0] * x + row[1] * y + row[2]);
        [a / w, b / w]
    }

    /// Maps the corners of a quad.
    pub fn map_quad(&self, quad: &Quad) -> Quad {
        Quad(quad.0.map(|corner| self.map(corner)))
    }

    /// The homography that applies `first`, then this one.
    #[expect(clippy::indexing_slicing, reason = "rows and columns are 0 to 2")]
    pub fn after(&self, first: &Self) -> Self {
        let cell =
            |row: usize, column: usize| (0..3).map(|i| self.0[row][i] * first.0[i][column]).sum();
        Self([0, 1, 2].map(|row| [0, 1, 2].map(|column| cell(row, column))))
    }

    /// The inverse; not finite for a singular matrix.
    #[expect(
        clippy::indexing_slicing,
        reason = "rows and columns are 0 to 2, as remainders by 3 are"
    )]
    pub fn inverse(&self) -> Self {
        let m = &self.0;
        let minor = |r: usize, c: usize| {
            let (r1, r2, c1, c2) = ((r + 1) % 3, (r + 2) % 3, (c + 1) % 3, (c + 2) % 3);
            m[r1][c1] * m[r2][c2] - m[r1][c2] * m[r2][c1]
        };
        let determinant: f64 = (0..3).map(|c| m[0][c] * minor(0, c)).sum();
        Self([0, 1, 2].map(|row| [0, 1, 2].map(|column| minor(column, row) / determinant)))
    }

    /// The same homography with a last element of 1.
    pub fn normalised(&self) -> Self {
        let last = self.0[2][2];
        Self(self.0.map(|row| row.map(|v| v / last)))
    }
}
