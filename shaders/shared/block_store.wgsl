// Stores a shrunk block. The shader that includes this also includes shared/packed.wgsl and
// shared/shrinkage.wgsl, and binds `blocks` and `weights`.

fn store_block(at: vec2u, blocks_x: u32, first: u32, b: ptr<function, array<vec4f, 16>>, weight: f32) {
    let index = block_index(at.x, at.y, blocks_x, first);
    blocks[index + 0u] = vec4u(pack_stored((*b)[0]), pack_stored((*b)[2]));
    blocks[index + 1u] = vec4u(pack_stored((*b)[4]), pack_stored((*b)[6]));
    blocks[index + 2u] = vec4u(pack_stored((*b)[8]), pack_stored((*b)[10]));
    blocks[index + 3u] = vec4u(pack_stored((*b)[12]), pack_stored((*b)[14]));
    blocks[index + 4u] = vec4u(pack_stored((*b)[1]), pack_stored((*b)[3]));
    blocks[index + 5u] = vec4u(pack_stored((*b)[5]), pack_stored((*b)[7]));
    blocks[index + 6u] = vec4u(pack_stored((*b)[9]), pack_stored((*b)[11]));
    blocks[index + 7u] = vec4u(pack_stored((*b)[13]), pack_stored((*b)[15]));
    weights[first + at.y * blocks_x + at.x] = weight;
}
