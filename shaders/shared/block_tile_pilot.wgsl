// The pilot's pixels in a tile, in the form that `tile` has the picture's; for blocks in a lattice. Included
// after shared/block_tile.

var<workgroup> pilot_tile: array<f32, TILE_PIXELS>;

fn fill_pilot_tile(lane: u32) {
    let corner = tile_corner();
    let quads = tile_quads();
    let first = corner.x >> 2u;
    for (var i = lane; i < quads * LATTICE_ROWS; i += LANES) {
        let x = first + i32(i % quads);
        let y = i / quads;
        let quad = unpack_stored(pilot[part.first + quad_index(x, corner.y + i32(y), part.quads)]);
        let pixels = select(quad, quad.wzyx, is_mirrored(x, part.quads));
        for (var c = 0u; c < 4u; c++) {
            let column = tile_column(i % quads, c);
            if (column < TILE_WIDTH) {
                pilot_tile[y * TILE_WIDTH + column] = pixels[c];
            }
        }
    }
}

fn pilot_pixels(at: u32) -> vec4f {
    return vec4f(pilot_tile[at], pilot_tile[at + TILE_WIDTH], pilot_tile[at + 2u * TILE_WIDTH], pilot_tile[at + 3u * TILE_WIDTH]);
}
