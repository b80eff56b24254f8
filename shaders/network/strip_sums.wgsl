// Sums of a map's channels over strips, one cell wide and 32 cells high.

struct StripSumsParams {
    // Size of the picture in cells.
    width: u32,
    height: u32,
    // Cells from one row of the map to the next, and from one channel group to the next.
    pitch: u32,
    area: u32,
}

var<immediate> params: StripSumsParams;
@group(0) @binding(0) var<storage, read> inputs: array<vec4u>;
// Index order: channel groups, rows of strips, strips of a row, halves of the channel group.
@group(0) @binding(1) var<storage, read_write> sums: array<vec4f>;

const STRIP: u32 = 32u;

@compute @workgroup_size(32)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
    if (id.x >= params.width) {
        return;
    }
    var low = vec4f(0.0);
    var high = vec4f(0.0);
    for (var i = 0u; i < STRIP; i++) {
        let y = id.y * STRIP + i;
        if (y >= params.height) {
            break;
        }
        let cell = inputs[id.z * params.area + (y + 1u) * params.pitch + id.x + 1u];
        low += vec4f(unpack2x16float(cell.x), unpack2x16float(cell.y));
        high += vec4f(unpack2x16float(cell.z), unpack2x16float(cell.w));
    }
    let at = ((id.z * groups.y + id.y) * params.width + id.x) * 2u;
    sums[at] = low;
    sums[at + 1u] = high;
}
