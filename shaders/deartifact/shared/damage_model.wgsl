// What is known of a picture's damage: made by deartifact/damage_grid and deartifact/damage_model,
// read by the repairs.

struct DamageModel {
    // Pictures seen since the start.
    pictures: f32,
    // Quantizer that the picture seems to have had, on the scale of H.264, smoothed over time.
    estimate: f32,
    // Mean height of steps at the block grid above that elsewhere, in 8-bit code values.
    blockiness: f32,
    // What of blocks with edges lies below the threshold, in 8-bit code values (RMS).
    ringing: f32,
    // Number of the grid in the list of candidates; then its period and first boundary.
    grid_x: f32,
    period_x: f32,
    offset_x: f32,
    grid_y: f32,
    period_y: f32,
    offset_y: f32,
    // Size of coefficients that may be damage, in orthonormal units of 8-bit code values.
    threshold: f32,
    // Steps at the grid up to twice this are levelled.
    deblock: f32,
    // Steps up to this are bands.
    deband: f32,
    // The estimate, or what the operator knows.
    quantizer: f32,
    // Share of the full repair that the picture needs: 0 where it seems clean.
    share: f32,
    // The same with what the operator wants of it.
    wanted: f32,
    // 0 where the codec smoothed its own blocks (H.264 and later), 1 where they are plainly seen.
    blocked: f32,
}

// The logarithm to base 2 of the threshold that serves pictures of a quantizer best, from training
// with the curves.
const LEVEL_AT_32: f32 = 3.215;
const LEVEL_SLOPE: f32 = 0.06719;

fn level_at(quantizer: f32) -> f32 {
    return LEVEL_AT_32 + LEVEL_SLOPE * (quantizer - 32.0);
}
