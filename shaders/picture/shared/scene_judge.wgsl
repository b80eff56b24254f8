// Tells a scene cut from motion: half the picture's blocks are not found in the last one. Blocks that are
// merely noisy do not count, nor does an object that comes into view.
// The shader that includes this includes shared/last_group.wgsl too and binds the noise model.

// Workgroups that have ended: 0 before and after.
@group(0) @binding(5) var<storage, read_write> done: atomic<u32>;
// Blocks without a match so far: 0 before and after.
@group(0) @binding(6) var<storage, read_write> lost: atomic<u32>;
// 1 at a cut, then the number of cuts so far.
@group(0) @binding(7) var<storage, read_write> scene: array<u32>;
// The number of cuts before, and now.
@group(0) @binding(8) var<storage, read_write> cuts: array<u32>;

// A match differs by more than this many code values, beyond what noise explains.
const DIFFERENCE: f32 = 6.0;
// Mean absolute difference that noise causes at half size, in deviations: sqrt(2 / pi) / 2, and
// half as much again, for blocks vary.
const NOISE_SHARE: f32 = 0.6;
// So many of eight blocks must be lost.
const LOST_OF_EIGHT: u32 = 4u;

// Of this workgroup.
var<workgroup> lost_here: atomic<u32>;

// Whether a block with this mean absolute difference has none in the last picture.
fn has_no_match(difference: f32) -> bool {
    return difference > DIFFERENCE + NOISE_SHARE * sqrt(noise.mean_y);
}

// All invocations of all workgroups call this, once; `is_lost` where one has a block without a match.
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
