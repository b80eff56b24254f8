// Chooses for each cell the window around it that explains it best, and measures what stays unexplained.
// include: trackoverlay/track/shared/state.wgsl
// include: trackoverlay/track/shared/plate.wgsl
// include: trackoverlay/track/shared/shading.wgsl
// include: trackoverlay/track/shared/unexplained.wgsl

struct ExplainParams {
    // Cells along a side.
    cells: u32,
    // Smallest variance of noise to expect, in squared codes.
    least_noise: f32,
}

var<immediate> params: ExplainParams;
@group(0) @binding(0) var<storage, read> track: Track;
@group(0) @binding(1) var<storage, read> cells: array<CellSums>;
@group(0) @binding(2) var<storage, read> windows: array<Window>;
@group(0) @binding(3) var<storage, read_write> sights: array<Sight>;

const LANES: u32 = 64u;
// So many cells along x and y are asked how much noise there is.
const ASKED: u32 = 24u;
// Usual noise is this multiple of the mean.
const ABOVE_MEAN: f32 = 1.5;
// A window explains itself up to this multiple of noise and misplacement.
const EXPLAINED: f32 = 2.0;
// Share of the light's square that may be mixed inside of a cell at the edge of a shadow; from this difference on.
const MIXED: f32 = 0.12;
const EDGE: f32 = 0.1;
// Difference of gains that neighbours may have, and more of it by brightness, in codes.
const ALIKE: f32 = 0.08;
const ALIKE_CODES: f32 = 8.0;

var<workgroup> parts: array<vec2f, LANES>;

// Variance of noise in windows without anything in front: a mean that large values do not move.
fn usual_noise(lane: u32) -> f32 {
    var sum = vec2f(0.0);
    for (var k = lane; k < ASKED * ASKED; k += LANES) {
        let at = (vec2u(k % ASKED, k / ASKED) * 2u + 1u) * params.cells / (2u * ASKED);
        let index = at.y * params.cells + at.x;
        let energy = windows[index].energy;
        let clean = 1.0 / (1.0 + max(energy - windows[index].slack, 0.0) / windows[index].noise);
        sum += select(vec2f(0.0), vec2f(clean, 1.0), energy < UNSEEN);
    }
    parts[lane] = sum;
    workgroupBarrier();
    var total = vec2f(0.0);
    for (var k = 0u; k < LANES; k++) {
        total += parts[k];
    }
    return max(ABOVE_MEAN * (total.y / max(total.x, 1e-6) - 1.0), params.least_noise);
}

fn strangeness(index: u32, noise: f32) -> f32 {
    return windows[index].energy / (windows[index].noise * noise + windows[index].slack);
}

// A cell's own gain, with the window's bias.
fn own_light(part: CellSums, w: Window) -> f32 {
    return (part.products.y - w.bias * part.sums.x) / max(part.products.x, 1e-6);
}

// What a gain leaves unexplained of a cell, as a multiple of noise, misplacement and what is `allowed` besides.
fn unexplained_by(part: CellSums, gain: f32, w: Window, noise: f32, allowed: f32) -> f32 {
    let squared = gain * gain;
    let expected = 3.0 * part.products.w * (0.3 + 0.7 * squared) * noise + w.misplaced * squared * part.sums.z + allowed;
    return select(0.0, min(energy_of(part, gain, w.bias) / max(expected, 1e-6), MOST), part.products.w > 0.5);
}

@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(local_invocation_index) lane: u32) {
    if (track.state == STATE_IDLE || track.state == STATE_LOST) {
        return;
    }
    let noise = usual_noise(lane);
    if (id.x >= params.cells || id.y >= params.cells) {
        return;
    }
    let last = i32(params.cells) - 1;
    let index = id.y * params.cells + id.x;
    var best_index = index;
    var least = UNSEEN;
    var low = 1e9;
    var high = 0.0;
    for (var k = 0; k < 25; k++) {
        let step = vec2i(k % 5, k / 5) - vec2i(2);
        let at = clamp(vec2i(id.xy) + step, vec2i(0), vec2i(last));
        let other = u32(at.y) * params.cells + u32(at.x);
        let strange = strangeness(other, noise);
        if (strange < EXPLAINED) {
            let gain = windows[other].gain;
            low = min(low, gain);
            high = max(high, gain);
        }
        if (all(abs(step) <= vec2i(1)) && strange < least) {
            least = strange;
            best_index = other;
        }
    }
    let best = windows[best_index];
    let middle = windows[index];
    let own = cells[index];
    let span = max(high - low, 0.0);
    // At the edge of a shadow a cell has both lights.
    let light = own_light(own, best);
    let least_gain = min(low, best.gain);
    let between = select(best.gain, clamp(light, least_gain, max(high, best.gain)), span > EDGE);
    let mixed = MIXED * span * span * own.products.x;
    let range = best.whole * gain_range(own);
    let alone = clamp(light, range.x, range.y);
    let joint = unexplained_by(own, between, best, noise, mixed);
    let single = unexplained_by(own, alone, best, noise, 0.0);
    // What was in front at arming is, until the plane shows itself there.
    let is_masked = own.sums.w > 0.5;
    let unexplained = select(min(joint, single), MOST, is_masked);
    let is_seen = own.products.w > 0.5;
    let trusted = is_seen && strangeness(index, noise) < EXPLAINED;
    let weight = select(0.0, middle.power * (1.0 - hidden_share(unexplained)), trusted);
    let reach = ALIKE + ALIKE_CODES / sqrt(max(middle.power, 1.0));
    let gain = select(between, alone, single < joint);
    let expected = 3.0 * (own.products.w + own.sums.w) * noise + best.misplaced * own.sums.z;
    sights[index] = Sight(unexplained, middle.ratio, weight, middle.base, gain, reach, middle.whole, expected);
}
