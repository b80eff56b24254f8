// Which passes of the frame run: workgroups of each shape of dispatch, or none, for each mode.
// Bound as `gates`: three numbers for each shape and mode, then the shapes themselves.

const SHAPES: u32 = 16u;
const MODES: u32 = 3u;
// The levels of the frame have gates of their own, after those of the modes: they cover what the
// frame needs of them.
const SHAPES_AT: u32 = 192u;
const SHRINK_SHAPE: u32 = 9u;
const LEVELS: u32 = 5u;

fn open_gates(mode: u32) {
    for (var i = 0u; i < MODES * SHAPES; i++) {
        let size = gates[SHAPES_AT + i % SHAPES];
        let is_open = ((mode >> (i / SHAPES)) & 1u) == 1u;
        gates[3u * i] = select(0u, size & 0xffffu, is_open);
        gates[3u * i + 1u] = select(0u, size >> 16u, is_open);
        gates[3u * i + 2u] = select(0u, 1u, is_open);
    }
}

// Tiles of the passes that make the levels, over a box in pixels; none where the box is empty.
fn open_levels(box: vec4f, shrink: f32) {
    for (var i = 0u; i < LEVELS; i++) {
        let size = gates[SHAPES_AT + SHRINK_SHAPE + i];
        let tile = level_tile(i) * shrink;
        let first = first_tile(box, tile, shrink);
        let last = vec2i(ceil((box.zw + LEVEL_MARGIN * tile.y) / tile));
        let most = vec2i(i32(size & 0xffffu), i32(size >> 16u));
        let count = clamp(last, vec2i(0), most) - first;
        let is_open = box.z >= box.x && count.x > 0 && count.y > 0;
        let at = 3u * (MODES * SHAPES + SHRINK_SHAPE + i);
        gates[at] = select(0u, u32(count.x), is_open);
        gates[at + 1u] = select(0u, u32(count.y), is_open);
        gates[at + 2u] = select(0u, 1u, is_open);
    }
}
