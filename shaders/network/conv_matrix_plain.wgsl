// The convolution of conv_matrix in plain loops, for tests on adapters without matrix units.
enable f16;
// include: network/shared/conv.wgsl
// include: network/shared/matrix_plain.wgsl
// include: network/shared/conv_matrix.wgsl

@compute @workgroup_size(128)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) index: u32) {
    convolve(group, index);
}
