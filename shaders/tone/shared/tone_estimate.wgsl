// Estimates from a picture's histogram and sums what is wrong with it.

// Pixels in each bin of luma, and the sums of all tiles, in the order of their words.
var<workgroup> bins: array<f32, 64>;
var<workgroup> sums: array<f32, 12>;
// Luma below which 0.5 %, 2 %, 50 % and 99.5 % of the pixels lie.
var<workgroup> quantiles: array<f32, 4>;
// Number of pixels.
var<workgroup> total: f32;

const SHARES = array<f32, 4>(0.005, 0.02, 0.5, 0.995);

struct Estimate {
    exposure: f32,
    lift: f32,
    red: f32,
    blue: f32,
    peak: f32,
}

// Luma below which a share of the pixels lies.
fn quantile(share: f32) -> f32 {
    var below = 0.0;
    var level = 1.0;
    var is_found = false;
    for (var i = 0u; i < BINS; i++) {
        let here = bins[i] / total;
        if (!is_found && below + here >= share) {
            level = (f32(i) + clamp((share - below) / max(here, 1e-9), 0.0, 1.0)) / f32(BINS);
            is_found = true;
        }
        below += here;
    }
    return level;
}

// One lane for each quantile.
fn find_quantiles(lane: u32) {
    if (lane == 0u) {
        var sum = 0.0;
        for (var i = 0u; i < BINS; i++) {
            sum += bins[i];
        }
        total = max(sum, 1.0);
    }
    workgroupBarrier();
    if (lane < 4u) {
        quantiles[lane] = quantile(SHARES[lane]);
    }
    workgroupBarrier();
}

// Share of the pixels at white.
fn clipped() -> f32 {
    return (bins[BINS - 2u] + bins[BINS - 1u]) / total;
}

// Luma of what seems to be lifted black. Fog and snow have no black either.
fn estimate_lift() -> f32 {
    let low = min(quantiles[0], quantiles[1]);
    let fog = clamp((0.45 - low) / 0.2, 0.0, 1.0);
    return clamp(max(low - LIFT_FLOOR, 0.0) * LIFT_SHARE * fog, 0.0, MOST_LIFT);
}

// Stops that the picture is too bright: white is seldom reached in a dark one, and often in a bright one.
fn estimate_exposure(peak: f32, middle: f32) -> f32 {
    let dark = max(DARK_PEAK - log2(peak), 0.0) * DARK_SLOPE;
    // White that most of the picture is far from is a lamp or a window.
    let share = max(sqrt(clipped()) - CLIPPED_SHARE, 0.0) * CLIPPED_SLOPE;
    let off = share * clamp(log2(middle / 0.35) + 1.0, 0.0, 1.5) - dark;
    let sure = off + LEAST_EXPOSURE * clamp(off / 0.4, -1.0, 1.0);
    // There is nothing to see in a black picture.
    let seen = clamp((quantiles[3] - 0.04) / 0.08, 0.0, 1.0);
    return clamp(seen * sure, -2.5, 1.5);
}

// Stops that red and blue are above green, from the mean colours of bright, grey and nearly grey pixels.
fn estimate_cast(lift: f32) -> vec2f {
    var stops = vec2f(0.0);
    for (var i = 0u; i < 3u; i++) {
        let weight = sums[4u * i];
        let light = max(sums[4u * i + 1u] - lift * weight, 0.05 * weight) + 1e-4 * total;
        let colour = clamp(vec2f(sums[4u * i + 2u], sums[4u * i + 3u]) / light, vec2f(-0.15), vec2f(0.15));
        stops += colour.x * CAST_OF_BLUE[i] + colour.y * CAST_OF_RED[i];
    }
    let far = length(stops);
    return stops * max(far - UNSURE_CAST, 0.0) / max(far, 1e-6);
}

fn estimate() -> Estimate {
    let lift = estimate_lift();
    let peak = max(quantiles[3] - lift, 0.004) / (1.0 - lift);
    let middle = max(quantiles[2] - lift, 0.004) / (1.0 - lift);
    let stops = estimate_cast(lift);
    return Estimate(estimate_exposure(peak, middle), lift, stops.x, stops.y, peak);
}
