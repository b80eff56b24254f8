// How well a pose fits: correlation of 3x3 blocks of the quad with the frame, each for itself, so
// that what covers one of them does not spoil the others. Four poses at a time.

// Variance in the frame or the template below which there is nothing to compare, and that which
// counts half, in squared code values.
const FIT_NOISE: f32 = 4.0;
const FIT_TEXTURE: f32 = 30.0;

// Weighted sums over the samples of a block: weight; frame, template (`texture`), their squares and product;
// and samples in sight.
struct Sums {
    weight: vec4f,
    frame: vec4f,
    texture: vec4f,
    frame_squared: vec4f,
    texture_squared: vec4f,
    product: vec4f,
}

// Sums over blocks: weight, correlated weight, part in sight.
struct Fits {
    weight: vec4f,
    alike: vec4f,
    seen: vec4f,
}

fn with_sample(sums: Sums, w: vec4f, v: vec4f, t: f32) -> Sums {
    let wv = w * v;
    let wt = w * t;
    return Sums(sums.weight + w, sums.frame + wv, sums.texture + wt, sums.frame_squared + wv * v,
        sums.texture_squared + wt * t, sums.product + wv * t);
}

// `samples` is how many there are if all are in sight.
fn with_block(fits: Fits, sums: Sums, samples: f32) -> Fits {
    let is_enough = sums.weight >= vec4f(0.25 * samples);
    let part = 1.0 / max(sums.weight, vec4f(1e-3));
    let frame = sums.frame * part;
    let mean = sums.texture * part;
    let frames = max(sums.frame_squared * part - frame * frame, vec4f(0.0));
    let templates = max(sums.texture_squared * part - mean * mean, vec4f(0.0));
    let covariance = sums.product * part - frame * mean;
    let correlation = covariance * inverseSqrt((frames + FIT_NOISE) * (templates + FIT_NOISE));
    let telling = select(vec4f(0.0), sums.weight * templates / (templates + FIT_TEXTURE), is_enough);
    return Fits(fits.weight + telling, fits.alike + telling * max(correlation, vec4f(0.0)),
        fits.seen + sums.weight / samples);
}

// 0 to 1; -1 where too little is in sight.
fn score_of(fits: Fits) -> vec4f {
    let is_enough = fits.seen >= vec4f(9.0 * 0.25) & fits.weight > vec4f(0.0);
    return select(vec4f(-1.0), fits.alike / max(fits.weight, vec4f(1e-6)), is_enough);
}
