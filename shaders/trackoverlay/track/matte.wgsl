// Finds what is in front of the plane: where the frame differs from the relit template.
// include: trackoverlay/track/shared/state.wgsl

struct MatteParams {
    // Samples of the residuals, and cells of the matte, along a side.
    side: u32,
    cells: u32,
}

var<immediate> params: MatteParams;
@group(0) @binding(0) var<storage, read> track: Track;
@group(0) @binding(1) var<storage, read> residuals: array<f32>;
// 1 if the plane is visible, 0 if something is in front; `cells` columns and rows.
@group(0) @binding(2) var<storage, read_write> matte: array<f32>;

// Mean squared residual, in units of the usual one, up to which nothing is hidden, and from which all is.
// Each sample counts at most MOST: otherwise a few large residuals would hide everything near them. The edge
// lies where half of the samples around it are hidden.
const FREE: f32 = 4.0;
const HIDDEN: f32 = 11.0;
const MOST: f32 = 15.0;
// Objects appear in the matte at once, and disappear gradually, which keeps its edge steady.
const RETURN: f32 = 0.7;

@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) id: vec3u) {
    if (id.x >= params.cells || id.y >= params.cells) {
        return;
    }
    let index = id.y * params.cells + id.x;
    if (track.mode == 0u || track.mode == MODE_HUNT || track.age < 2u) {
        if (track.state != STATE_LOST) {
            matte[index] = 1.0;
        }
        return;
    }
    let p = (vec2f(f32(id.x), f32(id.y)) + 0.5) * 2.0 / f32(params.cells) - 1.0;
    let middle = vec2i((p + REACH_OF_GRID) * (f32(params.side) / (2.0 * REACH_OF_GRID)));
    let last = i32(params.side) - 1;
    var sum = 0.0;
    var weight = 0.0;
    for (var j = -2; j <= 2; j++) {
        for (var i = -2; i <= 2; i++) {
            let at = clamp(middle + vec2i(i, j), vec2i(0), vec2i(last));
            let r = residuals[u32(at.y) * params.side + u32(at.x)];
            let w = f32((3 - abs(i)) * (3 - abs(j)));
            sum += select(0.0, w * min(r, MOST), r >= 0.0);
            weight += select(0.0, w, r >= 0.0);
        }
    }
    let mean = select(0.0, sum / weight, weight > 0.0);
    let free = 1.0 - smoothstep(FREE, HIDDEN, mean);
    let before = matte[index];
    matte[index] = min(free, before + RETURN * (free - before));
}
