//! Gates: which passes run, and on which tiles.

use super::known::{Known, Taps};
use super::recipe::variance;
use crate::reference::homography::{CORNERS, Rows, map};

/// Workgroups of tiles of a size in pixels over a box, six samples of the finest level around it,
/// and not beyond so many tiles; none where there is nothing in the box.
pub fn tiles(area: [f64; 4], tile: [f64; 2], shrink: f64, most: [u32; 2]) -> [u32; 3] {
    let count = |axis: usize| {
        let first = ((area[axis] - 6.0 * shrink) / tile[axis]).floor().max(0.0);
        let end = ((area[axis + 2] + 6.0 * shrink) / tile[axis]).ceil();
        (end.min(f64::from(most[axis])) - first).max(0.0) as u32
    };
    let (x, y) = (count(0), count(1));
    match area[2] >= area[0] && x > 0 && y > 0 {
        true => [x, y, 1],
        false => [0; 3],
    }
}

/// Last drawing of the template: taps of the finest level, path, and its longest motion in pixels.
pub struct Drawn {
    pub taps: Taps,
    pub path: Rows,
    pub way: f64,
}

/// Whether it must be drawn anew: its blur differs by 4 % of the smoothing's variance, or, where it
/// shows, the way of a corner by a fifth of a
/// sample of the finest level and 4 % of the longest way.
pub fn must_draw(known: &Known, drawn: &Drawn, shrink: f64) -> bool {
    let pixels = [known.size[0] / 2.0, known.size[1] / 2.0];
    let spread = |taps: &Taps| variance(&taps.map(|tap| [tap[0] * pixels[0], tap[1] * pixels[1]]));
    let (now, then) = (spread(&known.template_taps[0]), spread(&drawn.taps));
    let smoothing = shrink * shrink * 13.0 / 12.0;
    if now
        .iter()
        .zip(then)
        .any(|(a, b)| (a - b).abs() > 0.04 * smoothing)
    {
        return true;
    }
    let off = |corner: &[f64; 2]| {
        let (a, b) = (map(&known.path, *corner), map(&drawn.path, *corner));
        ((a[0] - b[0]) * pixels[0]).hypot((a[1] - b[1]) * pixels[1])
    };
    let way = known.shutter[2];
    let most = (0.2 * shrink).max(0.04 * way);
    way.max(drawn.way) >= 0.6 * shrink && CORNERS.iter().any(|corner| off(corner) > most)
}
