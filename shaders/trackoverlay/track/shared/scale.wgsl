// How large residuals usually are, from the energies of the squares: a quantile by way of a histogram
// of logarithms, for integers add up to the same in any order. 32 lanes.

var<workgroup> energies: array<vec2f, 256>;
var<workgroup> square_weights: array<f32, 256>;
var<workgroup> bins: array<atomic<u32>, 128>;
var<workgroup> found_scale: f32;

// Bins to a doubling, and the smallest energy told apart, as a power of two.
const BINS_PER_OCTAVE: f32 = 8.0;
const LOWEST_OCTAVE: f32 = -4.0;
// The quantile, below the median because what covers the plane only adds; and what brings it to the
// deviation of Gaussian noise.
const QUANTILE: f32 = 0.4;
const QUANTILE_TO_SCALE: f32 = 1.1;
// Least deviation: rounding and interpolation alone make a good part of it.
const LEAST_SCALE: f32 = 1.0;
// A square whose energy exceeds the usual by more than this is covered, in part or whole.
const USUAL_ENERGY: f32 = 4.0;

// `energies` holds a sum and a count for each square. Keeps
// `scale` where too few squares are in sight.
fn find_scale(lane: u32, scale: f32) {
    for (var i = lane; i < 128u; i += 32u) {
        atomicStore(&bins[i], 0u);
    }
    workgroupBarrier();
    let along = on.side / squares_along(on.number);
    let samples = f32(along * along);
    for (var square = lane; square < square_count(on.number); square += 32u) {
        let e = energies[square];
        if (e.y >= 0.3 * samples) {
            let octave = log2(max(e.x / e.y, 1e-6)) - LOWEST_OCTAVE;
            let bin = clamp(i32(octave * BINS_PER_OCTAVE), 0, 127);
            atomicAdd(&bins[bin], 1u);
        }
    }
    workgroupBarrier();
    if (lane == 0u) {
        found_scale = quantile_scale(scale);
    }
    workgroupBarrier();
    for (var square = lane; square < square_count(on.number); square += 32u) {
        let e = energies[square];
        let u = e.x / max(e.y, 1e-6) / (found_scale * found_scale);
        let outlying = USUAL_ENERGY / max(u, USUAL_ENERGY);
        square_weights[square] = select(0.0, outlying * outlying, e.y > 0.0);
    }
    workgroupBarrier();
}

fn quantile_scale(scale: f32) -> f32 {
    var all = 0u;
    for (var i = 0u; i < 128u; i++) {
        all += atomicLoad(&bins[i]);
    }
    if (all < 3u) {
        return scale;
    }
    let wanted = QUANTILE * f32(all);
    var below = 0.0;
    for (var i = 0u; i < 128u; i++) {
        let here = f32(atomicLoad(&bins[i]));
        if (below + here >= wanted) {
            let octave = (f32(i) + (wanted - below) / here) / BINS_PER_OCTAVE + LOWEST_OCTAVE;
            return max(sqrt(exp2(octave)) * QUANTILE_TO_SCALE, LEAST_SCALE);
        }
        below += here;
    }
    return scale;
}
