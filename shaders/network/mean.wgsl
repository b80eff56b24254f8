// Means of a map's channels, from the sums of its strips. A workgroup makes those of one channel group.

const WORKERS: u32 = 64u;

struct MeanParams {
    // Strips of a channel group.
    strips: u32,
    // One over the number of cells.
    scale: f32,
}

var<immediate> params: MeanParams;
@group(0) @binding(0) var<storage, read> sums: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> vector: array<vec4f>;

var<workgroup> shares_low: array<vec4f, WORKERS>;
var<workgroup> shares_high: array<vec4f, WORKERS>;

@compute @workgroup_size(64)
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
    if (index == 0u) {
        for (var i = 1u; i < WORKERS; i++) {
            low += shares_low[i];
            high += shares_high[i];
        }
        vector[group.x * 2u] = low * params.scale;
        vector[group.x * 2u + 1u] = high * params.scale;
    }
}
