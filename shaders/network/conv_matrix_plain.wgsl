// A 3x3 convolution as on matrix units, in plain loops: for the tests.
enable f16;
// include: shared/conv.wgsl
// include: shared/matrix_plain.wgsl
// include: shared/conv_matrix.wgsl

@compute @workgroup_size(128)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) index: u32) {
    convolve(group, index);
}
