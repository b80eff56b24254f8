//! What a frame shows of the placement.

use super::measure::Shown;
use crate::trackoverlay::lines::Lines;
use crate::trackoverlay::quad::{Point, Quad};

/// The picture and the camera that took it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Camera {
    /// Size of the picture in pixels.
    pub size: (u32, u32),
    /// Width of a pixel divided by its height.
    pub pixel_aspect: f64,
    /// Horizontal angle of view in degrees.
    pub field_of_view: f64,
}

/// What a frame shows of the placement.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct View {
    /// Its share of the picture's area, whether something is in front of it or not.
    pub area: f64,
    /// Share of that area that something is in front of.
    pub hidden: f64,
    /// Opacity, 0 to 1.
    pub opacity: f64,
    /// Confidence in its position, 0 to 1.
    pub confidence: f64,
    /// Angle between the plane's normal and the way to the viewer, in degrees; `None` if it has none.
    pub tilt: Option<f64>,
    /// Luma from black (0) to white (1) where it is not hidden: its own, and that of the plane below. `None` if
    /// all is hidden.
    pub lumas: Option<[f64; 2]>,
}

impl View {
    /// From the measures of a frame that holds these lines of the picture; `None` if nothing of the placement is
    /// in the picture.
    pub fn new(shown: &Shown, lines: Lines, camera: &Camera) -> Option<Self> {
        let [a, b, c, d] = [0, 1, 2, 3].map(|index| {
            let corner = |values: [f32; 4]| values.get(index).copied().map_or(0.0, f64::from);
            [corner(shown.corners_x), corner(shown.corners_y)]
        });
        let quad = lines.to_picture(&Quad([a, b, c, d]));
        let (width, height) = camera.size;
        let whole = f64::from(width) * f64::from(height);
        let area = quad.area() * quad.visible_share(width, height) / whole;
        let is_shown = shown.drawn > 0.0 && shown.opacity > 0.0 && area > 0.0;
        let [all, hidden, luma, plate] =
            [shown.area, shown.hidden, shown.luma, shown.plate_luma].map(f64::from);
        let visible = all - hidden;
        is_shown.then(|| Self {
            area,
            hidden: share(hidden, all),
            opacity: f64::from(shown.opacity).clamp(0.0, 1.0),
            confidence: share(shown.confidence.into(), 1.0),
            tilt: tilt(&quad, camera),
            lumas: (visible > LEAST_VISIBLE * all).then(|| [luma, plate].map(|sum| sum / visible)),
        })
    }

    /// True if not all is hidden.
    pub fn is_visible(&self) -> bool {
        self.hidden < 1.0 - LEAST_VISIBLE
    }
}

/// Share of the placement below which nothing of it is seen: less is noise of the matte.
const LEAST_VISIBLE: f64 = 0.001;

fn share(part: f64, whole: f64) -> f64 {
    let share = part / whole;
    match share.is_finite() {
        true => share.clamp(0.0, 1.0),
        false => 0.0,
    }
}

/// Angle between the normal of a plane seen as `quad` and the line from its middle to the camera, in degrees.
///
/// The camera is a pinhole whose axis passes through the picture's middle. The normal needs no knowledge of the
/// plane's aspect: it is at right angles to the images of both axes of the plane (Hartley and Zisserman,
/// "Multiple View Geometry", 2004, section 8.6).
pub fn tilt(quad: &Quad, camera: &Camera) -> Option<f64> {
    let middle = [camera.size.0, camera.size.1].map(|side| (f64::from(side) - 1.0) / 2.0);
    let half_view = camera.field_of_view.to_radians() / 2.0;
    let focal = f64::from(camera.size.0) / 2.0 * camera.pixel_aspect / half_view.tan();
    let ray = |[x, y]: Point| {
        [
            (x - middle[0]) * camera.pixel_aspect / focal,
            (y - middle[1]) / focal,
        ]
    };
    let homography = Quad(quad.0.map(ray)).homography().ok()?;
    let [x, y, w] = homography.0;
    let column = |index: usize| [x, y, w].map(|row| row.get(index).copied().unwrap_or(0.0));
    let normal = cross(column(0), column(1));
    let way = column(2);
    let dot: f64 = normal.iter().zip(way).map(|(n, v)| n * v).sum();
    let cosine = dot.abs() / (length(normal) * length(way));
    cosine
        .is_finite()
        .then(|| cosine.clamp(0.0, 1.0).acos().to_degrees())
}

fn cross([a, b, c]: [f64; 3], [d, e, f]: [f64; 3]) -> [f64; 3] {
    [b * f - c * e, c * d - a * f, a * e - b * d]
}

fn length([a, b, c]: [f64; 3]) -> f64 {
    (a * a + b * b + c * c).sqrt()
}
