//! The next mip level: means of light over areas.

use super::rgba::Texels;

/// Share of coarse texel `coarse` that fine texel `fine` covers.
fn share(fine: usize, coarse: usize, ratio: f64) -> f64 {
    let (start, end) = (coarse as f64 * ratio, (coarse + 1) as f64 * ratio);
    let overlap = (fine as f64 + 1.0).min(end) - (fine as f64).max(start);
    overlap.max(0.0) / ratio
}

/// Fine texels that a coarse texel may cover.
fn touched(x: usize, y: usize, ratio: (f64, f64)) -> impl Iterator<Item = (usize, usize)> {
    let span = |at: usize, ratio: f64| {
        let start = (at as f64 * ratio) as usize;
        start..start + ratio.ceil() as usize + 1
    };
    span(y, ratio.1).flat_map(move |y| span(x, ratio.0).map(move |x| (x, y)))
}

pub fn source_halve(fine: &Texels) -> Texels {
    let half = |side: usize| (side / 2).max(1);
    let (width, height) = (half(fine.width), half(fine.height));
    let ratio = (
        fine.width as f64 / width as f64,
        fine.height as f64 / height as f64,
    );
    let mut data = Vec::new();
    for at in 0..width * height {
        let mut light = [0.0; 3];
        let mut alpha = 0.0;
        for (x, y) in touched(at % width, at / width, ratio) {
            let texel = fine.nearest(x as i64, y as i64);
            let part = share(x, at % width, ratio.0) * share(y, at / width, ratio.1);
            alpha += part * texel[3];
            for (sum, premultiplied) in light.iter_mut().zip(texel) {
                if texel[3] > 0.0 {
                    let colour = premultiplied / texel[3];
                    *sum += part * texel[3] * colour * colour * colour.signum();
                }
            }
        }
        let colour = |light: f64| {
            let mean = if alpha > 0.0 { light / alpha } else { 0.0 };
            alpha * mean.abs().sqrt() * mean.signum()
        };
        data.push([colour(light[0]), colour(light[1]), colour(light[2]), alpha]);
    }
    Texels {
        width,
        height,
        data,
    }
}

/// All levels.
pub fn levels(first: Texels) -> Vec<Texels> {
    let mut all = vec![first];
    while let Some(last) = all.last().filter(|last| last.width * last.height > 1) {
        all.push(source_halve(last));
    }
    all
}
