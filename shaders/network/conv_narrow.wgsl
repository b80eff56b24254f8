// 3x3 convolution in tiles, one output channel group at a time: for layers whose number of output channel
// groups is no multiple of four.
// include: network/shared/conv.wgsl
// include: network/shared/conv_column.wgsl
// include: network/shared/conv_tile.wgsl
// include: network/shared/conv_tile_sum.wgsl

const CHANNEL_GROUPS: u32 = 1u;

@compute @workgroup_size(32, 1)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u) {
    convolve_tile(group, local);
}
