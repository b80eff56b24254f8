// 3x3 convolution of a tile with f32 sums only.

alias Four = vec4f;
alias Parts = Sums;

fn convolve_tile(group: vec3u, local: vec3u) {
    let index = local.y * COLUMNS + local.x;
    let first = group.y * ROWS * params.pitch + group.x * COLUMNS;
    var sums: Sums;
    for (var channel_group = 0u; channel_group < params.input_channel_groups; channel_group++) {
        workgroupBarrier();
        load_tile(first, channel_group, group.z * CHANNEL_GROUPS, index);
        workgroupBarrier();
        for (var column = 0u; column < 3u; column++) {
            add_tile_column(&sums, local.x, local.y, column);
        }
    }
    store_column(&sums, group.z * CHANNEL_GROUPS + local.y, group.x * COLUMNS + local.x, group.y * ROWS);
}
