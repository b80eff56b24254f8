// Aligns from the expected position at the second grid in one workgroup: the work of `gather.wgsl`,
// `solve.wgsl` and `check.wgsl`.
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
// include: trackoverlay/track/shared/nearby.wgsl

var<immediate> params: ChainParams;
@group(0) @binding(0) var<storage, read_write> track: Track;
@group(0) @binding(1) var<storage, read> levels: array<f32>;
@group(0) @binding(2) var<storage, read> rendered: array<vec4f>;
@group(0) @binding(3) var<storage, read> memory: array<vec2f>;
@group(0) @binding(4) var<storage, read_write> biases: array<f32>;

const GRID: u32 = 1u;
// Iterations from a position nearby.
const APPROACH_ROUNDS: u32 = 2u;

var<private> judges: bool;
var<workgroup> found: u32;

// Required by shared/normal; this kernel does not judge.
fn note_residual(index: u32, squared: f32, gradient: vec2f, is_seen: bool) {}
fn note_cell(cell: u32, found: Tally) {}

@compute @workgroup_size(1024)
fn main(@builtin(local_invocation_index) lane: u32) {
    if ((track.mode & MODE_FOLLOW) == 0u) {
        return;
    }
    take_up(lane);
    // From the expected position, then once more from nearby.
    for (var stage = 0u; stage < 2u; stage++) {
        refine(lane, GRID, select(1u, APPROACH_ROUNDS, stage == 1u), FINE);
        put_down(lane);
        if (lane == 0u && stage == 0u) {
            found = whereabouts();
        }
        workgroupBarrier();
        if (found != NEARBY) {
            break;
        }
    }
    if (lane == 0u && found == NEARBY) {
        track.mode |= MODE_APPROACH;
        found = select(ELSEWHERE, NEARBY, looks_right());
    }
    if (lane == 0u && found == ELSEWHERE) {
        track.mode |= MODE_SEARCH;
    }
}
