// Fits a light to each window of 3x3 cells: the frame there as a multiple of the plate. A shadow, a moved lamp
// or a reflection multiply the plane by nearly the same factor all over a window, and all colours alike;
// what stands in front of the plane does not look like a multiple of it.
// include: trackoverlay/track/shared/state.wgsl
// include: trackoverlay/track/shared/plate.wgsl
// include: trackoverlay/track/shared/shading.wgsl

struct WindowsParams {
    // Cells along a side.
    cells: u32,
    // Code of black in 8 bits.
    black: f32,
    // Pixels of a texel at arming.
    pitch: f32,
}

var<immediate> params: WindowsParams;
@group(0) @binding(0) var<storage, read> track: Track;
@group(0) @binding(1) var<storage, read> view: array<vec4f>;
@group(0) @binding(2) var<storage, read> plate: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> cells: array<CellSums>;
@group(0) @binding(4) var<storage, read_write> windows: array<Window>;

// Cells of a workgroup along a side, and with their neighbours.
const TILE: u32 = 8u;
const AROUND: u32 = 10u;
const LANES: u32 = 64u;
// Standard deviation of a window's bias around that of the whole plane, in codes.
const BIAS: f32 = 5.0;
// Variance of noise that fits assume, in squared codes.
const ASSUMED: f32 = f32(QUIET);
// Texels of which the gain of the whole plane holds that of a window.
const HELD: f32 = 4.0;
// Misplacement of the plate in texels.
const MISPLACED: f32 = 0.35;
// Spread of a pixel's footprint in pixels.
const FOOTPRINT: f32 = 0.4;

var<workgroup> near: array<CellSums, 100>;

// Squared slope between two texels.
fn slope(a: vec4f, b: vec4f) -> f32 {
    let d = (a.xyz - b.xyz) * select(0.0, 1.0, min(a.w, b.w) > 0.5);
    return dot(d, d);
}

fn sums_of(cell: vec2u) -> CellSums {
    var found = CellSums();
    var above = array<vec4f, 3>();
    for (var j = 0u; j < CELL_TEXELS; j++) {
        var left = vec4f(0.0);
        for (var i = 0u; i < CELL_TEXELS; i++) {
            let index = (cell.y * CELL_TEXELS + j) * params.cells * CELL_TEXELS + cell.x * CELL_TEXELS + i;
            let b = plate[index];
            let v = view[index];
            let both = select(0.0, 1.0, b.w > 0.5 && v.w > 0.5);
            found.products += both * vec4f(dot(b.xyz, b.xyz), dot(v.xyz, b.xyz), dot(v.xyz, v.xyz), 1.0);
            let is_masked = select(0.0, 1.0, b.w < -0.5 && v.w > 0.5);
            found.sums += vec4f(both * b.x, both * v.x, slope(b, left) + slope(b, above[i]), is_masked);
            found.colour += (both + is_masked) * vec4f(v.xyz, 0.0);
            left = b;
            above[i] = b;
        }
    }
    // Of 12 slopes in a cell; there are 9 texels.
    found.sums.z *= 0.75;
    return found;
}

// Texels squared that the plate may be off, by the motion during the exposure and by another size of pixels than
// at arming.
fn slack_of() -> f32 {
    let across = distance(project(track.seen, vec2f(-0.5, 0.0)), project(track.seen, vec2f(0.5, 0.0)));
    let down = distance(project(track.seen, vec2f(0.0, -0.5)), project(track.seen, vec2f(0.0, 0.5)));
    let pitch = 2.0 * sqrt(max(across * down, 1e-6)) / f32(params.cells * CELL_TEXELS);
    let middle = project(track.seen, vec2f(0.0));
    let moved = distance(project(track.seen, project(track.path, vec2f(0.0))), middle);
    let blur = select(0.0, moved / pitch, track.shutter.z >= 0.6 && track.shutter.x > 0.05);
    let print = FOOTPRINT * FOOTPRINT * abs(1.0 / (pitch * pitch) - 1.0 / (params.pitch * params.pitch));
    return MISPLACED * MISPLACED + print + blur * blur / 12.0;
}

// The window's light, given that of the whole plane.
fn fitted(sum: CellSums, gain: f32, bias: f32, slack: f32) -> Window {
    let n = sum.products.w;
    let hold = HELD * ASSUMED;
    let k = n * ASSUMED / (BIAS * BIAS);
    let a = sum.products.x + hold;
    let b = sum.sums.x;
    let c = n + k;
    let right = vec2f(sum.products.y + hold * gain, sum.sums.y + k * bias);
    let free_gain = (right.x * c - b * right.y) / (a * c - b * b);
    let range = gain * gain_range(sum);
    let held = clamp(free_gain, range.x, range.y);
    let own = (right.y - held * b) / c;
    let ratio = (sum.products.y - bias * b + hold * gain) / a;
    let power = sum.products.x / n;
    return Window(held, own, energy_of(sum, held, own), 3.0 * n * (0.3 + 0.7 * held * held), slack * held * held * sum.sums.z,
        ratio, power, bias, gain, slack, 0.0, 0.0);
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
    if (track.state == STATE_IDLE || track.state == STATE_LOST) {
        return;
    }
    for (var k = lane; k < AROUND * AROUND; k += LANES) {
        let at = vec2i(group.xy * TILE) + vec2i(vec2u(k % AROUND, k / AROUND)) - vec2i(1);
        near[k] = CellSums();
        if (all(at >= vec2i(0)) && all(at < vec2i(i32(params.cells)))) {
            near[k] = sums_of(vec2u(at));
        }
    }
    workgroupBarrier();
    let own = vec2u(lane % TILE, lane / TILE);
    let cell = group.xy * TILE + own;
    var sum = CellSums();
    for (var k = 0u; k < 9u; k++) {
        let part = near[(own.y + k / 3u) * AROUND + own.x + k % 3u];
        sum.products += part.products;
        sum.sums += part.sums;
    }
    if (any(cell >= vec2u(params.cells))) {
        return;
    }
    let index = cell.y * params.cells + cell.x;
    cells[index] = near[(own.y + 1u) * AROUND + own.x + 1u];
    if (sum.products.w < 1.0) {
        windows[index] = Window(1.0, 0.0, UNSEEN, 1.0, 0.0, 1.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0);
        return;
    }
    // Either the light is as at arming, or as the tracker found it for the whole plane.
    let light = track.last_light;
    let p = (vec2f(cell) + 0.5) * (2.0 / f32(params.cells)) - 1.0;
    let bend = light[0].y + light[0].z * p.x + light[0].w * p.y
        + light[1].x * p.x * p.x + light[1].y * p.x * p.y + light[1].z * p.y * p.y;
    let slack = slack_of();
    let same = fitted(sum, 1.0, 0.0, slack);
    let other = fitted(sum, light[0].x, bend + (128.0 - params.black) * (1.0 - light[0].x), slack);
    if (other.energy < same.energy) {
        windows[index] = other;
    } else {
        windows[index] = same;
    }
}
