// Coarse noise: that of a scaled-up or blurred picture, of film, or what a coder has left of noise. Its
// details are too faint for the histograms, but where a site has nothing else, its contrast and its temporal
// variance agree. Moving texture looks alike in places; but beside it lie sites of less contrast, and noise
// leaves none. Nor does coarse noise leave white sites: where they are, texture moves under white noise.
// The shader that includes this binds the noise model as `model`, and includes
// denoise/shared/noise_white.

// Levels of variance: four to an octave, from 1/16 on.
const COARSE_LEVELS: u32 = 64u;
const COARSE_TO_AN_OCTAVE: f32 = 4.0;
const COARSE_LOWEST: f32 = -4.0;
// Coarse sites count together within so many levels to both sides of the level of the noise.
const COARSE_WIDTH: u32 = 3u;
// Its variance is the mean up to so many levels above: a coder leaves more in some places.
const COARSE_ABOVE: u32 = 6u;
// Sites of contrast so many levels below the noise, and white sites, speak against it, and count for so many. Of those
// below, coarse noise leaves at most 1 in 100; a path between leaves that move, 1 in 6.
const COARSE_BELOW: u32 = 5u;
const BELOW_AGAINST: f32 = 6.0;
const WHITE_AGAINST: f32 = 2.0;
// Share of the sites, less those against, from which on noise is believed in, and to which this rises.
const COARSE_SHARE: vec2f = vec2f(0.03, 0.08);
// Standard deviation of noise from which on it is worth it, likewise.
const COARSE_DEVIATION: vec2f = vec2f(1.15, 1.45);
// Share of sites without it from which on the noise has ended.
const COARSE_END: f32 = 0.25;
// Weight of a picture in what is remembered, and how sure this must be.
const COARSE_PACE: f32 = 0.2;
const COARSE_SURE: vec2f = vec2f(0.25, 0.6);
// Steps of correlation from one sample to the next.
const CORRELATION_STEPS: f32 = 32.0;

// For Y, U and V: coarse sites by temporal variance, all usable sites by contrast; correlations of coarse
// sites, horizontally and vertically, and the number of those.
var<workgroup> coarse_counts: array<atomic<u32>, 192>;
var<workgroup> contrast_counts: array<atomic<u32>, 192>;
var<workgroup> correlations: array<atomic<u32>, 9>;
// Sites at each level less those that speak against it.
var<workgroup> coarse_sites: array<f32, 64>;

fn clear_coarse(index: u32) {
    if (index < 3u * COARSE_LEVELS) {
        atomicStore(&coarse_counts[index], 0u);
        atomicStore(&contrast_counts[index], 0u);
    }
    if (index < 9u) {
        atomicStore(&correlations[index], 0u);
    }
}

fn count_coarse(plane: u32, site: vec4f) {
    let word = u32(site.w);
    let first = plane * COARSE_LEVELS;
    if ((word & SITE_DETAIL) != 0u) {
        atomicAdd(&contrast_counts[first + ((word >> 8u) & 63u)], 1u);
    }
    if ((word & SITE_COARSE) != 0u) {
        atomicAdd(&coarse_counts[first + coarse_level(site.y)], 1u);
        let known = model.coarse_variances[plane];
        if (known <= 0.0 || abs(site.y - log2(known)) < 2.0) {
            atomicAdd(&correlations[3u * plane], (word >> 14u) & 31u);
            atomicAdd(&correlations[3u * plane + 1u], (word >> 19u) & 31u);
            atomicAdd(&correlations[3u * plane + 2u], 1u);
        }
    }
}

// What a picture says: variance of coarse noise (x), and how sure it is (y). `usable` counts the sites.
struct Coarse {
    variance: f32,
    proof: f32,
    horizontal: f32,
    vertical: f32,
    // What was known has ended.
    ended: bool,
}

// Number of coarse sites around a level, less those that speak against it.
fn coarse_sites_at(plane: u32, level: u32) -> f32 {
    let first = plane * COARSE_LEVELS;
    var sites = 0u;
    for (var k = 0u; k <= 2u * COARSE_WIDTH; k++) {
        let i = level + k;
        if (i >= COARSE_WIDTH && i < COARSE_LEVELS + COARSE_WIDTH) {
            sites += atomicLoad(&coarse_counts[first + i - COARSE_WIDTH]);
        }
    }
    var below = 0u;
    for (var i = 0u; i < COARSE_LEVELS; i++) {
        if (i + COARSE_BELOW <= level) {
            below += atomicLoad(&contrast_counts[first + i]);
        }
    }
    return f32(sites) - BELOW_AGAINST * f32(below) - WHITE_AGAINST * f32(atomicLoad(&white_counts[plane]));
}

