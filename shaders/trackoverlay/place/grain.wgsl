// Makes the field of grain of a frame: noise with the plate's deviation and correlation, luma and both chroma.
// include: trackoverlay/place/shared/grain.wgsl

struct GrainParams {
    // Number of the frame.
    frame: u32,
    // 0 none, 1 as much as the plate has.
    strength: f32,
}

var<immediate> params: GrainParams;
@group(0) @binding(0) var<storage, read> noise: array<vec4f>;
// In 8-bit codes.
@group(0) @binding(1) var<storage, read_write> grain: array<vec4f>;

const TILE: u32 = 8u;
const AROUND: u32 = 10u;
const LANES: u32 = 64u;
// Deviation of the sum of four bytes.
const BYTES_DEVIATION: f32 = 147.80;

var<workgroup> white: array<vec3f, 100>;

fn sum_of_bytes(bits: u32) -> f32 {
    return f32((bits & 255u) + ((bits >> 8u) & 255u) + ((bits >> 16u) & 255u) + (bits >> 24u));
}

// Nearly Gaussian, with a deviation of 1.
fn white_at(at: vec2i) -> vec3f {
    let inside = vec2u(at & vec2i(FIELD - 1));
    let seed = hash(params.frame) + inside.y * u32(FIELD) + inside.x;
    let all = vec3f(sum_of_bytes(hash(seed)), sum_of_bytes(hash(seed + 0x10000u)), sum_of_bytes(hash(seed + 0x20000u)));
    return (all - 510.0) / BYTES_DEVIATION;
}

// Weight of neighbours, that of the middle being 1, which gives this correlation between them.
fn neighbour_of(correlation: f32) -> f32 {
    let r = max(correlation, 1e-3);
    return (1.0 - sqrt(max(1.0 - 2.0 * r * r, 0.0))) / (2.0 * r);
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
    for (var k = lane; k < AROUND * AROUND; k += LANES) {
        white[k] = white_at(vec2i(group.xy * TILE + vec2u(k % AROUND, k / AROUND)) - vec2i(1));
    }
    workgroupBarrier();
    let own = vec2u(lane % TILE, lane / TILE);
    let beside = vec3f(neighbour_of(noise[0].y), neighbour_of(noise[1].y), neighbour_of(noise[2].y));
    var sum = vec3f(0.0);
    for (var k = 0u; k < 9u; k++) {
        let step = vec2u(k % 3u, k / 3u);
        let across = select(beside, vec3f(1.0), step.x == 1u);
        let down = select(beside, vec3f(1.0), step.y == 1u);
        sum += across * down * white[(own.y + step.y) * AROUND + own.x + step.x];
    }
    let deviation = params.strength * vec3f(grain_of(noise[0].x), grain_of(noise[1].x), grain_of(noise[2].x));
    let at = group.xy * TILE + own;
    grain[at.y * u32(FIELD) + at.x] = vec4f(deviation * sum / (1.0 + 2.0 * beside * beside), 0.0);
}
