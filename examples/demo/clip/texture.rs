//! Surfaces for the clip: brightness and two colours for each pixel, repeating at their edges.

use super::noise::Random;

/// Luma and the two colour differences, centred on 128.
pub type Colour = [f32; 3];

/// A picture to slide past the camera.
pub struct Texture {
    width: usize,
    height: usize,
    pixels: Vec<Colour>,
}

impl Texture {
    fn new(width: usize, height: usize, pixel: impl FnMut(usize) -> Colour) -> Self {
        Self {
            width,
            height,
            pixels: (0..width * height).map(pixel).collect(),
        }
    }

    /// Sets a pixel; the sides continue into each other, above and below nothing is set.
    fn put(&mut self, x: i32, y: i32, colour: &Colour) {
        let column = x.rem_euclid(self.width as i32) as usize;
        if let Some(row) = usize::try_from(y).ok().filter(|row| *row < self.height) {
            self.pixels[row * self.width + column] = *colour;
        }
    }

    /// The colour between pixels.
    pub fn at(&self, x: f32, y: f32) -> Colour {
        let (left, top) = (x.floor(), y.floor());
        let (fx, fy) = (x - left, y - top);
        let wrap = |value: f32, size: usize| (value as i64).rem_euclid(size as i64) as usize;
        let (x0, x1) = (wrap(left, self.width), wrap(left + 1.0, self.width));
        let (y0, y1) = (wrap(top, self.height), wrap(top + 1.0, self.height));
        let pixel = |x: usize, y: usize| &self.pixels[y * self.width + x];
        let upper = mix(pixel(x0, y0), pixel(x1, y0), fx);
        let lower = mix(pixel(x0, y1), pixel(x1, y1), fx);
        mix(&upper, &lower, fy)
    }
}

/// From one colour to another.
pub fn mix(a: &Colour, b: &Colour, share: f32) -> Colour {
    [0, 1, 2].map(|i| a[i] + (b[i] - a[i]) * share)
}

/// Smooth random values between 0 and 1, one lattice point to a unit.
pub fn value_noise(x: f32, y: f32, seed: u32) -> f32 {
    let (left, top) = (x.floor(), y.floor());
    let ease = |t: f32| t * t * (3.0 - 2.0 * t);
    let (fx, fy) = (ease(x - left), ease(y - top));
    let corner = |dx: i32, dy: i32| lattice(left as i32 + dx, top as i32 + dy, seed);
    let upper = corner(0, 0) + (corner(1, 0) - corner(0, 0)) * fx;
    let lower = corner(0, 1) + (corner(1, 1) - corner(0, 1)) * fx;
    upper + (lower - upper) * fy
}

fn lattice(x: i32, y: i32, seed: u32) -> f32 {
    let mut hash = (x as u32).wrapping_mul(0x8da6_b343) ^ (y as u32).wrapping_mul(0xd816_3841);
    hash = (hash ^ seed).wrapping_mul(0xcb1a_b31f);
    hash = (hash ^ (hash >> 15)).wrapping_mul(0x2c1b_3c6d);
    (hash ^ (hash >> 13)) as f32 / u32::MAX as f32
}

/// Several sizes of smooth random values on top of one another, about 0.
pub fn rough(x: f32, y: f32, seed: u32) -> f32 {
    let octave = |i: u32| {
        let scale = (1u32 << i) as f32;
        (value_noise(x * scale, y * scale, seed + i) - 0.5) / scale
    };
    (0..4).map(octave).sum()
}