// Reads the counts of a plane. Uniform control flow only.
fn find_coarse(index: u32, plane: u32) {
    if (index < COARSE_LEVELS) {
        coarse_sites[index] = coarse_sites_at(plane, index);
    }
    workgroupBarrier();
}

// The finding; after find_coarse.
fn coarse_of_picture(plane: u32) -> Coarse {
    let first = plane * COARSE_LEVELS;
    var best = 0u;
    var usable = 0u;
    var below = 0u;
    let known = model.coarse_variances[plane];
    let level_known = coarse_level(log2(max(known, 1e-9)));
    for (var i = 0u; i < COARSE_LEVELS; i++) {
        best = select(best, i, coarse_sites[i] > coarse_sites[best]);
        let here = atomicLoad(&contrast_counts[first + i]);
        usable += here;
        below += select(0u, here, i + COARSE_BELOW <= level_known);
    }
    var sites = 0.0;
    var sum = 0.0;
    for (var i = 0u; i < COARSE_LEVELS; i++) {
        if (i + COARSE_WIDTH >= best && i <= best + COARSE_ABOVE) {
            let count = f32(atomicLoad(&coarse_counts[first + i]));
            sites += count;
            sum += count * exp2((f32(i) + 0.5) / COARSE_TO_AN_OCTAVE + COARSE_LOWEST);
        }
    }
    let variance = sum / max(sites, 1.0);
    let share = (coarse_sites[best] / f32(max(usable, 1u)) - COARSE_SHARE.x) / (COARSE_SHARE.y - COARSE_SHARE.x);
    let level = exp2(0.5 * ((f32(best) + 0.5) / COARSE_TO_AN_OCTAVE + COARSE_LOWEST));
    let worth = (level - COARSE_DEVIATION.x) / (COARSE_DEVIATION.y - COARSE_DEVIATION.x);
    let number = max(f32(atomicLoad(&correlations[3u * plane + 2u])), 1.0) * CORRELATION_STEPS;
    return Coarse(
        variance,
        clamp(share, 0.0, 1.0) * clamp(worth, 0.0, 1.0),
        f32(atomicLoad(&correlations[3u * plane])) / number,
        f32(atomicLoad(&correlations[3u * plane + 1u])) / number,
        f32(below) > COARSE_END * f32(usable),
    );
}

// The memory after a picture. `fresh` says that there was none.
fn coarse_memory(plane: u32, now: Coarse, fresh: bool) -> Coarse {
    if (now.proof <= 0.0 && now.ended) {
        return Coarse(0.0, 0.0, 0.0, 0.0, false);
    }
    let proof = mix(model.coarse_proofs[plane], now.proof, select(COARSE_PACE, 1.0, fresh));
    if (now.proof <= 0.0) {
        return Coarse(
            model.coarse_variances[plane],
            proof,
            model.correlations_across[plane],
            model.correlations_down[plane],
            false,
        );
    }
    let pace = select(COARSE_PACE, 1.0, model.coarse_variances[plane] <= 0.0);
    return Coarse(
        mix(model.coarse_variances[plane], now.variance, pace),
        proof,
        mix(model.correlations_across[plane], now.horizontal, pace),
        mix(model.correlations_down[plane], now.vertical, pace),
        false,
    );
}

fn remember_coarse(plane: u32, memory: Coarse) {
    model.coarse_variances[plane] = memory.variance;
    model.coarse_proofs[plane] = memory.proof;
    model.correlations_across[plane] = memory.horizontal;
    model.correlations_down[plane] = memory.vertical;
}

fn coarse_confidence(proof: f32) -> f32 {
    return smoothstep(COARSE_SURE.x, COARSE_SURE.y, proof);
}

// Minimum standard deviation by the coarse sites (x), and the confidence in it (y).
fn coarse_deviation(memory: Coarse) -> vec2f {
    return vec2f(sqrt(memory.variance), coarse_confidence(memory.proof));
}
