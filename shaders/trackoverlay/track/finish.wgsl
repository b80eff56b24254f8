// Ends a frame: updates the state and writes the pose. Stage 1 in the arming frame.
// include: trackoverlay/track/shared/state.wgsl
// include: trackoverlay/track/shared/params.wgsl
// include: trackoverlay/track/shared/anchor.wgsl
// include: trackoverlay/track/shared/ending.wgsl

var<immediate> params: FinishParams;
@group(0) @binding(0) var<storage, read_write> track: Track;
@group(0) @binding(1) var<storage, read> agreement: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> memory: array<vec2f>;
// Laid out as `Pose` on the host.
@group(0) @binding(3) var<storage, read_write> pose_out: array<vec4f>;

const LANES: u32 = 32u;
var<workgroup> way: f32;

@compute @workgroup_size(32)
fn main(@builtin(local_invocation_index) lane: u32) {
    if (track.state == STATE_IDLE) {
        if (lane == 0u) {
            end_idle_frame();
        }
        return;
    }
    let is_arming = params.stage == 1u;
    let is_lost = !is_arming && track.mode == MODE_HUNT;
    let was_followed = !is_arming && !is_lost && !(track.age == 0u && track.state == STATE_DEGRADED);
    if (lane == 0u) {
        way = corner_way(track.now, track.home);
    }
    workgroupBarrier();
    if (was_followed) {
        for (var cell = lane; cell < CELL_COUNT; cell += LANES) {
            remember(cell, way);
        }
    }
    if (lane == 0u) {
        end_frame(is_arming, is_lost);
    }
}
