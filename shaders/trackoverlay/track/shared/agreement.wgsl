// Measures whether a part of the template agrees with the frame, independent of the light.

// Variance of the template at which a part has half weight, in squared code values.
const AGREE_TEXTURE: f32 = 40.0;
// Range of correlation that maps to agreement 0 to 1.
const AGREE_LEAST: f32 = 0.4;
const AGREE_MOST: f32 = 0.7;

// Range of the explained share of the frame's variance that maps to agreement 0 to 1. Correlation alone can
// be chance, because the light is fitted too.
const EXPLAINED_LEAST: f32 = 0.3;
const EXPLAINED_MOST: f32 = 0.6;

// Weight of a part (x), and its weighted agreement (y). `energy` is the mean squared residual.
fn vote(fit: vec3f, trust: f32, gain: f32, energy: f32) -> vec2f {
    let weight = fit.z * trust * fit.y / (fit.y + AGREE_TEXTURE);
    let predicted = gain * gain * fit.y;
    let explained = predicted / max(predicted + max(energy, 0.0), 1e-6);
    let alike = clamp((fit.x - AGREE_LEAST) / (AGREE_MOST - AGREE_LEAST), 0.0, 1.0);
    return vec2f(weight, weight * alike
        * clamp((explained - EXPLAINED_LEAST) / (EXPLAINED_MOST - EXPLAINED_LEAST), 0.0, 1.0));
}

// Share of the variance of a part with this texture that stands out of noise of this deviation.
fn clarity_of(texture: f32, gain: f32, noise: f32) -> f32 {
    let predicted = gain * gain * texture;
    return predicted / max(predicted + noise * noise, 1e-6);
}
