//! What stands where, and when.

use super::noise::{Random, add, to_byte};
use super::texture::{Colour, Texture, grass, leaves, mix, rough, value_noise};

/// Width of the clip in pixels.
pub const WIDTH: usize = 640;
/// Height of the clip in pixels.
pub const HEIGHT: usize = 360;

/// The surfaces, ready to be looked at.
pub struct Scene {
    leaves: Texture,
    grass: Texture,
}

/// Where the head is and how wide it is.
struct Head {
    x: f32,
    y: f32,
    radius: f32,
}

impl Scene {
    /// Paints the surfaces.
    pub fn new() -> Self {
        Self {
            leaves: leaves(1024, 256, 7),
            grass: grass(1024, 128, 3),
        }
    }

    /// A frame as a sensor would deliver it: three planes, the colours at half size.
    pub fn noisy(&self, number: u64) -> Vec<u8> {
        let [luma, u, v] = self.planes(number);
        let mut random = Random::new(1000 + number);
        let mut frame = Vec::with_capacity(WIDTH * HEIGHT * 3 / 2);
        // Photons: the variance grows with the light. Dark places keep the sensor's own noise.
        add(
            &luma,
            &mut random,
            |v| (9.0 + 0.9 * v.max(0.0)).sqrt(),
            &mut frame,
        );
        add(&u, &mut random, |_| 6.0, &mut frame);
        add(&v, &mut random, |_| 6.0, &mut frame);
        frame
    }

    /// The luma of the same frame without noise.
    pub fn clean_luma(&self, number: u64) -> Vec<u8> {
        let [luma, ..] = self.planes(number);
        luma.into_iter().map(to_byte).collect()
    }

    fn planes(&self, number: u64) -> [Vec<f32>; 3] {
        let time = number as f32;
        let moment = Moment::new(time);
        let pixel = |i: usize| self.pixel(i % WIDTH, i / WIDTH, &moment);
        let full: Vec<Colour> = (0..WIDTH * HEIGHT).map(pixel).collect();
        let luma = full.iter().map(|colour| colour[0]).collect();
        [luma, half(&full, 1), half(&full, 2)]
    }

    /// From the front to the back, until nothing more shows through.
    fn pixel(&self, column: usize, row: usize, moment: &Moment) -> Colour {
        let (x, y, time) = (column as f32, row as f32, moment.time);
        let (ridge, meadow) = moment.outlines[column];
        let cover = (y - meadow + 0.5).clamp(0.0, 1.0);
        let sway = 2.5 * moment.sway[column] * (HEIGHT as f32 - y) / 80.0;
        let near = || {
            self.grass
                .at(x + 3.1 * time + sway, y - HEIGHT as f32 + 126.0)
        };
        if cover == 1.0 {
            return near();
        }
        let far = (y - ridge + 0.5).clamp(0.0, 1.0);
        let mut colour = match far {
            1.0 => self.leaves.at(x + 1.3 * time, y),
            0.0 => wall(x + 0.4 * time, y),
            _ => mix(
                &wall(x + 0.4 * time, y),
                &self.leaves.at(x + 1.3 * time, y),
                far,
            ),
        };
        if let Some((skin, share)) = moment.head.pixel(x, y) {
            colour = mix(&colour, &skin, share);
        }
        if cover > 0.0 {
            mix(&colour, &near(), cover)
        } else {
            colour
        }
    }
}

/// What is the same for all pixels of a frame or of a column.
struct Moment {
    time: f32,
    head: Head,
    /// Upper edges of the leaves and of the grass.
    outlines: Vec<(f32, f32)>,
    sway: Vec<f32>,
}

impl Moment {
    fn new(time: f32) -> Self {
        let outline = |column: usize| {
            let x = column as f32;
            let ridge = 205.0 - 55.0 * value_noise((x + 1.3 * time) * 0.008, 0.5, 5);
            let meadow = 285.0 - 25.0 * value_noise((x + 3.1 * time) * 0.012, 2.5, 6);
            (ridge, meadow)
        };
        let sway = |column: usize| (time * 0.15 + column as f32 * 0.01).sin();
        Self {
            time,
            head: Head {
                x: 130.0 + 2.6 * time,
                y: 150.0 - 60.0 * (time * 0.06).sin().abs(),
                radius: 62.0,
            },
            outlines: (0..WIDTH).map(outline).collect(),
            sway: (0..WIDTH).map(sway).collect(),
        }
    }
}

