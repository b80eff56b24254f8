// Tells a scene cut from motion: half the picture's blocks are not found in the last one. Blocks
// that are merely noisy do not count, nor does an object that comes into view.
// include: shared/noise_model.wgsl

struct SceneCutParams {
    blocks_x: u32,
    blocks_y: u32,
}

var<immediate> params: SceneCutParams;
// Vector, mean absolute difference of the match, change of brightness along it.
@group(0) @binding(0) var vectors: texture_2d<f32>;
@group(0) @binding(1) var<storage, read> noise: NoiseModel;
// 1 at a cut, then the number of cuts so far.
@group(0) @binding(2) var<storage, read_write> scene: array<u32>;
// The number of cuts before, and now.
@group(0) @binding(3) var<storage, read_write> cuts: array<u32>;

// A match differs by more than this many code values, beyond what noise explains.
const DIFFERENCE: f32 = 6.0;
// Mean absolute difference that noise causes at half size, in deviations: sqrt(2 / pi) / 2, and
// half as much again, for blocks vary.
const NOISE_SHARE: f32 = 0.6;
// So many of eight blocks must be lost.
const LOST_OF_EIGHT: u32 = 4u;

var<workgroup> lost: atomic<u32>;

@compute @workgroup_size(256)
fn main(@builtin(local_invocation_index) index: u32) {
    if (index == 0u) {
        atomicStore(&lost, 0u);
    }
    workgroupBarrier();
    let count = params.blocks_x * params.blocks_y;
    let limit = DIFFERENCE + NOISE_SHARE * sqrt(noise.mean_y);
    var mine = 0u;
    for (var i = index; i < count; i += 256u) {
        let at = vec2u(i % params.blocks_x, i / params.blocks_x);
        mine += u32(textureLoad(vectors, at, 0).z > limit);
    }
    atomicAdd(&lost, mine);
    workgroupBarrier();
    if (index == 0u) {
        let cut = atomicLoad(&lost) * 8u >= count * LOST_OF_EIGHT;
        let total = cuts[0] + u32(cut);
        scene[0] = u32(cut);
        scene[1] = total;
        cuts[0] = total;
    }
}