/// Leaf shapes that hide one another, with the mix of sizes found in nature.
pub fn leaves(width: usize, height: usize, seed: u64) -> Texture {
    let mut random = Random::new(seed);
    let mut texture = Texture::new(width, height, |_| [-1.0; 3]);
    for _ in 0..20_000 {
        // Sizes follow the inverse cube, as in photographs.
        let radius = 3.0 / (1.0 - 0.985 * random.unit()).sqrt();
        let luma = 38.0 + 110.0 * random.unit() * random.unit();
        let warm = random.unit() * random.unit();
        let leaf = Leaf {
            centre: [random.unit() * width as f32, random.unit() * height as f32],
            radius,
            angle: random.unit() * std::f32::consts::TAU,
            colour: [luma, 112.0 - 10.0 * warm, 114.0 + 26.0 * warm],
        };
        leaf.paint(&mut texture);
    }
    // The gaps between leaves are dark.
    let gaps = texture.pixels.iter_mut().filter(|pixel| pixel[0] < 0.0);
    gaps.for_each(|pixel| *pixel = [28.0, 122.0, 124.0]);
    soften(&texture)
}

struct Leaf {
    centre: [f32; 2],
    radius: f32,
    angle: f32,
    colour: Colour,
}

impl Leaf {
    /// Paints what earlier leaves have left free, with a middle rib and rough shading.
    fn paint(&self, texture: &mut Texture) {
        let reach = self.radius.ceil() as i32;
        let (sin, cos) = self.angle.sin_cos();
        for (dx, dy) in (-reach..=reach).flat_map(|y| (-reach..=reach).map(move |x| (x, y))) {
            let (fx, fy) = (dx as f32 / self.radius, dy as f32 / self.radius);
            let (along, across) = (fx * cos + fy * sin, fy * cos - fx * sin);
            // Pointed at both ends.
            if across.abs() > 0.55 * (1.0 - along * along) {
                continue;
            }
            let (x, y) = (self.centre[0] as i32 + dx, self.centre[1] as i32 + dy);
            let column = x.rem_euclid(texture.width as i32) as usize;
            let row = y.rem_euclid(texture.height as i32) as usize;
            let pixel = &mut texture.pixels[row * texture.width + column];
            if pixel[0] < 0.0 {
                let rib = if across.abs() * self.radius < 0.6 {
                    14.0
                } else {
                    0.0
                };
                let grain = 20.0 * rough(x as f32 * 0.3, y as f32 * 0.3, self.angle.to_bits());
                let luma = self.colour[0] + rib + grain - 16.0 * across;
                *pixel = [luma, self.colour[1], self.colour[2]];
            }
        }
    }
}

/// Blades that stand nearly upright, the nearer ones in front.
pub fn grass(width: usize, height: usize, seed: u64) -> Texture {
    const BLADES: usize = 16_000;
    let mut random = Random::new(seed);
    let mut texture = Texture::new(width, height, |_| [40.0, 116.0, 118.0]);
    for blade in 0..BLADES {
        let foot = [
            random.unit() * width as f32,
            blade as f32 / BLADES as f32 * (height as f32 + 40.0),
        ];
        let lean = 0.9 * (random.unit() - 0.5);
        let length = 16.0 + 26.0 * random.unit();
        let light = 60.0 + 75.0 * random.unit();
        let yellow = random.unit();
        for step in 0..length as i32 {
            let share = step as f32 / length;
            let x = foot[0] + lean * step as f32 * (0.4 + share);
            let colour = [
                light * (0.5 + 0.7 * share),
                104.0 - 4.0 * yellow,
                108.0 + 14.0 * yellow,
            ];
            let thick = if share < 0.6 { 2 } else { 1 };
            for side in 0..thick {
                texture.put(x as i32 + side, foot[1] as i32 - step, &colour);
            }
        }
    }
    soften(&texture)
}

/// What a lens does: no edge is sharper than a pixel.
fn soften(texture: &Texture) -> Texture {
    let offset = |index: usize, dx: f32, dy: f32| {
        let (x, y) = (index % texture.width, index / texture.width);
        texture.at(x as f32 + dx, y as f32 + dy)
    };
    Texture::new(texture.width, texture.height, |index| {
        let left = mix(&offset(index, -0.5, -0.5), &offset(index, -0.5, 0.5), 0.5);
        let right = mix(&offset(index, 0.5, -0.5), &offset(index, 0.5, 0.5), 0.5);
        mix(&left, &right, 0.5)
    })
}
