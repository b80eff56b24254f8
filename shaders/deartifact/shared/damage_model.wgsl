// Estimated damage of a picture, written by deartifact/damage_grid and deartifact/damage_model and read by
// the repairs.

struct DamageModel {
    // Pictures analysed since the start.
    pictures: f32,
    // Estimated quantizer (QP) on H.264's scale, smoothed over time.
    estimate: f32,
    // Mean step height at the block grid minus that elsewhere, in 8-bit code values.
    blockiness: f32,
    // RMS of what lies below the threshold in blocks with edges, in 8-bit code values.
    ringing: f32,
    // Index of the grid in the list of candidates, its period and its first boundary in pixels, for both
    // axes.
    grid_x: f32,
    period_x: f32,
    offset_x: f32,
    grid_y: f32,
    period_y: f32,
    offset_y: f32,
    // Largest coefficient that may be damage, in units of an orthonormal DCT of 8-bit code values.
    threshold: f32,
    // Half the largest step that deblocking levels, in 8-bit code values.
    deblock: f32,
    // Largest step that counts as banding, in 8-bit code values.
    deband: f32,
    // The quantizer in use: the estimate, or the user's.
    quantizer: f32,
    // Estimated share of full repair that the picture needs, 0 (clean) to 1.
    share: f32,
    // `share` times the user's strength.
    wanted: f32,
    // 0 if the codec has a deblocking filter (H.264 and later), 1 if the block grid is clearly visible.
    blocked: f32,
    // The share that the damage alone asks for, smoothed over time.
    paced: f32,
    // How far to believe in damage: 0 for clean structures that look like it, 1 for coded pictures.
    believed: f32,
}

// log2 of the best threshold for a quantizer, as a line; from training together with the curves.
const LEVEL_AT_32: f32 = 3.215;
const LEVEL_SLOPE: f32 = 0.06719;

fn level_at(quantizer: f32) -> f32 {
    return LEVEL_AT_32 + LEVEL_SLOPE * (quantizer - 32.0);
}
