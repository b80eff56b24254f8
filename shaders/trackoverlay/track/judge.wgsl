// Judges the alignment. Stage 0 decides whether the plane is lost, and whether its motion needs a second
// pass with motion blur. Stage 1 decides whether that pass was better.
// include: trackoverlay/track/shared/state.wgsl
// include: trackoverlay/track/shared/params.wgsl
// include: trackoverlay/track/shared/grid.wgsl
// include: trackoverlay/track/shared/quad.wgsl
// include: trackoverlay/track/shared/recipe.wgsl
// include: trackoverlay/track/shared/agreement.wgsl
// include: trackoverlay/track/shared/scale.wgsl
// include: trackoverlay/track/shared/verdict.wgsl
// include: trackoverlay/track/shared/tiles.wgsl
// include: trackoverlay/track/shared/gates.wgsl

var<immediate> params: FitParams;
@group(0) @binding(0) var<storage, read_write> track: Track;
@group(0) @binding(1) var<storage, read> agreement: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> memory: array<vec2f>;
@group(0) @binding(3) var<storage, read_write> gates: array<u32>;

const LANES: u32 = 32u;
var<workgroup> votes: array<vec4f, 32>;
var<workgroup> is_hunting: u32;

@compute @workgroup_size(32)
fn main(@builtin(local_invocation_index) lane: u32) {
    look_at_grid(params.grid);
    if ((track.mode & params.when) == 0u) {
        return;
    }
    let m = on.side / CELLS;
    let noise = usual_noise();
    var sum = vec4f(0.0);
    for (var cell = lane; cell < CELL_COUNT; cell += LANES) {
        let a = agreement[cell];
        let trust = select(memory[cell].x, 1.0, is_inner_cell(cell));
        let seen = select(0.0, f32(m * m), a.x >= 0.0 && a.w > 0.0);
        energies[cell] = vec2f(a.x * seen, seen);
        let v = vote(a.yzw, trust, track.light[0].x, a.x);
        sum += vec4f(v, v.x * a.y, v.x * clarity_of(a.z, track.light[0].x, noise));
    }
    votes[lane] = sum;
    workgroupBarrier();
    find_scale(lane, track.light[1].w);
    if (lane == 0u) {
        var all = vec4f(0.0);
        for (var i = 0u; i < LANES; i++) {
            all += votes[i];
        }
        let means = select(vec3f(0.0), all.yzw / all.x, all.x > 0.0);
        track.light[1].w = found_scale;
        decide(means, params.stage == 1u);
        // The search for a plane that was just lost begins in the next frame.
        is_hunting = select(0u, 1u, track.mode == MODE_HUNT);
        open_gates(select(track.mode, 0u, is_hunting == 1u));
    }
    workgroupBarrier();
    // Forgets which cells were covered: it does not apply to where the plane will be found.
    for (var cell = lane; is_hunting == 1u && cell < CELL_COUNT; cell += LANES) {
        memory[cell].y = 0.0;
    }
}
