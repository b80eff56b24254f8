// Chooses the start of the fine alignment: the coarsely aligned position, or the prediction if that fits
// better. Objects in front of the plane can mislead the coarse levels.
// include: trackoverlay/track/shared/state.wgsl
// include: trackoverlay/track/shared/params.wgsl
// include: trackoverlay/track/shared/grid.wgsl
// include: trackoverlay/track/shared/level.wgsl
// include: trackoverlay/track/shared/candidate.wgsl
// include: trackoverlay/track/shared/quad.wgsl
// include: trackoverlay/track/shared/cost.wgsl

var<immediate> params: FrameParams;
@group(0) @binding(0) var<storage, read_write> track: Track;
@group(0) @binding(1) var<storage, read> levels: array<f32>;
@group(0) @binding(2) var<storage, read> rendered: array<vec4f>;
@group(0) @binding(3) var<storage, read> memory: array<vec2f>;
@group(0) @binding(4) var<storage, read> candidates: array<Candidate>;
@group(0) @binding(5) var<storage, read_write> squares: array<vec4f>;

const LANES: u32 = 64u;
var<workgroup> lane_costs: array<vec4f, 64>;

@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) lane: u32) {
    look_at_grid(params.grid);
    if ((track.mode & params.when) == 0u) {
        return;
    }
    let light = track.last_light;
    let clip = CLIPPED_RESIDUAL * light[1].w + CLIPPED_MORE;
    let coarse = candidates[0].h;
    let predicted = track.predicted;
    var costs = vec4f(0.0);
    let border = on.side / 8u;
    let inner = on.side - 2u * border;
    for (var i = lane; i < inner * inner; i += LANES) {
        let column = border + i % inner;
        let row = border + i / inner;
        let t = rendered[on.first + row * on.side + column];
        if (t.w > 0.5) {
            let p = place_of(column, row, on.side);
            costs += vec4f(cost(p, t.x, coarse, light, clip), cost(p, t.x, predicted, light, clip));
        }
    }
    lane_costs[lane] = costs;
    for (var cell = lane; cell < CELL_COUNT; cell += LANES) {
        squares[cell].z = 1.0;
    }
    workgroupBarrier();
    if (lane == 0u) {
        var sum = vec4f(0.0);
        for (var i = 0u; i < LANES; i++) {
            sum += lane_costs[i];
        }
        track.now = predicted;
        if (mean_cost(sum.xy) < mean_cost(sum.zw) && is_plausible(coarse)) {
            track.now = coarse;
        }
        track.light = light;
        track.light[1].w = 1.5 * max(2.0 * light[1].w, 4.0);
    }
}
