// Detects a scene cut from motion: half of the picture's blocks have no match in the previous picture. Noise
// alone does not count as a missing match, and an object that enters the picture is too small. The shader
// that includes this also includes shared/last_group.wgsl and binds the noise model. From the same blocks come two
// figures of the picture, for whoever plans bit rates: how far it moves, and how much of it motion does not explain.

// Number of workgroups that have ended: 0 before and after the dispatch.
@group(0) @binding(5) var<storage, read_write> done: atomic<u32>;
// Sums over blocks, see SUMS: 0 before and after the dispatch.
@group(0) @binding(6) var<storage, read_write> block_sums: array<atomic<u32>, SUMS>;
// [0]: 1 at a cut; [1]: number of cuts so far; [2], [3]: bits of the figures motion and complexity.
@group(0) @binding(7) var<storage, read_write> scene: array<u32>;
// [0]: number of cuts before this picture; [1]: with it.
@group(0) @binding(8) var<storage, read_write> cuts: array<u32>;

// Sums: blocks without a match; lengths of the vectors of the others; differences beyond noise.
const SUMS: u32 = 3u;
// Parts of a luma pixel, and of a code value, that are summed: whole numbers, whose sum no order changes.
const LENGTH_PARTS: f32 = 16.0;
const DIFFERENCE_PARTS: f32 = 64.0;
// Longest vector and largest difference in the sums, so that those of any picture fit into 32 bits.
const MOST_LENGTH: f32 = 128.0;
const MOST_DIFFERENCE: f32 = 32.0;
// A block has no match if the difference exceeds what noise explains by this many 8-bit code values.
const DIFFERENCE: f32 = 6.0;
// Mean absolute difference that noise causes at half size, in standard deviations: sqrt(2 / pi) / 2, plus
// half of that because blocks vary.
const NOISE_SHARE: f32 = 0.6;
// A cut needs this many eighths of all blocks without a match.
const LOST_OF_EIGHT: u32 = 4u;

// Sums of this workgroup.
var<workgroup> sums_here: array<atomic<u32>, SUMS>;

fn add_block(vector: vec2f, difference: f32) {
    let beyond = difference - NOISE_SHARE * sqrt(noise.mean_y);
    let unexplained = clamp(beyond, 0.0, MOST_DIFFERENCE);
    atomicAdd(&sums_here[2], u32(unexplained * DIFFERENCE_PARTS + 0.5));
    if (beyond > DIFFERENCE) {
        atomicAdd(&sums_here[0], 1u);
    } else {
        atomicAdd(&sums_here[1], u32(min(length(vector), MOST_LENGTH) * LENGTH_PARTS + 0.5));
    }
}

// All invocations of all workgroups must call this once. `block`: the vector in luma pixels (xy) and the mean absolute
// difference (z) of this invocation's block, if it `has_block`.
fn judge_scene(groups: vec3u, thread: u32, has_block: bool, block: vec3f, blocks: u32) {
    if (thread < SUMS) {
        atomicStore(&sums_here[thread], 0u);
    }
    workgroupBarrier();
    if (has_block) {
        add_block(block.xy, block.z);
    }
    workgroupBarrier();
    if (thread < SUMS) {
        atomicAdd(&block_sums[thread], atomicLoad(&sums_here[thread]));
    }
    if (is_last_group(groups, thread) && thread == 0u) {
        let lost = atomicExchange(&block_sums[0], 0u);
        let lengths = f32(atomicExchange(&block_sums[1], 0u)) / LENGTH_PARTS;
        let differences = f32(atomicExchange(&block_sums[2], 0u)) / DIFFERENCE_PARTS;
        let cut = lost * 8u >= blocks * LOST_OF_EIGHT;
        let total = cuts[0] + u32(cut);
        scene[0] = u32(cut);
        scene[1] = total;
        scene[2] = bitcast<u32>(lengths / f32(max(blocks - lost, 1u)));
        scene[3] = bitcast<u32>(differences / f32(blocks));
        cuts[0] = total;
    }
}
