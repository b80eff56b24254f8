// Shrinkage of an 8x8 block's coefficients by trained curves: what all such shaders share.

struct ShrinkParams {
    parts: Parts,
    // Factors on the threshold.
    luma_gain: f32,
    chroma_gain: f32,
}

var<immediate> params: ShrinkParams;

// The component of this invocation.
var<private> part: Part;

fn part_gain() -> f32 {
    return select(params.chroma_gain, params.luma_gain, part.component == 0u);
}

// Gain of DCT coefficients by their energy, in squares of the threshold: near 1 where it is high, falling
// to a floor where it is what quantization leaves. `half` is the energy of half the gain, `low` the
// floor; those of codecs that smooth their blocks come before those of codecs that do not.
fn curve(energy: vec4f, low: vec4f, low_blocked: vec4f, half: vec4f, half_blocked: vec4f, blocked: f32) -> vec4f {
    let middle = mix(half, half_blocked, blocked);
    return (energy + mix(low, low_blocked, blocked) * middle) / (energy + middle);
}
