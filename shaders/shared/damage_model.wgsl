// What is known of a picture's damage: made by deartifact/damage_model, read by the repairs.

struct DamageModel {
    // Pictures seen since the start.
    pictures: f32,
    // Logarithm to base 2 of the threshold that the picture asks for, smoothed over time.
    level: f32,
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
    // Coefficients up to this are taken for damage, in orthonormal units of 8-bit code values.
    threshold: f32,
    // Steps at the grid up to twice this are levelled.
    deblock: f32,
    // Steps up to this are bands.
    deband: f32,
    // On the scale of H.264.
    quantizer: f32,
    // Share of the threshold that is used: 0 where the picture seems clean.
    share: f32,
    unused: f32,
}
