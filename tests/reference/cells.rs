//! A picture as cells of 2x2 pixels, and back: twin of `cells` and `correct`.

use super::conv::Map;
use super::samples::Samples;

/// Six channels: four samples of luma row after row, then U and V, of -0.5 to 0.5. `planes` are Y,
/// U and V in their true sizes, or Y.
pub fn cells(planes: &[Samples], white: f64) -> Map {
    let luma = &planes[0];
    let (width, height) = (luma.width.div_ceil(2), luma.height.div_ceil(2));
    let mut data = Vec::new();
    for channel in 0..6 {
        for y in 0..height as i64 {
            for x in 0..width as i64 {
                let value = match channel {
                    0 => luma.nearest(2 * x, 2 * y),
                    1 => luma.nearest(2 * x + 1, 2 * y),
                    2 => luma.nearest(2 * x, 2 * y + 1),
                    3 => luma.nearest(2 * x + 1, 2 * y + 1),
                    _ if planes.len() == 1 => white / 2.0,
                    c => chroma(&planes[c - 3], luma, x, y),
                };
                data.push(value / white - 0.5);
            }
        }
    }
    Map {
        channels: 6,
        width,
        height,
        data,
    }
}

/// Samples of a chroma plane in a cell.
fn side(plane: usize, luma: usize) -> i64 {
    if plane == luma && luma > 1 { 2 } else { 1 }
}

fn chroma(plane: &Samples, luma: &Samples, x: i64, y: i64) -> f64 {
    let (across, down) = (
        side(plane.width, luma.width),
        side(plane.height, luma.height),
    );
    let mut sum = 0.0;
    for j in 0..down {
        for i in 0..across {
            sum += plane.nearest(across * x + i, down * y + j);
        }
    }
    sum / (across * down) as f64
}

/// The planes with the corrections added, times a strength for luma and one for chroma.
pub fn correct(
    planes: &[Samples],
    corrections: &Map,
    strengths: [f64; 2],
    white: f64,
) -> Vec<Samples> {
    let luma = &planes[0];
    let corrected = |(component, plane): (usize, &Samples)| {
        let across = side(plane.width, luma.width);
        let down = side(plane.height, luma.height);
        Samples::from_fn((plane.width, plane.height), |x, y| {
            let (column, row) = match component {
                0 => (x as i64 / 2, y as i64 / 2),
                _ => (x as i64 / across, y as i64 / down),
            };
            let channel = match component {
                0 => y % 2 * 2 + x % 2,
                c => c + 3,
            };
            let found = corrections.at(channel, column, row) * white * strengths[component.min(1)];
            (plane.at(x, y) + found).clamp(0.0, white)
        })
    };
    planes.iter().enumerate().map(corrected).collect()
}
