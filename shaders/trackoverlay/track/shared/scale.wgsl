// Usual size of residuals, from the energies of the squares: a quantile from a histogram of logarithms.
// Integer counts, because their sum does not depend on the order. Needs at least 16 invocations, whose
// number is `LANES`.

var<workgroup> energies: array<vec2f, 256>;
var<workgroup> square_weights: array<f32, 256>;
var<workgroup> bins: array<atomic<u32>, 128>;
// Bins that an invocation sums, and their sums.
const BINS_OF_LANE: u32 = 8u;
var<workgroup> bin_sums: array<u32, 16>;
var<workgroup> found_scale: f32;

// Bins in an octave; lowest energy that is distinguished, as a power of two.
const BINS_PER_OCTAVE: f32 = 8.0;
const LOWEST_OCTAVE: f32 = -4.0;
// The quantile, below the median because objects in front only add energy; and the factor from it to the
// standard deviation of Gaussian noise.
const QUANTILE: f32 = 0.4;
const QUANTILE_TO_SCALE: f32 = 1.1;
// Smallest scale: rounding and interpolation alone cause about as much.
const LEAST_SCALE: f32 = 1.0;
// A square whose energy exceeds the usual one by this factor is covered, at least in part.
const USUAL_ENERGY: f32 = 4.0;

// `energies` holds a sum and a count for each square. Returns `scale` unchanged if too few squares are in
// the frame.
fn find_scale(lane: u32, scale: f32) {
    for (var i = lane; i < 128u; i += LANES) {
        atomicStore(&bins[i], 0u);
    }
    workgroupBarrier();
    let along = on.side / squares_along(on.number);
    let samples = f32(along * along);
    for (var square = lane; square < square_count(on.number); square += LANES) {
        let e = energies[square];
        if (e.y >= 0.3 * samples) {
            let octave = log2(max(e.x / e.y, 1e-6)) - LOWEST_OCTAVE;
            let bin = clamp(i32(octave * BINS_PER_OCTAVE), 0, 127);
            atomicAdd(&bins[bin], 1u);
        }
    }
    workgroupBarrier();
    if (lane < 16u) {
        var sum = 0u;
        for (var i = 0u; i < BINS_OF_LANE; i++) {
            sum += atomicLoad(&bins[lane * BINS_OF_LANE + i]);
        }
        bin_sums[lane] = sum;
    }
    if (lane == 0u) {
        found_scale = scale;
    }
    workgroupBarrier();
    if (lane < 16u) {
        find_quantile(lane);
    }
    workgroupBarrier();
    for (var square = lane; square < square_count(on.number); square += LANES) {
        let e = energies[square];
        let u = e.x / max(e.y, 1e-6) / (found_scale * found_scale);
        let outlying = USUAL_ENERGY / max(u, USUAL_ENERGY);
        square_weights[square] = select(0.0, outlying * outlying, e.y > 0.0);
    }
    workgroupBarrier();
}

// Finds the quantile if it lies in one of this invocation's bins.
fn find_quantile(lane: u32) {
    var all = 0u;
    var before = 0u;
    for (var i = 0u; i < 16u; i++) {
        all += bin_sums[i];
        before += select(0u, bin_sums[i], i < lane);
    }
    if (all < 3u) {
        return;
    }
    let wanted = QUANTILE * f32(all);
    var below = f32(before);
    for (var i = lane * BINS_OF_LANE; i < (lane + 1u) * BINS_OF_LANE; i++) {
        let here = f32(atomicLoad(&bins[i]));
        if (below < wanted && below + here >= wanted) {
            let octave = (f32(i) + (wanted - below) / here) / BINS_PER_OCTAVE + LOWEST_OCTAVE;
            found_scale = max(sqrt(exp2(octave)) * QUANTILE_TO_SCALE, LEAST_SCALE);
        }
        below += here;
    }
}
