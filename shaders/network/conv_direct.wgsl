// 3x3 convolution without workgroup memory, for software adapters: there workgroup memory is not faster than
// other memory, and barriers cost time.
// include: network/shared/conv.wgsl
// include: network/shared/conv_column.wgsl

alias Four = vec4f;
alias Parts = Sums;

fn weight(at: u32) -> vec4f {
    return weights[at];
}

@compute @workgroup_size(32)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let y = id.y * ROWS;
    var sums: Sums;
    var from_weight = id.z * params.input_channel_groups * CHANNEL_GROUP_WEIGHTS;
    for (var channel_group = 0u; channel_group < params.input_channel_groups; channel_group++) {
        var at = channel_group * params.area + y * params.pitch + id.x;
        for (var column = 0u; column < 3u; column++) {
            let x0 = inputs[at];
            let x1 = inputs[at + params.pitch];
            let x2 = inputs[at + params.pitch * 2u];
            let x3 = inputs[at + params.pitch * 3u];
            let x4 = inputs[at + params.pitch * 4u];
            let x5 = inputs[at + params.pitch * 5u];
            let x6 = inputs[at + params.pitch * 6u];
            let x7 = inputs[at + params.pitch * 7u];
            let x8 = inputs[at + params.pitch * 8u];
            let x9 = inputs[at + params.pitch * 9u];
            add_column(
                &sums,
                low_half(x0), low_half(x1), low_half(x2), low_half(x3), low_half(x4),
                low_half(x5), low_half(x6), low_half(x7), low_half(x8), low_half(x9),
                from_weight,
            );
            add_column(
                &sums,
                high_half(x0), high_half(x1), high_half(x2), high_half(x3), high_half(x4),
                high_half(x5), high_half(x6), high_half(x7), high_half(x8), high_half(x9),
                from_weight + HALF_WEIGHTS,
            );
            from_weight += 2u * HALF_WEIGHTS;
            at += 1u;
        }
    }
    store_column(&sums, id.z, id.x, y);
}
