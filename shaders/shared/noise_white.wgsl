// Noise that a coder left in some places only. In skipped and smoothed blocks little of it is
// left, and low quantiles of all sites tell of those. Where contrast, spatial and temporal
// variance of a site agree, it holds nothing but noise that was coded anew: such white sites give
// the level. Neither texture nor motion nor what coders do to clean pictures looks like that.
// The shader that includes this has the model.

// Fewer white sites are chance, more are proof.
const FEW_WHITE: f32 = 3.0;
const MANY_WHITE: f32 = 8.0;
// A picture with so many needs no memory of those before.
const ENOUGH_WHITE: f32 = 16.0;
// Without a picture before texture may look white now and then: so many sites count as one, and
// noise that is found everywhere may read stronger in them.
const FIRST_WHITE: f32 = 16.0;
const FIRST_EXCESS: vec2f = vec2f(1.7, 2.3);
// Share of a picture with few white sites in the memory: coders leave noise in every few pictures.
const WHITE_PACE: f32 = 0.4;
// White sites count where their variance exceeds that of all sites so many times.
const WHITE_EXCESS: vec2f = vec2f(1.2, 1.5);
const STEPS: f32 = 32.0;

// Of Y, U and V: white sites, and the sum of their variances.
var<workgroup> white_counts: array<atomic<u32>, 3>;
var<workgroup> white_variances: array<atomic<u32>, 3>;

fn clear_white(index: u32) {
    if (index < 3u) {
        atomicStore(&white_counts[index], 0u);
        atomicStore(&white_variances[index], 0u);
    }
}

// Temporal variances count, in the first picture spatial ones.
fn count_white(plane: u32, site: vec4f, first: bool) {
    if ((u32(site.w) & SITE_WHITE) != 0u) {
        atomicAdd(&white_counts[plane], 1u);
        let variance = exp2(select(site.y, site.x, first));
        atomicAdd(&white_variances[plane], u32(min(variance * STEPS, 5e5)));
    }
}

// White sites of a plane with those of the pictures before: their number, up to ENOUGH_WHITE, and
// the same times their mean variance. Where there were many and none is left, that noise has gone.
fn white_memory(plane: u32, first: bool) -> vec2f {
    let count = f32(atomicLoad(&white_counts[plane]));
    let mean = f32(atomicLoad(&white_variances[plane])) / STEPS / max(count, 1.0);
    let sites = min(count / select(1.0, FIRST_WHITE, first), ENOUGH_WHITE);
    let kept = vec2f(model.white_sites[plane], model.white_sums[plane]);
    let known = select(kept, vec2f(0.0), count == 0.0 && kept.x >= MANY_WHITE);
    let pace = select(max(sites / ENOUGH_WHITE, WHITE_PACE), 1.0, first);
    return mix(known, sites * vec2f(1.0, mean), pace);
}

fn remember_white(plane: u32, memory: vec2f) {
    model.white_sites[plane] = memory.x;
    model.white_sums[plane] = memory.y;
}

// Least standard deviation by the white sites, and how much it is to be believed where all sites
// give `variance`.
fn white_deviation(memory: vec2f, variance: f32, first: bool) -> vec2f {
    let white = memory.y / max(memory.x, 1e-3);
    let proof = (memory.x - FEW_WHITE) / (MANY_WHITE - FEW_WHITE);
    let bounds = select(WHITE_EXCESS, FIRST_EXCESS, first);
    let excess = (white / max(variance, 1e-6) - bounds.x) / (bounds.y - bounds.x);
    return vec2f(sqrt(white), clamp(proof, 0.0, 1.0) * clamp(excess, 0.0, 1.0));
}

fn lift(deviation: f32, white: vec2f) -> f32 {
    return mix(deviation, max(deviation, white.x), white.y);
}
