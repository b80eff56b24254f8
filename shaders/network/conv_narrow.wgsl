// A 3x3 convolution by tiles. One output channel group, for layers whose number of channel groups is no multiple of four.
// include: network/shared/conv.wgsl
// include: network/shared/conv_column.wgsl
// include: network/shared/conv_tile.wgsl
// include: network/shared/conv_tile_sum.wgsl

const CHANNEL_GROUPS: u32 = 1u;

@compute @workgroup_size(32, 1)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u) {
    convolve_tile(group, local);
}
