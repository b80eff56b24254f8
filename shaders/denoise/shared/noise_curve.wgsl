// Noise as a function of luma in one picture: a line fitted below the bins' levels, then each bin's own
// ratio to it. Works on the rows of denoise/shared/noise_histogram.wgsl.

const CANDIDATES: u32 = 136u;
const NO_COST: f32 = 3e38;

// Variance in each bin of luma.
var<workgroup> curve: array<f32, 16>;
var<workgroup> ratios: array<f32, 16>;
// Cost of each candidate; during the search also the best costs and their candidates.
var<workgroup> costs: array<f32, 136>;
var<workgroup> cheapest: array<u32, 136>;

fn bin_centre(bin: u32) -> f32 {
    return 16.0 * f32(bin) + 8.0;
}

// The curve at luma y, interpolated.
fn curve_at(y: f32) -> f32 {
    let at = clamp(y / 16.0 - 0.5, 0.0, 15.0);
    let k = min(u32(at), 14u);
    return mix(curve[k], curve[k + 1u], at - f32(k));
}

fn bin_weight(bin: u32) -> f32 {
    let m = mixed[bin];
    return select(0.0, min(m.sites, 300.0) * max(m.trust, 0.05), m.level >= 0.0);
}

// The two bins i <= j of a candidate. Candidates are numbered row by row.
fn candidate_bins(candidate: u32) -> vec2u {
    var i = 0u;
    var rest = candidate;
    while (rest >= BINS - i) {
        rest -= BINS - i;
        i++;
    }
    return vec2u(i, i + rest);
}

// Offset and slope of the line through two bins, or of the constant through one.
fn candidate_line(bins: vec2u) -> vec2f {
    let first = mixed[bins.x].level;
    if (bins.x == bins.y) {
        return vec2f(first, 0.0);
    }
    let slope = (mixed[bins.y].level - first) / (16.0 * f32(bins.y - bins.x));
    return vec2f(first - slope * bin_centre(bins.x), slope);
}

fn line_at(line: vec2f, bin: u32) -> f32 {
    let highest = max(line.x + line.y * bin_centre(0u), line.x + line.y * bin_centre(15u));
    return max(line.x + line.y * bin_centre(bin), max(0.05 * highest, 0.001));
}

// A bin above the line may be texture and costs little; one below it costs much, since noise is everywhere.
fn candidate_cost(candidate: u32) -> f32 {
    let bins = candidate_bins(candidate);
    if (bin_weight(bins.x) == 0.0 || bin_weight(bins.y) == 0.0) {
        return NO_COST;
    }
    let line = candidate_line(bins);
    var cost = 0.0;
    for (var bin = 0u; bin < BINS; bin++) {
        let excess = log(max(mixed[bin].level, 1e-4) / line_at(line, bin));
        let penalty = select(min(excess / -0.10, 4.0), min(excess / 0.35, 1.0), excess > 0.0);
        cost += bin_weight(bin) * penalty;
    }
    return cost * select(1.05, 1.0, bins.x == bins.y);
}

// Number of the cheapest candidate; the first of equals. Uniform control flow only.
fn best_candidate(index: u32) -> u32 {
    if (index < CANDIDATES) {
        costs[index] = candidate_cost(index);
        cheapest[index] = index;
    }
    workgroupBarrier();
    for (var half = 128u; half > 0u; half /= 2u) {
        let other = index + half;
        if (index < half && other < CANDIDATES) {
            let is_better = costs[other] < costs[index];
            let is_earlier = costs[other] == costs[index] && cheapest[other] < cheapest[index];
            if (is_better || is_earlier) {
                costs[index] = costs[other];
                cheapest[index] = cheapest[other];
            }
        }
        workgroupBarrier();
    }
    return cheapest[0];
}

// Sets the curve to the best line through bins. Uniform control flow only.
fn fit_line(index: u32) {
    let best = best_candidate(index);
    if (index < BINS) {
        let constant = vec2f(mixed[TOTAL].level, 0.0);
        let line = select(constant, candidate_line(candidate_bins(best)), costs[0] < NO_COST);
        curve[index] = line_at(line, index);
    }
    workgroupBarrier();
}

// Logarithm of the ratio of a bin's level to that of all, shrunk towards 0 in bins with few sites.
fn bin_ratio(bin: u32) -> f32 {
    let m = mixed[bin];
    if (m.level < 0.0) {
        return 0.0;
    }
    let ratio = clamp(m.level / mixed[TOTAL].level, 0.7, 1.0 + 0.25 * m.trust);
    return m.sites / (m.sites + 100.0) * log(ratio);
}

fn smoothing_weight(bin: i32) -> f32 {
    if (bin < 0 || bin >= i32(BINS)) {
        return 0.0;
    }
    let m = mixed[bin];
    return select(0.0, m.sites, m.level >= 0.0) + 20.0;
}

// Multiplies the curve by the bins' smoothed ratios. Uniform control flow only.
fn apply_ratios(index: u32) {
    if (index < BINS) {
        ratios[index] = bin_ratio(index);
    }
    workgroupBarrier();
    if (index < BINS) {
        let bin = i32(index);
        let w = vec3f(smoothing_weight(bin - 1), 2.0 * smoothing_weight(bin), smoothing_weight(bin + 1));
        let r = vec3f(ratios[max(bin - 1, 0)], ratios[bin], ratios[min(bin + 1, 15)]);
        curve[index] *= exp(dot(w, r) / (w.x + w.y + w.z));
    }
    workgroupBarrier();
}
