// Decides whether the plane is at its expected position: the first step from there was short, and the frame
// looks as expected. If it is nearby, more steps follow, and stage 1 checks their result. Otherwise the
// plane is searched for.
// include: trackoverlay/track/shared/state.wgsl
// include: trackoverlay/track/shared/params.wgsl
// include: trackoverlay/track/shared/grid.wgsl
// include: trackoverlay/track/shared/quad.wgsl
// include: trackoverlay/track/shared/nearby.wgsl
// include: trackoverlay/track/shared/tiles.wgsl
// include: trackoverlay/track/shared/gates.wgsl

var<immediate> params: FitParams;
@group(0) @binding(0) var<storage, read_write> track: Track;
@group(0) @binding(1) var<storage, read_write> gates: array<u32>;

@compute @workgroup_size(1)
fn main() {
    look_at_grid(params.grid);
    if ((track.mode & params.when) == 0u) {
        return;
    }
    var found = AS_EXPECTED;
    if (params.stage == 0u) {
        found = whereabouts();
    } else if (!looks_right()) {
        found = ELSEWHERE;
    }
    if (found == NEARBY) {
        track.mode |= MODE_APPROACH;
        open_gates(track.mode);
    }
    if (found == ELSEWHERE) {
        track.mode |= MODE_SEARCH;
        track.roi = track.wide;
        open_gates(track.mode);
    }
    open_levels(track.wide, f32(params.shrink), select(0u, LEVELS, found == ELSEWHERE));
}
