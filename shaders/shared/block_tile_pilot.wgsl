// A pilot for blocks that lie in a lattice, after shared/block_tile: of `pilot`, what `tile` has of the picture.

var<workgroup> guess: array<f32, TILE_PIXELS>;

fn fill_guess(lane: u32) {
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
                guess[y * TILE_WIDTH + column] = pixels[c];
            }
        }
    }
}

fn guess_pixels(at: u32) -> vec4f {
    return vec4f(guess[at], guess[at + TILE_WIDTH], guess[at + 2u * TILE_WIDTH], guess[at + 3u * TILE_WIDTH]);
}
