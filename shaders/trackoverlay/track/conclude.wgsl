// Ends a frame in one workgroup: a second pass with motion blur and its judgement, or the end of a hunt;
// then the work of `finish.wgsl`.
// include: trackoverlay/track/shared/state.wgsl
// include: trackoverlay/track/shared/params.wgsl
// include: trackoverlay/track/shared/grid.wgsl
// include: trackoverlay/track/shared/level.wgsl
// include: trackoverlay/track/shared/quad.wgsl
// include: trackoverlay/track/shared/correlation.wgsl
// include: trackoverlay/track/shared/taps.wgsl
// include: trackoverlay/track/shared/footprint_rows.wgsl
// include: trackoverlay/track/shared/normal.wgsl
// include: trackoverlay/track/shared/lanes.wgsl
// include: trackoverlay/track/shared/scale.wgsl
// include: trackoverlay/track/shared/solve.wgsl
// include: trackoverlay/track/shared/iterate.wgsl
// include: trackoverlay/track/shared/refine.wgsl
// include: trackoverlay/track/shared/recipe.wgsl
// include: trackoverlay/track/shared/agreement.wgsl
// include: trackoverlay/track/shared/verdict.wgsl
// include: trackoverlay/track/shared/judged.wgsl
// include: trackoverlay/track/shared/candidate.wgsl
// include: trackoverlay/track/shared/accepted.wgsl
// include: trackoverlay/track/shared/anchor.wgsl
// include: trackoverlay/track/shared/ending.wgsl

var<immediate> params: ChainParams;
@group(0) @binding(0) var<storage, read_write> track: Track;
@group(0) @binding(1) var<storage, read> levels: array<f32>;
@group(0) @binding(2) var<storage, read> rendered: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> memory: array<vec2f>;
@group(0) @binding(4) var<storage, read_write> biases: array<f32>;
@group(0) @binding(5) var<storage, read> candidates: array<Candidate>;
@group(0) @binding(6) var<storage, read_write> agreement: array<vec4f>;
@group(0) @binding(7) var<storage, read_write> residuals: array<f32>;
// Laid out as `Pose` on the host.
@group(0) @binding(8) var<storage, read_write> pose_out: array<vec4f>;

// Iterations of the second pass.
const SECOND_ROUNDS_1: u32 = 1u;
const SECOND_ROUNDS_0: u32 = 2u;

var<workgroup> way: f32;
// 1 if the plane is lost.
var<workgroup> is_lost: u32;
var<workgroup> was_followed: u32;

@compute @workgroup_size(1024)
fn main(@builtin(local_invocation_index) lane: u32) {
    if ((track.mode & MODE_REFINE) != 0u) {
        take_up(lane);
        for (var grid = 1i; grid >= 0i; grid--) {
            refine(lane, u32(grid), select(SECOND_ROUNDS_1, SECOND_ROUNDS_0, grid == 0i), select(FINE, JUDGED, grid == 0i));
        }
        put_down(lane);
        judge(lane, true);
    }
    workgroupBarrier();
    if (lane == 0u) {
        if (track.state == STATE_LOST && track.mode == MODE_HUNT) {
            accept_best();
        }
        is_lost = select(0u, 1u, track.mode == MODE_HUNT);
        let is_found = track.age == 0u && track.state == STATE_DEGRADED;
        was_followed = select(0u, 1u, is_lost == 0u && !is_found);
        way = corner_way(track.now, track.home);
    }
    storageBarrier();
    workgroupBarrier();
    if (was_followed == 1u && lane < CELL_COUNT) {
        remember(cell_of(lane), way);
    }
    workgroupBarrier();
    if (lane == 0u) {
        end_frame(false, is_lost == 1u);
    }
}
