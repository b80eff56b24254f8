// Shrinkage of an 8x8 block's coefficients by trained curves: the part that all such shaders share.

struct ShrinkParams {
    parts: Parts,
    // Factors on the threshold.
    luma_gain: f32,
    chroma_gain: f32,
}

var<immediate> params: ShrinkParams;

// Component of this invocation.
var<private> part: Part;

fn part_gain() -> f32 {
    return select(params.chroma_gain, params.luma_gain, part.component == 0u);
}

// Gain of DCT coefficients by their energy, in squares of the threshold: near 1 at high energies, falling to
// a floor at energies that quantization leaves. `half` is the energy at which the gain is halfway, `low` the
// floor. Of each there are two: for codecs with a deblocking filter, and (`_blocked`) for codecs without.
fn curve(energy: vec4f, low: vec4f, low_blocked: vec4f, half: vec4f, half_blocked: vec4f, blocked: f32) -> vec4f {
    let middle = mix(half, half_blocked, blocked);
    return (energy + mix(low, low_blocked, blocked) * middle) / (energy + middle);
}
