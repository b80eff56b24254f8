// Noise level of compressed video. Codecs remove most noise in skipped and smoothed blocks, so low quantiles
// over all sites are too low. Where contrast, spatial and temporal variance of a site agree, the site
// contains only newly coded noise. Such white sites give the level. Texture, motion and codecs' processing
// of clean pictures do not produce them. The shader that includes this binds the noise model as `model`.

// Confidence rises from FEW_WHITE sites in a picture, which can be chance, to MANY_WHITE.
const FEW_WHITE: f32 = 1.5;
const MANY_WHITE: f32 = 3.5;
// A picture with this many white sites is used alone, without earlier pictures.
const ENOUGH_WHITE: f32 = 16.0;
// Mean number of white sites from which on pictures usually had enough.
const STEADY_WHITE: f32 = 12.0;
// Weight of a picture in the mean number of white sites: codecs leave noise only in some pictures. The first
// picture with white sites weighs more, but not enough to count as many.
const WHITE_PACE: f32 = 0.15;
const START_PACE: f32 = 0.7;
// Without a previous picture, texture sometimes looks white: this many sites then count as one, and a larger
// excess is needed.
const FIRST_WHITE: f32 = 64.0;
const FIRST_EXCESS: vec2f = vec2f(1.7, 2.3);
// White sites are used if their variance exceeds that of all sites by this factor: confidence rises from the
// first to the second.
const WHITE_EXCESS: vec2f = vec2f(1.2, 1.5);
const STEPS: f32 = 32.0;

// For Y, U and V: number of white sites, and sum of their variances.
var<workgroup> white_counts: array<atomic<u32>, 3>;
var<workgroup> white_variances: array<atomic<u32>, 3>;

fn clear_white(index: u32) {
    if (index < 3u) {
        atomicStore(&white_counts[index], 0u);
        atomicStore(&white_variances[index], 0u);
    }
}

// Adds a site's temporal variance; its spatial one in the first picture.
fn count_white(plane: u32, site: vec4f, first: bool) {
    if ((u32(site.w) & SITE_WHITE) != 0u) {
        atomicAdd(&white_counts[plane], 1u);
        let variance = exp2(select(site.y, site.x, first));
        atomicAdd(&white_variances[plane], u32(min(variance * STEPS, 5e5)));
    }
}

// White sites of a plane, smoothed over pictures: their mean number, limited to ENOUGH_WHITE (x), and their
// variance (y). If all earlier pictures had enough and this one has none, the noise has ended and the memory
// is cleared.
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

// Minimum standard deviation by the white sites (x), and the confidence in it (y) if all sites together give
// `variance`.
fn white_deviation(memory: vec2f, variance: f32, first: bool) -> vec2f {
    let proof = (memory.x - FEW_WHITE) / (MANY_WHITE - FEW_WHITE);
    let bounds = select(WHITE_EXCESS, FIRST_EXCESS, first);
    let excess = (memory.y / max(variance, 1e-6) - bounds.x) / (bounds.y - bounds.x);
    return vec2f(sqrt(memory.y), clamp(proof, 0.0, 1.0) * clamp(excess, 0.0, 1.0));
}

fn lift(deviation: f32, white: vec2f) -> f32 {
    return mix(deviation, max(deviation, white.x), white.y);
}
