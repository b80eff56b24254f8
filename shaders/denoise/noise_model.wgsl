// Noise estimation, last pass, in one workgroup: updates the noise model from the sites of all planes.
// include: denoise/shared/noise_site.wgsl
// include: shared/noise_model.wgsl
// include: denoise/shared/noise_histogram.wgsl
// include: denoise/shared/noise_curve.wgsl
// include: denoise/shared/noise_tally.wgsl
// include: denoise/shared/noise_white.wgsl
// include: denoise/shared/noise_coarse.wgsl
// include: denoise/shared/noise_shape.wgsl

struct NoiseModelParams {
    // Number of sites of luma and of one chroma plane (0 leaves chroma unchanged), and the side of a site in
    // cells.
    luma_sites: u32,
    luma_side: u32,
    chroma_sites: u32,
    chroma_side: u32,
    // 1 if there is no previous picture.
    first: u32,
    // Weight of a new picture in a settled model.
    pace: f32,
    // The user's standard deviation of the noise; negative to estimate it.
    sigma: f32,
    // Least standard deviations that filters read if they are estimated.
    luma_floor: f32,
    chroma_floor: f32,
    // Factors on the variances that filters read.
    luma_gain: f32,
    chroma_gain: f32,
}

var<immediate> params: NoiseModelParams;
@group(0) @binding(0) var<storage, read> luma: array<vec4f>;
@group(0) @binding(1) var<storage, read> chroma: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> model: NoiseModel;

const CLEAN: f32 = 1e-4;
// Factor on the deviation of most of the picture, above which what changes is something else.
const MORE_THAN_MOST: f32 = 1.15;
// Variance of most of the picture from which on it is noise at all, and surely.
const NOISE_OF_MOST: vec2f = vec2f(1.0, 4.0);
// Share of the sites that change, from which on they are most of the picture, and surely.
const MOST_CHANGED: vec2f = vec2f(0.4, 0.6);

var<workgroup> weights: array<f32, 16>;
// The model's standard deviations before this picture.
var<workgroup> known_sigmas: array<f32, 16>;
// Noise level of all sites together, ignoring their luma.
var<workgroup> plain: f32;
// Weight of this picture in the model; negative leaves the model unchanged.
var<workgroup> share: f32;
// For luma: number of white sites, smoothed over pictures, and what follows from them: the minimum standard
// deviation (x) and the confidence in it (y).
var<workgroup> white_luma: vec2f;
var<workgroup> white: vec2f;
// The same for coarse noise.
var<workgroup> coarse_luma: Coarse;

fn count_variances(site: vec4f, row: u32, log_scale: f32) {
    let marks = u32(site.w);
    if ((marks & SITE_DETAIL) != 0u) {
        count(row, site.x - log_scale, 1u);
    }
    if ((marks & SITE_MOVED) != 0u) {
        count(row, site.y - log_scale, 0x10000u);
    }
}

// Measures the noise level of luma's bins, in units of the curve. Uniform control flow only.
fn measure_luma(index: u32, in_units_of_curve: bool, stands: bool) {
    for (var i = index; i < params.luma_sites; i += 256u) {
        let site = luma[i];
        let scale = select(1.0, curve_at(site.z), in_units_of_curve);
        count_variances(site, luma_bin(site.z), log2(scale));
    }
    workgroupBarrier();
    add_up_rows(index);
    workgroupBarrier();
    read_rows(index, 17u, params.luma_side, stands);
}

fn measured() -> bool {
    return plain >= 0.0 || has_flats(params.luma_sites);
}

// How much the distribution of all sites looks like pure noise, 0 to 1.
fn likeness() -> f32 {
    let s = spatial[TOTAL];
    let t = temporal[TOTAL];
    var spread = min(s.spread, t.spread);
    if (t.level < 0.0) {
        spread = s.spread;
    } else if (s.level < 0.0 || t.level < s.level) {
        spread = t.spread;
    }
    return trust(spread, 1.6, 2.5);
}

