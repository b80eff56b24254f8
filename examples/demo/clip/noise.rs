//! Random numbers that are the same in each run.

/// A small generator (SplitMix64).
pub struct Random(u64);

impl Random {
    /// Starts a sequence of its own for each seed.
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5851_f42d_4c95_7f2d)
    }

    /// Even between 0 and 1, without 1.
    pub fn unit(&mut self) -> f32 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) >> 40) as f32 / (1u64 << 24) as f32
    }

    /// Two independent numbers of a normal distribution (Box and Muller).
    pub fn normal(&mut self) -> [f32; 2] {
        let radius = (-2.0 * (1.0 - self.unit()).ln()).sqrt();
        let (sin, cos) = (std::f32::consts::TAU * self.unit()).sin_cos();
        [radius * cos, radius * sin]
    }
}

/// Adds noise of a plane's own strength at each brightness and rounds to bytes.
pub fn add(plane: &[f32], random: &mut Random, sigma: impl Fn(f32) -> f32, out: &mut Vec<u8>) {
    for pair in plane.chunks(2) {
        let noise = random.normal();
        let noisy = pair.iter().zip(noise).map(|(v, n)| v + n * sigma(*v));
        out.extend(noisy.map(to_byte));
    }
}

/// Rounds to the nearest byte.
pub fn to_byte(value: f32) -> u8 {
    value.round().clamp(0.0, 255.0) as u8
}
