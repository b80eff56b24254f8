// Noise that a coder left in some places only. In skipped and smoothed blocks little of it is
// left, and low quantiles of all sites tell of those. Where contrast, spatial and temporal
// variance of a site agree, it holds nothing but noise that was coded anew: such white sites give
// the level. Neither texture nor motion nor what coders do to clean pictures looks like that.
// The shader that includes this has the model.

// Fewer white sites in a picture are chance, more are proof.
const FEW_WHITE: f32 = 1.5;
const MANY_WHITE: f32 = 3.5;
// A picture with so many needs no memory of those before.
const ENOUGH_WHITE: f32 = 16.0;
// Pictures mostly had enough.
const STEADY_WHITE: f32 = 12.0;
// Share of a picture in the mean number: coders leave noise in one picture of a few. The first
// such picture tells more, but does not make many yet.
const WHITE_PACE: f32 = 0.15;
const START_PACE: f32 = 0.7;
// Without a picture before texture may look white now and then: so many sites count as one, and
// noise that is found everywhere may read stronger in them.
const FIRST_WHITE: f32 = 64.0;
const FIRST_EXCESS: vec2f = vec2f(1.7, 2.3);
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

// White sites of a plane with those of the pictures before: their mean number, counted up to
// ENOUGH_WHITE, and their variance. Where all pictures had enough and none is left, that noise
// has gone.
fn white_memory(plane: u32, first: bool) -> vec2f {
    let count = f32(atomicLoad(&white_counts[plane]));
    let variance = f32(atomicLoad(&white_variances[plane])) / STEPS / max(count, 1.0);
    let sites = min(count / select(1.0, FIRST_WHITE, first), ENOUGH_WHITE);
    if (first) {
        return vec2f(sites, variance);
    }
    let gone = count == 0.0 && model.white_sites[plane] >= STEADY_WHITE;
    let known = select(model.white_sites[plane], 0.0, gone);
    let share = max(sites / ENOUGH_WHITE, sites / max(sites + known, 1.0));
    return vec2f(
        mix(known, sites, select(WHITE_PACE, START_PACE, known == 0.0)),
        mix(model.white_variances[plane], variance, share),
    );
}

fn remember_white(plane: u32, memory: vec2f) {
    model.white_sites[plane] = memory.x;
    model.white_variances[plane] = memory.y;
}

// Least standard deviation by the white sites, and how much it is to be believed where all sites
// give `variance`.
fn white_deviation(memory: vec2f, variance: f32, first: bool) -> vec2f {
    let proof = (memory.x - FEW_WHITE) / (MANY_WHITE - FEW_WHITE);
    let bounds = select(WHITE_EXCESS, FIRST_EXCESS, first);
    let excess = (memory.y / max(variance, 1e-6) - bounds.x) / (bounds.y - bounds.x);
    return vec2f(sqrt(memory.y), clamp(proof, 0.0, 1.0) * clamp(excess, 0.0, 1.0));
}

fn lift(deviation: f32, white: vec2f) -> f32 {
    return mix(deviation, max(deviation, white.x), white.y);
}
