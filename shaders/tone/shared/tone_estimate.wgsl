// Estimates from a picture's histogram and sums what is wrong with it.

// Pixels in each bin of luma, and the sums of all tiles, in the order of their words.
var<workgroup> bins: array<f32, 64>;
var<workgroup> sums: array<f32, 12>;
// Luma below which 0.5 %, 50 % and 99.5 % of the pixels lie.
var<workgroup> quantiles: array<f32, 3>;
// Number of pixels.
var<workgroup> total: f32;
// Most luma, most of what luma lacks to white, most red, green and blue.
var<workgroup> extremes: array<f32, 5>;

const SHARES = array<f32, 3>(0.005, 0.5, 0.995);

struct Estimate {
    exposure: f32,
    lift: f32,
    red: f32,
    blue: f32,
    peak: f32,
}

// Logarithm of the luma of bright parts relative to the brightest spot, below which that is a lamp. Not fitted: photographs have
// no lamps in dark rooms.
const LAMP_GAP: f32 = -0.6;

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
    if (lane < 3u) {
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
    let low = min(1.0 - extremes[1], quantiles[0]);
    let fog = clamp((0.45 - quantiles[0]) / 0.2, 0.0, 1.0);
    return clamp(max(low - LIFT_FLOOR, 0.0) * LIFT_SHARE * fog, 0.0, MOST_LIFT);
}

// Stops that the picture is too bright. Some spot of a good picture reaches white; if nothing but a spot is bright, it may be
// dark all the same; and if much is at white, it is too bright.
fn estimate_exposure(top: f32, peak: f32, middle: f32) -> f32 {
    let short = -log2(min(top, 1.0));
    let gap = max(LAMP_GAP - log2(min(peak / max(top, 0.02), 1.0)), 0.0);
    let dark = short * TOP_SLOPE * clamp((short - TOP_FLOOR) / TOP_RAMP, 0.0, 1.0) + 0.8 * gap + 0.2 * min(gap / 0.3, 1.0);
    // White beside a picture that is dark is a lamp, a window or the sky.
    let share = max(sqrt(clipped()) - CLIPPED_SHARE, 0.0) * CLIPPED_SLOPE;
    let bright = share * clamp(2.0 * log2(middle / 0.35), 0.0, 1.0);
    // There is nothing to see in a black picture.
    let seen = clamp((quantiles[2] - 0.04) / 0.08, 0.0, 1.0);
    return clamp(seen * (bright - dark), -2.5, 1.5);
}

// Stops that red and blue are above green, from the mean colours of bright, grey and nearly grey pixels, and from the most
// red, green and blue.
fn estimate_cast(lift: f32) -> vec2f {
    var stops = vec2f(0.0);
    for (var i = 0u; i < 3u; i++) {
        let weight = sums[4u * i];
        let light = max(sums[4u * i + 1u] - lift * weight, 0.05 * weight) + 1e-4 * total;
        let colour = clamp(vec2f(sums[4u * i + 2u], sums[4u * i + 3u]) / light, vec2f(-0.15), vec2f(0.15));
        stops += colour.x * CAST_OF_BLUE[i] + colour.y * CAST_OF_RED[i];
    }
    let tops = max(vec3f(extremes[2], extremes[3], extremes[4]) - lift, vec3f(0.02));
    let above = clamp(log2(tops.xz / tops.y), vec2f(-0.5), vec2f(0.5));
    stops += above.x * CAST_OF_TOP_RED + above.y * CAST_OF_TOP_BLUE;
    // Small casts are as likely those of what is seen.
    let far = length(stops);
    return stops * clamp(far / UNSURE_CAST - 1.0, 0.0, 1.0);
}

fn estimate() -> Estimate {
    let lift = estimate_lift();
    let spread = 1.0 / (1.0 - lift);
    let top = max(extremes[0] - lift, 0.004) * spread;
    let peak = max(quantiles[2] - lift, 0.004) * spread;
    let middle = max(quantiles[1] - lift, 0.004) * spread;
    let stops = estimate_cast(lift);
    return Estimate(estimate_exposure(top, peak, middle), lift, stops.x, stops.y, top);
}
