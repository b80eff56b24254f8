// Grain: random numbers that are the same on every adapter, and how strong they are.

// Side of the field of grain, which is repeated in parts of this side, each from another place of it.
const FIELD: i32 = 128;
const PART_LOG2: u32 = 5u;
// Deviations in 8-bit codes up to which a plate counts as clean, and from which on all of its grain is matched.
const CLEAN: f32 = 0.5;
const GRAINY: f32 = 0.75;
// Deviations from which on, and up to which, it may rather be texture in motion.
const LOUD: f32 = 20.0;
const TOO_LOUD: f32 = 30.0;

// O'Neill's PCG hash.
fn hash(value: u32) -> u32 {
    let state = value * 747796405u + 2891336453u;
    let word = ((state >> ((state >> 28u) + 4u)) ^ state) * 277803737u;
    return (word >> 22u) ^ word;
}

// Deviation of the grain to add for a plate whose noise has this deviation.
fn grain_of(deviation: f32) -> f32 {
    let is_noise = clamp((TOO_LOUD - deviation) / (TOO_LOUD - LOUD), 0.0, 1.0);
    return is_noise * deviation * clamp((deviation - CLEAN) / (GRAINY - CLEAN), 0.0, 1.0);
}