// A lifted deviation, held to that of most of the picture where this changes as noise of one level does, with nothing from a
// coder: what changes more, as letters that run through it, is no noise then. In a picture without noise it is a window of noise.
fn held(deviation: f32, lifted: f32, bin: u32) -> f32 {
    let t = temporal[TOTAL];
    let most = max(deviation, MORE_THAN_MOST * sqrt(curve[bin] * max(t.level, 0.0)));
    let is_noise = smoothstep(NOISE_OF_MOST.x, NOISE_OF_MOST.y, t.level);
    let changed = f32(atomicLoad(&tallies[0])) / f32(max(params.luma_sites, 1u));
    let are_most = smoothstep(MOST_CHANGED.x, MOST_CHANGED.y, changed);
    return mix(lifted, min(lifted, most), are_most * is_noise * trust(t.spread, 1.15, 1.4));
}

// This picture's variance in a bin, from the curve and the level of all sites in units of the curve.
fn frame_variance(bin: u32) -> f32 {
    if (plain < 0.0) {
        return CLEAN;
    }
    let alike = likeness();
    if (has_flats(params.luma_sites) && alike < 0.5) {
        return CLEAN;
    }
    let variance = curve[bin] * mixed[TOTAL].level + CLEAN;
    return exp(mix(log(min(variance, plain + CLEAN)), log(variance), alike));
}

fn deviation_rise(now: f32, before: f32) -> f32 {
    return log((now + 0.25) / (before + 0.25));
}

// Updates the model's counters with this picture, and returns the picture's weight.
fn decide(detail: f32, level: f32, known: f32) -> f32 {
    let detail_rise = deviation_rise(detail, model.detail);
    let rise = deviation_rise(level, known);
    let noisy = spatial[TOTAL].level >= 0.0 && spatial[TOTAL].spread < 1.25;
    // Smaller difference at the same detail: the picture may be a re-encoded duplicate of the last one.
    let doubtful = model.frames > 0u && (model.pairs > 0u || noisy)
        && rise < -0.7 && abs(detail_rise) < 0.12;
    if (doubtful && model.held < 4u) {
        model.held += 1u;
        return -1.0;
    }
    model.held = 0u;
    if (detail_rise * rise > 0.0 && min(abs(detail_rise), abs(rise)) > 0.4) {
        model.frames = 0u;
    }
    // Limited so that it does not overflow on a stream that runs for years.
    model.frames = min(model.frames + 1u, 1000000u);
    model.pairs = min(model.pairs + 1u - params.first, 1000000u);
    if (model.frames <= 2u || doubtful) {
        return 1.0;
    }
    return max(1.0 / f32(model.frames - 1u), params.pace);
}

fn blend(known: f32, fresh: f32) -> f32 {
    return mix(known, fresh, select(share, 1.0, known <= 0.0));
}

// Decides on the weight of the whole picture. `curve` holds the ratios applied, `ratios` the deviations.
fn judge() {
    var detail = 0.0;
    var known = 0.0;
    for (var bin = 0u; bin < BINS; bin++) {
        detail += weights[bin] * curve[bin] * max(spatial[TOTAL].level, 0.0);
        known += weights[bin] * known_sigmas[bin] * known_sigmas[bin];
    }
    share = -1.0;
    if (measured() && (params.first == 1u || changed_share(params.luma_sites) >= 0.02)) {
        detail = select(sqrt(detail), 0.0, plain < 0.0);
        share = decide(detail, sqrt(mean_square()), sqrt(known));
        if (share >= 0.0) {
            model.detail = blend(model.detail, detail);
            if (params.first == 0u) {
                remember_white(0u, white_luma);
                remember_coarse(0u, coarse_luma);
            }
        }
    }
}

// Weighted mean of the squares of `ratios`.
fn mean_square() -> f32 {
    var sum = 0.0;
    for (var bin = 0u; bin < BINS; bin++) {
        sum += weights[bin] * ratios[bin] * ratios[bin];
    }
    return sum;
}

