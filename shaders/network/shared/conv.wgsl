// A 3x3 convolution. An invocation computes eight output channels (a channel group) of a column: eight
// cells, one below the other. The eight rows share loads of inputs and weights.
//
// A map stores one channel group after the other, each in row order; a cell's eight channels are half floats
// in one vec4u. Around each map lies a border of zero cells: one at the left and top, and at the right and
// bottom as many as fill whole tiles. So only stores need to check the picture's edges.
//
// Inputs and weights are declared where they are read: `network/shared/conv_column.wgsl`,
// `network/shared/conv_matrix.wgsl`.

// Output rows of a column.
const ROWS: u32 = 8u;

// Adds another layer's map, before or after the activation.
override HAS_SKIP: bool = false;

struct ConvParams {
    // Size of the picture in cells.
    width: u32,
    height: u32,
    // Cells from one row of a map to the next, and from one channel group to the next.
    pitch: u32,
    area: u32,
    // Channel groups of inputs and outputs.
    input_channel_groups: u32,
    output_channel_groups: u32,
    // 3 if each of the 4x4 cells of a block has its own bias, 0 if all have the same.
    position_mask: u32,
    // Slope of the activation below zero; 1 for no activation.
    leak: f32,
    // 1 to add the other layer's map after the activation.
    late: u32,
}

var<immediate> params: ConvParams;
// Index order: positions, then channels.
@group(0) @binding(2) var<storage, read> biases: array<vec4f>;
// Added to the biases at all positions.
@group(0) @binding(3) var<storage, read> shift: array<vec4f>;
@group(0) @binding(4) var<storage, read> skip: array<vec4u>;
// Column and row, in cells, of the first whole 8x8 block of the codec's grid, 0 to 3 each.
@group(0) @binding(5) var<storage, read> origin: array<u32>;
@group(0) @binding(6) var<storage, read_write> outputs: array<vec4u>;

fn low_half(channel_group: vec4u) -> vec4f {
    return vec4f(unpack2x16float(channel_group.x), unpack2x16float(channel_group.y));
}

fn high_half(channel_group: vec4u) -> vec4f {
    return vec4f(unpack2x16float(channel_group.z), unpack2x16float(channel_group.w));
}

fn store_cell(low: vec4f, high: vec4f, channel_group: u32, x: u32, y: u32) {
    if (x >= params.width || y >= params.height) {
        return;
    }
    let at = channel_group * params.area + (y + 1u) * params.pitch + x + 1u;
    let column = (x - origin[0]) & params.position_mask;
    let row = (y - origin[1]) & params.position_mask;
    let bias = ((row * 4u + column) * params.output_channel_groups + channel_group) * 2u;
    var l = low + biases[bias] + shift[channel_group * 2u];
    var h = high + biases[bias + 1u] + shift[channel_group * 2u + 1u];
    var added = vec4u(0u);
    if (HAS_SKIP) {
        added = skip[at];
    }
    if (HAS_SKIP && params.late == 0u) {
        l += low_half(added);
        h += high_half(added);
    }
    l = max(l, l * params.leak);
    h = max(h, h * params.leak);
    if (HAS_SKIP && params.late == 1u) {
        l += low_half(added);
        h += high_half(added);
    }
    outputs[at] = vec4u(
        pack2x16float(l.xy), pack2x16float(l.zw), pack2x16float(h.xy), pack2x16float(h.zw),
    );
}

// Eight cells of a channel group, two halves each.
alias Sums = array<vec4f, 16>;

fn store_column(sums: ptr<function, Sums>, channel_group: u32, x: u32, y: u32) {
    store_cell((*sums)[0], (*sums)[1], channel_group, x, y);
    store_cell((*sums)[2], (*sums)[3], channel_group, x, y + 1u);
    store_cell((*sums)[4], (*sums)[5], channel_group, x, y + 2u);
    store_cell((*sums)[6], (*sums)[7], channel_group, x, y + 3u);
    store_cell((*sums)[8], (*sums)[9], channel_group, x, y + 4u);
    store_cell((*sums)[10], (*sums)[11], channel_group, x, y + 5u);
    store_cell((*sums)[12], (*sums)[13], channel_group, x, y + 6u);
    store_cell((*sums)[14], (*sums)[15], channel_group, x, y + 7u);
}
