//! Grain: noise made from the number of a frame.

/// PCG hash of 32 bits.
fn hash(value: u32) -> u32 {
    let state = value.wrapping_mul(747_796_405).wrapping_add(2_891_336_453);
    let word = ((state >> ((state >> 28) + 4)) ^ state).wrapping_mul(277_803_737);
    (word >> 22) ^ word
}

/// White noise with a deviation of 1: four bytes of the hash, summed.
fn white(frame: u32, x: i32, y: i32, component: u32) -> f64 {
    let place = (y.rem_euclid(128) * 128 + x.rem_euclid(128)) as u32;
    let seed = hash(frame).wrapping_add(place);
    let bits = hash(seed.wrapping_add(component << 16));
    let sum: f64 = bits.to_le_bytes().into_iter().map(f64::from).sum();
    (sum - 510.0) / 147.8
}

/// Weight of neighbours, in each direction, that makes them so alike: 2a / (1 + 2a^2) = correlation.
fn beside(correlation: f64) -> f64 {
    let r = correlation.max(1e-3);
    (1.0 - (1.0 - 2.0 * r * r).max(0.0).sqrt()) / (2.0 * r)
}

/// A sample of the field of 128x128 in 8-bit codes, for a plate with noise of this deviation and correlation.
/// Below half a code a plate is clean; more than 20 codes may be texture, more than 30 are.
pub fn field(frame: u32, x: i32, y: i32, component: u32, [deviation, alike]: [f64; 2]) -> f64 {
    let a = beside(alike);
    let mut sum = 0.0;
    for (dy, v) in [(-1, a), (0, 1.0), (1, a)] {
        for (dx, h) in [(-1, a), (0, 1.0), (1, a)] {
            sum += h * v * white(frame, x + dx, y + dy, component);
        }
    }
    let is_noise = ((30.0 - deviation) / 10.0).clamp(0.0, 1.0);
    let strength = is_noise * ((deviation - 0.5) / 0.25).clamp(0.0, 1.0);
    strength * deviation * sum / (1.0 + 2.0 * a * a)
}

/// The place in the field for a sample of a plane: squares of 32 are taken from different places.
pub fn place(frame: u32, x: usize, y: usize) -> [i32; 2] {
    let corner = hash(frame ^ (x as u32 >> 5) ^ ((y as u32 >> 5) << 16));
    let [right, down, ..] = corner.to_le_bytes();
    [x as i32 + i32::from(right), y as i32 + i32::from(down)]
}
