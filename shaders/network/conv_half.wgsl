// 3x3 convolution in tiles of 32x8 cells, four output channel groups at a time, with f16 products: GPUs do
// two of those at once. Partial sums over one kernel column and one input channel group (24 products) are
// f16, all further sums f32.
enable f16;
// include: network/shared/conv.wgsl
// include: network/shared/conv_column.wgsl
// include: network/shared/conv_tile.wgsl

alias Four = vec4h;
alias Parts = array<vec4h, 16>;

const CHANNEL_GROUPS: u32 = 4u;

// Adds the f16 partial sums to the f32 sums, and clears them.
fn gather(sums: ptr<function, Sums>, parts: ptr<function, Parts>) {
    (*sums)[0] += vec4f((*parts)[0]);
    (*parts)[0] = vec4h();
    (*sums)[1] += vec4f((*parts)[1]);
    (*parts)[1] = vec4h();
    (*sums)[2] += vec4f((*parts)[2]);
    (*parts)[2] = vec4h();
    (*sums)[3] += vec4f((*parts)[3]);
    (*parts)[3] = vec4h();
    (*sums)[4] += vec4f((*parts)[4]);
    (*parts)[4] = vec4h();
    (*sums)[5] += vec4f((*parts)[5]);
    (*parts)[5] = vec4h();
    (*sums)[6] += vec4f((*parts)[6]);
    (*parts)[6] = vec4h();
    (*sums)[7] += vec4f((*parts)[7]);
    (*parts)[7] = vec4h();
    (*sums)[8] += vec4f((*parts)[8]);
    (*parts)[8] = vec4h();
    (*sums)[9] += vec4f((*parts)[9]);
    (*parts)[9] = vec4h();
    (*sums)[10] += vec4f((*parts)[10]);
    (*parts)[10] = vec4h();
    (*sums)[11] += vec4f((*parts)[11]);
    (*parts)[11] = vec4h();
    (*sums)[12] += vec4f((*parts)[12]);
    (*parts)[12] = vec4h();
    (*sums)[13] += vec4f((*parts)[13]);
    (*parts)[13] = vec4h();
    (*sums)[14] += vec4f((*parts)[14]);
    (*parts)[14] = vec4h();
    (*sums)[15] += vec4f((*parts)[15]);
    (*parts)[15] = vec4h();
}

@compute @workgroup_size(32, 4)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u) {
    let index = local.y * COLUMNS + local.x;
    let first = group.y * ROWS * params.pitch + group.x * COLUMNS;
    var sums: Sums;
    var parts: Parts;
    for (var channel_group = 0u; channel_group < params.input_channel_groups; channel_group++) {
        workgroupBarrier();
        load_tile(first, channel_group, group.z * CHANNEL_GROUPS, index);
        workgroupBarrier();
        for (var column = 0u; column < 3u; column++) {
            add_tile_column(&parts, local.x, local.y, column);
            gather(&sums, &parts);
        }
    }
    store_column(&sums, group.z * CHANNEL_GROUPS + local.y, group.x * COLUMNS + local.x, group.y * ROWS);
}
