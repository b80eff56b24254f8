// Mean of each channel of a map, from the sums of its strips. A workgroup computes one channel group.

const WORKERS: u32 = 256u;

struct MeanParams {
    // Strips in a channel group.
    strips: u32,
    // One divided by the number of cells.
    scale: f32,
}

var<immediate> params: MeanParams;
@group(0) @binding(0) var<storage, read> sums: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> vector: array<vec4f>;

var<workgroup> shares_low: array<vec4f, WORKERS>;
var<workgroup> shares_high: array<vec4f, WORKERS>;

@compute @workgroup_size(WORKERS)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) index: u32) {
    var low = vec4f(0.0);
    var high = vec4f(0.0);
    for (var i = index; i < params.strips; i += WORKERS) {
        let at = (group.x * params.strips + i) * 2u;
        low += sums[at];
        high += sums[at + 1u];
    }
    shares_low[index] = low;
    shares_high[index] = high;
    workgroupBarrier();
    for (var half = WORKERS / 2u; half > 0u; half /= 2u) {
        if (index < half) {
            shares_low[index] += shares_low[index + half];
            shares_high[index] += shares_high[index + half];
        }
        workgroupBarrier();
    }
    if (index == 0u) {
        vector[group.x * 2u] = shares_low[0] * params.scale;
        vector[group.x * 2u + 1u] = shares_high[0] * params.scale;
    }
}