/// Flat, with light that falls off: where banding and leftover noise show first.
fn wall(x: f32, y: f32) -> Colour {
    let light = 175.0 - 0.11 * x - 0.16 * y;
    let frame = ((x - 420.0).abs() - 52.0).max((y - 80.0).abs() - 38.0);
    let picture = [70.0 + 0.5 * (y - 42.0), 140.0, 118.0];
    mix(
        &picture,
        &[light, 122.0, 131.0],
        (frame + 0.5).clamp(0.0, 1.0),
    )
}

impl Head {
    /// Skin and how much of the pixel it covers.
    fn pixel(&self, x: f32, y: f32) -> Option<(Colour, f32)> {
        let (dx, dy) = (
            (x - self.x) / self.radius,
            (y - self.y) / (self.radius * 1.25),
        );
        let distance = (dx * dx + dy * dy).sqrt();
        let cover = ((1.0 - distance) * self.radius + 0.5).clamp(0.0, 1.0);
        if cover <= 0.0 {
            return None;
        }
        let depth = (1.0 - distance * distance).max(0.0).sqrt();
        let light = (-0.5 * dx - 0.45 * dy + 0.74 * depth).max(0.0);
        let pores = 7.0 * rough(dx * 22.0, dy * 26.0, 11);
        let skin = [52.0 + 128.0 * light + pores, 112.0, 150.0 - 6.0 * light];
        Some((self.features(skin, dx, dy), cover))
    }

    fn features(&self, skin: Colour, dx: f32, dy: f32) -> Colour {
        let spot = |x: f32, y: f32, w: f32, h: f32| {
            let distance = (((dx - x) / w).powi(2) + ((dy - y) / h).powi(2)).sqrt();
            ((1.0 - distance) * w.min(h) * self.radius + 0.5).clamp(0.0, 1.0)
        };
        let hair = (rough(dx * 30.0, dy * 6.0, 17) * 40.0 + 48.0).max(20.0);
        let mut colour = mix(&skin, &[hair, 122.0, 134.0], spot(0.12, -1.0, 1.1, 0.55));
        for side in [-0.34, 0.34] {
            colour = mix(
                &colour,
                &[196.0, 126.0, 129.0],
                spot(side, -0.1, 0.17, 0.09),
            );
            colour = mix(
                &colour,
                &[32.0, 132.0, 126.0],
                spot(side, -0.1, 0.075, 0.075),
            );
        }
        mix(&colour, &[82.0, 116.0, 160.0], spot(0.0, 0.48, 0.27, 0.07))
    }
}

/// One colour at half the width and height.
fn half(full: &[Colour], channel: usize) -> Vec<f32> {
    let (width, height) = (WIDTH / 2, HEIGHT / 2);
    let mean = |index: usize| {
        let corner = 2 * (index / width) * WIDTH + 2 * (index % width);
        let block = [corner, corner + 1, corner + WIDTH, corner + WIDTH + 1];
        block.iter().map(|i| full[*i][channel]).sum::<f32>() / 4.0
    };
    (0..width * height).map(mean).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_noise_is_as_strong_as_the_model_says() {
        let scene = Scene::new();
        let (clean, noisy) = (scene.clean_luma(3), scene.noisy(3));
        let pairs = || {
            clean
                .iter()
                .zip(&noisy)
                .filter(|(c, _)| (100..120).contains(*c))
        };
        let squares = pairs().map(|(c, n)| (f64::from(*n) - f64::from(*c)).powi(2));
        let variance = squares.sum::<f64>() / pairs().count() as f64;
        assert!((variance - 108.0).abs() < 5.0, "variance {variance}");
    }

    #[test]
    fn the_clip_moves_and_repeats_exactly() {
        let scene = Scene::new();
        assert_eq!(scene.noisy(5), scene.noisy(5));
        assert_ne!(scene.clean_luma(5), scene.clean_luma(6));
        assert_eq!(scene.noisy(0).len(), WIDTH * HEIGHT * 3 / 2);
    }
}
