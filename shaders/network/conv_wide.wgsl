// 3x3 convolution in tiles, four output channel groups at a time.
// include: network/shared/conv.wgsl
// include: network/shared/conv_column.wgsl
// include: network/shared/conv_tile.wgsl
// include: network/shared/conv_tile_sum.wgsl

const CHANNEL_GROUPS: u32 = 4u;

@compute @workgroup_size(32, 4)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u) {
    convolve_tile(group, local);
}
