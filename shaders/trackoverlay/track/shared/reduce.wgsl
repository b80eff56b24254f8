// Sums the products of all 32 invocations in a fixed order, so that the result is reproducible.

const LANES: u32 = 32u;
// Half of each invocation's products at a time: 20 vec4f.
var<workgroup> lane_sums: array<vec4f, 640>;
// The 16x16 matrix: ten blocks of four columns, in row order of the upper half.
var<workgroup> total: array<vec4f, 40>;

fn put(at: u32, m: mat4x4f) {
    lane_sums[at] = m[0];
    lane_sums[at + 1u] = m[1];
    lane_sums[at + 2u] = m[2];
    lane_sums[at + 3u] = m[3];
}

fn gather_half(lane: u32, half: u32) {
    workgroupBarrier();
    if (lane < 20u) {
        var sum = vec4f(0.0);
        for (var i = 0u; i < LANES; i++) {
            sum += lane_sums[i * 20u + lane];
        }
        total[half * 20u + lane] = sum;
    }
    workgroupBarrier();
}

fn reduce_products(lane: u32) {
    let at = lane * 20u;
    put(at, m00);
    put(at + 4u, m01);
    put(at + 8u, m02);
    put(at + 12u, m03);
    put(at + 16u, m11);
    gather_half(lane, 0u);
    put(at, m12);
    put(at + 4u, m13);
    put(at + 8u, m22);
    put(at + 12u, m23);
    put(at + 16u, m33);
    gather_half(lane, 1u);
}