// Updates luma. Leaves the shape of the noise as a function of luma, with mean 1, in `curve`.
fn update_luma(index: u32) {
    if (index < BINS) {
        let total = f32(params.luma_sites) + 0.016;
        weights[index] = (f32(atomicLoad(&bins[index])) + 0.001) / total;
        known_sigmas[index] = model.sigmas[index];
        ratios[index] = sqrt(frame_variance(index));
    }
    workgroupBarrier();
    if (index == 0u) {
        let first = params.first == 1u;
        white_luma = white_memory(0u, first);
        white = white_deviation(white_luma, mean_square(), first);
        coarse_luma = coarse_memory(0u, coarse_of_picture(0u), model.pairs == 0u);
    }
    workgroupBarrier();
    if (index < BINS) {
        let lifted = lift(lift(ratios[index], white), coarse_deviation(coarse_luma));
        ratios[index] = held(ratios[index], lifted, index);
    }
    workgroupBarrier();
    if (index == 0u) {
        judge();
    }
    workgroupBarrier();
    if (index < BINS) {
        let known = known_sigmas[index];
        ratios[index] = select(known, blend(known, ratios[index]), share >= 0.0);
        model.sigmas[index] = ratios[index];
    }
    workgroupBarrier();
    if (index < BINS) {
        let mean = mean_square();
        curve[index] = select(1.0, ratios[index] * ratios[index] / mean, mean > 0.0);
    }
    workgroupBarrier();
}

// Rows 0 and 1 are U, rows 2 and 3 are V: with constant noise, and with noise shaped like luma's.
fn measure_chroma(index: u32, stands: bool) {
    for (var i = index; i < 2u * params.chroma_sites; i += 256u) {
        let site = chroma[i];
        let row = 2u * (i / max(params.chroma_sites, 1u));
        count_white(1u + row / 2u, site, params.first == 1u);
        count_coarse(1u + row / 2u, site);
        count_variances(site, row, 0.0);
        count_variances(site, row + 1u, log2(curve_at(site.z)));
    }
    workgroupBarrier();
    read_rows(index, 4u, params.chroma_side, stands);
}

fn row_spread(row: u32) -> f32 {
    return select(spatial[row].spread, temporal[row].spread, temporal[row].level >= 0.0);
}

fn row_is_shaped(row: u32) -> bool {
    return row_spread(row + 1u) < 0.98 * row_spread(row);
}

fn chroma_sigma(known: f32, plane: u32, level: f32) -> f32 {
    if (share < 0.0 || level < 0.0) {
        return known;
    }
    let first = params.first == 1u;
    let memory = white_memory(plane, first);
    if (!first) {
        remember_white(plane, memory);
    }
    let coarse = coarse_memory(plane, coarse_of_picture(plane), model.pairs <= 1u);
    if (!first) {
        remember_coarse(plane, coarse);
    }
    let variance = max(level, CLEAN);
    let found = lift(sqrt(variance), white_deviation(memory, variance, first));
    return blend(known, lift(found, coarse_deviation(coarse)));
}

fn update_chroma() {
    if (share >= 0.0 && params.chroma_sites > 0u) {
        model.shaped_u = u32(row_is_shaped(0u));
        model.shaped_v = u32(row_is_shaped(2u));
    }
}

// Writes the noise of a chroma plane; after find_coarse for it.
fn update_chroma_plane(plane: u32) {
    if (plane == 1u) {
        model.sigma_u = chroma_sigma(model.sigma_u, 1u, mixed[model.shaped_u].level);
    } else {
        model.sigma_v = chroma_sigma(model.sigma_v, 2u, mixed[2u + model.shaped_v].level);
    }
}

