// 3x3 convolution on matrix units.
enable f16;
enable wgpu_cooperative_matrix;
// include: network/shared/conv.wgsl
// include: network/shared/matrix_coop.wgsl
// include: network/shared/conv_matrix.wgsl

@compute @workgroup_size(128)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) index: u32) {
    convolve(group, index);
}
