//! A plane that a tracker can follow: pictures made of waves, moved as a camera would.

use crate::pictures::noise::{Random, add};
use crate::pictures::{Size, planes};
use gstwgpu::trackoverlay::quad::Quad;
use std::f64::consts::TAU;
use std::sync::Arc;

/// Frames until the motion begins again.
pub const PERIOD: usize = 24;
/// Waves that make a picture.
const WAVES: usize = 14;

/// Farthest that a live picture goes to either side, in widths of the frame.
const REACH: f64 = 0.015;
/// Standard deviation of the noise of a live picture, in code values.
const NOISE: f32 = 5.0;

/// I420 as a live camera gives it, moving and noisy; it can be repeated without a jump.
pub fn live(size: Size) -> Vec<Arc<[u8]>> {
    let waves = waves(size, 0.0);
    let frame = |number: usize| -> Arc<[u8]> {
        let angle = TAU * number as f64 / PERIOD as f64;
        let shift = REACH * f64::from(size.0) * angle.sin();
        let luma = picture(size, &waves, shift, 0.0);
        let luma: Vec<f32> = luma.into_iter().map(f32::from).collect();
        let mut random = Random::new(number as u64);
        let mut frame = Vec::new();
        add(&luma, &mut random, |_| NOISE, &mut frame);
        for (width, height) in &planes(size)[1..] {
            add(
                &vec![128.0; width * height],
                &mut random,
                |_| NOISE,
                &mut frame,
            );
        }
        frame.into()
    };
    // Seconds for the largest, on one core.
    std::thread::scope(|scope| {
        let frame = &frame;
        let frames: Vec<_> = (0..PERIOD)
            .map(|number| scope.spawn(move || frame(number)))
            .collect();
        let ended = frames.into_iter().map(std::thread::ScopedJoinHandle::join);
        ended
            .map(|frame| frame.unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    })
}

/// In the middle of the frame, a tenth of it.
pub fn quad((width, height): Size) -> Quad {
    let corner = |x: f64, y: f64| [x * f64::from(width), y * f64::from(height)];
    Quad([
        corner(0.36, 0.33),
        corner(0.65, 0.35),
        corner(0.64, 0.69),
        corner(0.35, 0.67),
    ])
}

/// A sine over the frame: height, turns for each pixel along x and y, first angle.
pub struct Wave {
    height: f64,
    along: [f64; 2],
    start: f64,
}

/// Waves of all directions, from fine to coarse.
pub fn waves((width, _): Size, start: f64) -> Vec<Wave> {
    let wave = |number: usize| {
        let number = number as f64;
        let length = f64::from(width) / 80.0 * 1.25f64.powf(number);
        let (sin, cos) = (2.4 * number + start).sin_cos();
        Wave {
            height: 9.0,
            along: [cos / length, sin / length],
            start: number * 1.7 + start,
        }
    };
    (0..WAVES).map(wave).collect()
}

/// Luma of the waves moved to the right by `shift` pixels, and by `way` more during the exposure,
/// which leaves less of each wave.
pub fn picture((width, height): Size, waves: &[Wave], shift: f64, way: f64) -> Vec<u8> {
    let sharpness = |turns: f64| match TAU * turns / 2.0 {
        0.0 => 1.0,
        angle => angle.sin() / angle,
    };
    let heights: Vec<f64> = waves
        .iter()
        .map(|wave| wave.height * sharpness(wave.along[0] * way))
        .collect();
    let mut luma = Vec::with_capacity((width * height) as usize);
    // A sine of a sum of x and y is made of sines of each.
    let angles = |side: u32, of: &dyn Fn(&Wave, f64) -> f64| -> Vec<Vec<(f64, f64)>> {
        let places = (0..side).map(f64::from);
        places
            .map(|at| waves.iter().map(|wave| of(wave, at).sin_cos()).collect())
            .collect()
    };
    let columns = angles(width, &|wave, x| TAU * wave.along[0] * (x - shift));
    let rows = angles(height, &|wave, y| TAU * wave.along[1] * y + wave.start);
    for row in &rows {
        for column in &columns {
            let waves = heights.iter().zip(column).zip(row);
            let sum: f64 = waves
                .map(|((height, (a, b)), (c, d))| height * (a * d + b * c))
                .sum();
            luma.push((128.0 + sum).round().clamp(16.0, 235.0) as u8);
        }
    }
    luma
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pictures::bytes;

    #[test]
    fn live_pictures_move_and_have_all_planes() {
        let size = (66, 34);
        let frames = live(size);
        assert_eq!(frames.len(), PERIOD);
        assert!(frames.iter().all(|frame| frame.len() == bytes(size)));
        assert!(frames.windows(2).all(|pair| pair[0] != pair[1]));
    }
}
