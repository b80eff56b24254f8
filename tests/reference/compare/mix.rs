//! Twin of `compare/mix.wgsl`: one component of two pictures in one.

use crate::reference::samples::Samples;

/// How a component is mixed.
pub enum Mixing {
    /// The second picture begins at this luma column.
    Wipe(usize),
    /// The middle half of both.
    Beside,
    /// Second minus first, this much stronger.
    Difference(f64),
}

/// Component 0 is luma. `step` is the distance of its columns in luma pixels, `width` the picture's.
pub fn mix(
    [first, second]: [&Samples; 2],
    component: usize,
    (step, width): (usize, usize),
    largest: f64,
    mixing: &Mixing,
) -> Vec<f64> {
    let middle = (largest + 1.0) / 2.0;
    let quarter = width / 4 / 4 * 4;
    let line = match mixing {
        Mixing::Wipe(line) => *line,
        Mixing::Beside => 2 * quarter,
        Mixing::Difference(_) => 0,
    };
    let half = if line > 0 && line < width {
        width.div_ceil(960)
    } else {
        0
    };
    let mut out = Vec::new();
    for y in 0..first.height {
        for x in 0..first.width {
            let column = x * step;
            let is_line = column + half >= line && column < line + half;
            out.push(match mixing {
                Mixing::Difference(gain) => {
                    let code = middle + gain * (second.at(x, y) - first.at(x, y));
                    (code + 0.5).floor().clamp(0.0, largest)
                }
                _ if is_line && component == 0 => (0.92 * largest + 0.5).floor(),
                _ if is_line => middle,
                Mixing::Wipe(_) if column < line => first.at(x, y),
                Mixing::Wipe(_) => second.at(x, y),
                Mixing::Beside if column < line => first.at(x + quarter / step, y),
                Mixing::Beside => second.at(x - quarter / step, y),
            });
        }
    }
    out
}
