// Lets the plate follow the plane: what stays in one place of the plane while that moves is part of it, though it
// looked otherwise at arming. Somebody stood in front then, or a block was put down, or paint was added.
// include: trackoverlay/track/shared/state.wgsl
// include: trackoverlay/track/shared/plate.wgsl
// include: trackoverlay/track/shared/unexplained.wgsl

struct LearnParams {
    // Cells along a side.
    cells: u32,
    // 1 in the arming frame.
    is_arming: u32,
}

var<immediate> params: LearnParams;
@group(0) @binding(0) var<storage, read> track: Track;
@group(0) @binding(1) var<storage, read> view: array<vec4f>;
@group(0) @binding(2) var<storage, read> matte: array<vec4f>;
@group(0) @binding(3) var<storage, read> sights: array<Sight>;
@group(0) @binding(4) var<storage, read_write> plate: array<vec4f>;
// What a cell that the plate does not explain looked like before.
@group(0) @binding(5) var<storage, read_write> others: array<vec4f>;
// For how many frames with motion it has looked like that; negative where it still looks as at arming, when something
// was in front.
@group(0) @binding(6) var<storage, read_write> ages: array<f32>;

// Frames with motion after which it belongs to the plane.
const LEARNT: f32 = 12.0;
// Motion of the plane's middle in pixels from which a frame counts: while nothing moves, somebody who stands still would
// belong to the plane too.
const MOVING: f32 = 0.3;
// A cell looks as before up to this multiple of noise and misplacement, and this share of its own contrast.
const SAME: f32 = 2.0;
const SAME_SHARE: f32 = 0.2;
// Contrast, as a multiple of noise and misplacement, without which a cell looks the same whatever passes.
const CONTRAST: f32 = 4.0;
// What such a cell looks like once it has changed counts without motion too; and this much where it has no contrast.
const PLAIN_STEP: f32 = 0.25;
// Least gain to believe.
const LEAST: f32 = 0.1;

fn texel_of(cell: vec2u, k: u32) -> u32 {
    let step = vec2u(k % CELL_TEXELS, k / CELL_TEXELS);
    let at = cell * CELL_TEXELS + step;
    return at.y * params.cells * CELL_TEXELS + at.x;
}

// Squared differences from what a cell looked like before (x), and from its mean (y).
fn change_of(cell: vec2u) -> vec2f {
    var changed = 0.0;
    var squares = 0.0;
    var sum = vec4f(0.0);
    for (var k = 0u; k < CELL_TEXELS * CELL_TEXELS; k++) {
        let index = texel_of(cell, k);
        let seen = view[index];
        let d = seen.xyz - others[index].xyz;
        changed += seen.w * dot(d, d);
        squares += seen.w * dot(seen.xyz, seen.xyz);
        sum += seen.w * vec4f(seen.xyz, 1.0);
    }
    return vec2f(changed, squares - dot(sum.xyz, sum.xyz) / max(sum.w, 1.0));
}

@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) id: vec3u) {
    if (id.x >= params.cells || id.y >= params.cells || track.state == STATE_IDLE || track.state == STATE_LOST) {
        return;
    }
    let cell = id.xy;
    let index = cell.y * params.cells + cell.x;
    let sight = sights[index];
    var is_masked = false;
    var is_relearnt = false;
    for (var k = 0u; k < CELL_TEXELS * CELL_TEXELS; k++) {
        let kind = plate[texel_of(cell, k)].w;
        is_masked = is_masked || kind < -0.5;
        is_relearnt = is_relearnt || kind > 1.5;
    }
    if (params.is_arming == 1u && is_masked) {
        for (var k = 0u; k < CELL_TEXELS * CELL_TEXELS; k++) {
            others[texel_of(cell, k)] = view[texel_of(cell, k)];
        }
        ages[index] = -1.0;
        return;
    }
    if (params.is_arming == 1u || track.age < 2u || sight.unexplained < FREE) {
        ages[index] = select(0.0, min(ages[index], 0.0), is_masked);
        return;
    }
    let middle = project(track.last, vec2f(0.0));
    let moved = distance(middle, project(track.before, vec2f(0.0))) > MOVING;
    var age = ages[index];
    let change = change_of(cell);
    let has_contrast = change.y > CONTRAST * sight.expected;
    let has_stayed = change.x < SAME * sight.expected + SAME_SHARE * change.y;
    if (is_masked && age < 0.0 && has_stayed) {
        return;
    }
    let is_open = is_masked || is_relearnt;
    let is_same = (has_contrast || is_open) && age > 0.0 && has_stayed;
    let step = select(select(0.0, 1.0, moved), select(PLAIN_STEP, 1.0, has_contrast), is_open);
    age = select(1.0, age + step, is_same);
    let is_learnt = age >= LEARNT;
    let light = matte[index];
    for (var k = 0u; k < CELL_TEXELS * CELL_TEXELS; k++) {
        let at = texel_of(cell, k);
        let seen = view[at];
        if (is_learnt) {
            // As it would look under the light of the plate.
            let own = (seen.xyz - vec3f(light.z * LUMA_RANGE, 0.0, 0.0)) / max(light.w, LEAST);
            plate[at] = vec4f(own, seen.w * select(1.0, RELEARNT, is_open));
        } else if (!is_same) {
            others[at] = seen;
        }
    }
    ages[index] = select(age, 0.0, is_learnt);
}
