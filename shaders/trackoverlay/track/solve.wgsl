// One step of the alignment from the sums of all workgroups, and the weights for the next. Stage 1 is the
// last step at its grid.
// include: trackoverlay/track/shared/state.wgsl
// include: trackoverlay/track/shared/params.wgsl
// include: trackoverlay/track/shared/grid.wgsl
// include: trackoverlay/track/shared/quad.wgsl
// include: trackoverlay/track/shared/solve.wgsl
// include: trackoverlay/track/shared/scale.wgsl

var<immediate> params: FitParams;
@group(0) @binding(0) var<storage, read_write> track: Track;
@group(0) @binding(1) var<storage, read_write> squares: array<vec4f>;
@group(0) @binding(2) var<storage, read> sums: array<vec4f>;
const LANES: u32 = 32u;
// A finer grid begins with the coarser one's scale of residuals times this factor.
const COARSER: f32 = 1.5;
// The 16x16 matrix: ten blocks of four columns.
var<workgroup> total: array<vec4f, 40>;

@compute @workgroup_size(32)
fn main(@builtin(local_invocation_index) lane: u32) {
    look_at_grid(params.grid);
    if ((track.mode & params.when) == 0u) {
        return;
    }
    let groups = (square_count(on.number) + 31u) / 32u;
    for (var i = lane; i < 40u; i += LANES) {
        var sum = vec4f(0.0);
        for (var group = 0u; group < groups; group++) {
            sum += sums[group * 40u + i];
        }
        total[i] = sum;
    }
    for (var square = lane; square < square_count(on.number); square += LANES) {
        energies[square] = squares[square].xy;
    }
    workgroupBarrier();
    let scale = track.light[1].w;
    find_scale(lane, scale);
    solve_step(lane, track.last_light, found_scale);
    let is_last = params.stage == 1u;
    for (var square = lane; square < CELL_COUNT; square += LANES) {
        squares[square].z = select(square_weights[square], 1.0, is_last);
    }
    if (lane == 0u) {
        let next = stepped(track.now);
        if (is_plausible(next)) {
            track.now = next;
            track.light = relit(track.light);
        }
        track.light[1].w = found_scale * select(1.0, COARSER, is_last);
    }
}
