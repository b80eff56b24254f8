// Share of the texture that agrees at each aligned candidate: one workgroup for each, squares of 2x2 cells.
// include: trackoverlay/track/shared/state.wgsl
// include: trackoverlay/track/shared/params.wgsl
// include: trackoverlay/track/shared/grid.wgsl
// include: trackoverlay/track/shared/level.wgsl
// include: trackoverlay/track/shared/candidate.wgsl
// include: trackoverlay/track/shared/agreement.wgsl
// include: trackoverlay/track/shared/correlation.wgsl

var<immediate> params: FrameParams;
@group(0) @binding(0) var<storage, read> track: Track;
@group(0) @binding(1) var<storage, read> levels: array<f32>;
@group(0) @binding(2) var<storage, read> rendered: array<vec4f>;
@group(0) @binding(3) var<storage, read> memory: array<vec2f>;
@group(0) @binding(4) var<storage, read_write> candidates: array<Candidate>;

const SQUARES: u32 = 64u;
var<workgroup> votes: array<vec4f, 64>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
    look_at_grid(params.grid);
    if ((track.mode & params.when) == 0u) {
        return;
    }
    let h = candidates[group.x].h;
    let light = candidates[group.x].light;
    let width = on.side / 8u;
    var n = 0.0;
    var first = vec2f(0.0);
    var second = vec3f(0.0);
    // Sums of the residuals and of their squares.
    var off = vec2f(0.0);
    for (var k = 0u; k < width * width; k++) {
        let column = (lane % 8u) * width + k % width;
        let row = (lane / 8u) * width + k / width;
        let t = rendered[on.first + row * on.side + column];
        let p = place_of(column, row, on.side);
        let q = h * vec3f(p, 1.0);
        let at = q.xy / q.z;
        if (t.w < 0.5 || !(q.z > 0.05) || !(at.x >= 2.0 && at.y >= 2.0
            && at.x < f32(params.width) - 3.0 && at.y < f32(params.height) - 3.0)) {
            continue;
        }
        let v = level_at(at);
        let r = v - light[0].x * t.x - light[0].y - light[0].z * p.x - light[0].w * p.y
            - light[1].x * p.x * p.x - light[1].y * p.x * p.y - light[1].z * p.y * p.y;
        off += vec2f(r, r * r);
        n += 1.0;
        first += vec2f(v, t.x);
        second += vec3f(v * v, t.x * t.x, v * t.x);
    }
    let fit = correlation(n, first, second);
    let cell = (lane / 8u) * 2u * CELLS + (lane % 8u) * 2u;
    let own = off.x / max(n, 1.0);
    let energy = off.y / max(n, 1.0) - own * own;
    let v = vote(fit, select(memory[cell].x, 1.0, is_inner_cell(cell)), light[0].x, energy);
    votes[lane] = vec4f(v, v.x * fit.x, 0.0);
    workgroupBarrier();
    if (lane == 0u) {
        var all = vec4f(0.0);
        for (var i = 0u; i < SQUARES; i++) {
            all += votes[i];
        }
        let share = select(vec2f(0.0), all.yz / all.x, all.x > 0.0);
        candidates[group.x].fit.y = share.x * candidates[group.x].fit.w;
        candidates[group.x].fit.z = share.y;
    }
}
