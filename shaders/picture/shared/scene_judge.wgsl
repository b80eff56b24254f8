// Detects a scene cut from motion: half of the picture's blocks have no match in the previous picture. Noise
// alone does not count as a missing match, and an object that enters the picture is too small. The shader
// that includes this also includes shared/last_group.wgsl and binds the noise model.

// Number of workgroups that have ended: 0 before and after the dispatch.
@group(0) @binding(5) var<storage, read_write> done: atomic<u32>;
// Number of blocks without a match: 0 before and after the dispatch.
@group(0) @binding(6) var<storage, read_write> lost: atomic<u32>;
// [0]: 1 at a cut; [1]: number of cuts so far.
@group(0) @binding(7) var<storage, read_write> scene: array<u32>;
// [0]: number of cuts before this picture; [1]: with it.
@group(0) @binding(8) var<storage, read_write> cuts: array<u32>;

// A block has no match if the difference exceeds what noise explains by this many 8-bit code values.
const DIFFERENCE: f32 = 6.0;
// Mean absolute difference that noise causes at half size, in standard deviations: sqrt(2 / pi) / 2, plus
// half of that because blocks vary.
const NOISE_SHARE: f32 = 0.6;
// A cut needs this many eighths of all blocks without a match.
const LOST_OF_EIGHT: u32 = 4u;

// Blocks without a match in this workgroup.
var<workgroup> lost_here: atomic<u32>;

// True if a block with this mean absolute difference has no match.
fn has_no_match(difference: f32) -> bool {
    return difference > DIFFERENCE + NOISE_SHARE * sqrt(noise.mean_y);
}

// All invocations of all workgroups must call this once. `is_lost`: this invocation has a block without a
// match.
fn judge_scene(groups: vec3u, thread: u32, is_lost: bool, blocks: u32) {
    if (thread == 0u) {
        atomicStore(&lost_here, 0u);
    }
    workgroupBarrier();
    if (is_lost) {
        atomicAdd(&lost_here, 1u);
    }
    workgroupBarrier();
    if (thread == 0u) {
        atomicAdd(&lost, atomicLoad(&lost_here));
    }
    if (is_last_group(groups, thread) && thread == 0u) {
        let cut = atomicExchange(&lost, 0u) * 8u >= blocks * LOST_OF_EIGHT;
        let total = cuts[0] + u32(cut);
        scene[0] = u32(cut);
        scene[1] = total;
        cuts[0] = total;
    }
}