// Writes what filters read of the noise's spectrum.
fn publish_shape(index: u32) {
    for (var plane = 0u; plane < 3u; plane++) {
        let confidence = coarse_confidence(model.coarse_proofs[plane]);
        let across = blur_of(model.correlations_across[plane], confidence);
        let down = blur_of(model.correlations_down[plane], confidence);
        let factor = shape_at(index, across, down);
        if (plane == 0u) {
            model.shape_y[index] = factor;
        } else if (plane == 1u) {
            model.shape_u[index] = factor;
        } else {
            model.shape_v[index] = factor;
        }
        if (index == 0u) {
            let a = moments_of(across);
            let d = moments_of(down);
            model.detail_shares[plane] = max(a.w * d.w / (a.x * d.x), 0.01);
            model.mean_scales[plane] = max(a.z * d.z / (a.x * d.x), 1.0);
            let area = a.y * d.y / (a.x * a.x * d.x * d.x);
            model.square_scales[plane] = (1.0 + 0.4 * sqrt(max(area, 1.0))) / 1.4;
        }
    }
}

// 1 if the noise clearly depends on luma, 0 if the dependence may be texture: by the ratio of the largest to
// the smallest variance among bins with a sufficient share of the sites.
fn curve_belief() -> f32 {
    var low = 1e9;
    var high = 0.0;
    for (var i = 0u; i < BINS; i++) {
        if (weights[i] > 0.03) {
            low = min(low, curve[i]);
            high = max(high, curve[i]);
        }
    }
    return smoothstep(1.5, 2.2, high / max(low, 1e-6));
}

// Writes the values that filters read.
fn publish(index: u32) {
    let known = params.sigma * params.sigma;
    let fixed = params.sigma >= 0.0;
    let y = select(mean_square(), known, fixed);
    let u = select(model.sigma_u * model.sigma_u, known, fixed);
    let v = select(model.sigma_v * model.sigma_v, known, fixed);
    let luma_floor = select(params.luma_floor * params.luma_floor, 0.0, fixed);
    let chroma_floor = select(params.chroma_floor * params.chroma_floor, 0.0, fixed);
    if (index == 0u) {
        model.sigma_y = sqrt(mean_square());
        model.floors = array<f32, 3>(
            luma_floor * params.luma_gain,
            chroma_floor * params.chroma_gain,
            chroma_floor * params.chroma_gain,
        );
        model.mapped = u32(!fixed);
        model.taken = u32(share >= 0.0);
        model.mean_y = max(y, luma_floor) * params.luma_gain;
        model.mean_u = max(u, chroma_floor) * params.chroma_gain;
        model.mean_v = max(v, chroma_floor) * params.chroma_gain;
    }
    let shape = select(mix(1.0, curve[index], curve_belief()), 1.0, fixed);
    let shape_u = select(1.0, shape, model.shaped_u == 1u);
    let shape_v = select(1.0, shape, model.shaped_v == 1u);
    model.curve_y[index] = max(y * shape, luma_floor) * params.luma_gain;
    model.curve_u[index] = max(u * shape_u, chroma_floor) * params.chroma_gain;
    model.curve_v[index] = max(v * shape_v, chroma_floor) * params.chroma_gain;
}

@compute @workgroup_size(256)
fn main(@builtin(local_invocation_index) index: u32) {
    clear_histogram(index);
    clear_counts(index);
    clear_white(index);
    clear_coarse(index);
    workgroupBarrier();
    count_sites(index, params.luma_sites);
    workgroupBarrier();
    let stands = scene_stands();
    measure_luma(index, false, stands);
    fit_line(index);
    if (index == 0u) {
        plain = mixed[TOTAL].level;
    }
    clear_histogram(index);
    workgroupBarrier();
    measure_luma(index, true, stands);
    apply_ratios(index);
    find_coarse(index, 0u);
    update_luma(index);
    clear_histogram(index);
    workgroupBarrier();
    measure_chroma(index, stands);
    if (index == 0u) {
        update_chroma();
    }
    find_coarse(index, 1u);
    if (index == 0u) {
        update_chroma_plane(1u);
    }
    workgroupBarrier();
    find_coarse(index, 2u);
    if (index == 0u) {
        update_chroma_plane(2u);
    }
    storageBarrier();
    workgroupBarrier();
    if (index < BINS) {
        publish(index);
        publish_shape(index);
    }
}
