// Finds how much of each texel is plane: at an object's edge the frame mixes the plane, whose lit plate is known,
// with the object, whose colour is known from inside of it. The share is where the frame lies between the two.
// include: trackoverlay/track/shared/state.wgsl
// include: trackoverlay/track/shared/plate.wgsl

struct EdgeParams {
    // Cells along a side.
    cells: u32,
}

var<immediate> params: EdgeParams;
@group(0) @binding(0) var<storage, read> track: Track;
@group(0) @binding(1) var<storage, read> view: array<vec4f>;
@group(0) @binding(2) var<storage, read> plate: array<vec4f>;
@group(0) @binding(3) var<storage, read> matte: array<vec4f>;
@group(0) @binding(4) var<storage, read> fronts: array<Front>;
// For each texel: share of the plane.
@group(0) @binding(5) var<storage, read_write> shares: array<f32>;

const LANES: u32 = 64u;
const TILE: u32 = 8u;
const AROUND: u32 = 10u;
// Squared codes of contrast that weigh as much as what the cells say.
const HELD: f32 = 120.0;
// Shares up to this, and from 1 minus this on, count as none and all.
const MARGIN: f32 = 0.06;

// What a texel says of its share: contrast between object and plane times the share, contrast, share by the cells; and
// limits by the cells.
struct Say {
    toward: f32,
    contrast: f32,
    share: f32,
    least: f32,
    most: f32,
}

var<workgroup> says: array<Say, 100>;

fn say_of(at: vec2u) -> Say {
    let side = params.cells * CELL_TEXELS;
    let seen = view[at.y * side + at.x];
    let own = plate[at.y * side + at.x];
    if (own.w < -0.5 && seen.w > 0.5) {
        // The operator says so.
        return Say(HELD, HELD, 1.0, 1.0, 1.0);
    }
    // Most texels are far from any edge.
    let nearest = (at.y / CELL_TEXELS) * params.cells + at.x / CELL_TEXELS;
    if (fronts[nearest].most <= FREE_MOST) {
        return Say(0.0, 0.0, 0.0, 0.0, 0.0);
    }
    if (fronts[nearest].least >= HIDDEN_LEAST) {
        return Say(0.0, 0.0, 1.0, 1.0, 1.0);
    }
    let place = max((vec2f(at) + 0.5) / f32(CELL_TEXELS) - 0.5, vec2f(0.0));
    let last = params.cells - 1u;
    let a = min(vec2u(place), vec2u(last));
    let b = min(a + 1u, vec2u(last));
    let part = place - vec2f(a);
    var colour = vec4f(0.0);
    var range = vec2f(0.0);
    var found = vec4f(0.0);
    for (var k = 0u; k < 4u; k++) {
        let right = (k & 1u) == 1u;
        let below = k > 1u;
        let index = select(a.y, b.y, below) * params.cells + select(a.x, b.x, right);
        let w = select(1.0 - part.x, part.x, right) * select(1.0 - part.y, part.y, below);
        let front = fronts[index];
        colour += w * front.colour.w * vec4f(front.colour.xyz, 1.0);
        range += w * vec2f(front.least, front.most);
        found += w * matte[index];
    }
    let share = 1.0 - smoothstep(0.25, 0.75, found.x);
    let lit = own.xyz * found.w + vec3f(found.z * LUMA_RANGE, 0.0, 0.0);
    let way = colour.xyz / max(colour.w, 1e-6) - lit;
    let sure = colour.w * seen.w * clamp(own.w, 0.0, 1.0);
    let contrast = sure * dot(way, way);
    let toward = clamp(sure * dot(seen.xyz - lit, way), 0.0, contrast);
    let low = clamp((range.x - EITHER) / (HIDDEN_LEAST - EITHER), 0.0, 1.0);
    let high = clamp((range.y - FREE_MOST) / (EITHER - FREE_MOST), 0.0, 1.0);
    return Say(toward, contrast, share, low, high);
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
    if (track.state == STATE_IDLE || track.state == STATE_LOST) {
        return;
    }
    let side = params.cells * CELL_TEXELS;
    let last = vec2i(i32(side) - 1);
    for (var k = lane; k < AROUND * AROUND; k += LANES) {
        let at = vec2i(group.xy * TILE) + vec2i(vec2u(k % AROUND, k / AROUND)) - vec2i(1);
        says[k] = say_of(vec2u(clamp(at, vec2i(0), last)));
    }
    workgroupBarrier();
    let own = vec2u(lane % TILE, lane / TILE);
    let texel = group.xy * TILE + own;
    if (any(texel >= vec2u(side))) {
        return;
    }
    // Neighbours share: alone, a texel with little contrast between object and plane would say anything.
    var sum = vec3f(0.0);
    for (var k = 0u; k < 9u; k++) {
        let step = vec2u(k % 3u, k / 3u);
        let say = says[(own.y + step.y) * AROUND + own.x + step.x];
        let w = f32((2 - abs(i32(step.x) - 1)) * (2 - abs(i32(step.y) - 1))) / 16.0;
        sum += w * vec3f(say.toward, say.contrast, say.share);
    }
    let say = says[(own.y + 1u) * AROUND + own.x + 1u];
    let mixed = (sum.x + HELD * sum.z) / (sum.y + HELD);
    let share = clamp((mixed - MARGIN) / (1.0 - 2.0 * MARGIN), say.least, say.most);
    shares[texel.y * side + texel.x] = 1.0 - clamp(share, 0.0, 1.0);
}
