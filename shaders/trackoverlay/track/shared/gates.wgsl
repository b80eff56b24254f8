// Gates decide which passes of a frame run: workgroup counts for each shape of dispatch and mode, or zero.
// Bound as `gates`: three numbers for each shape and mode, three for each shape with a gate of its own, then
// the shapes.

// False if passes are not gated, and check themselves whether the frame needs them.
override GATED: bool = true;

const SHAPES: u32 = 16u;
const MODES: u32 = 5u;
const SHAPES_AT: u32 = 3u * (MODES + 1u) * SHAPES;
// The levels of the frame have gates of their own, which cover only the part of the frame that is needed.
const SHRINK_SHAPE: u32 = 9u;
const LEVELS: u32 = 5u;
// So has drawing the template, because in most frames it looks the same.
const DRAW_SHAPE: u32 = 15u;

fn set_gate(gate: u32, size: vec2u, is_open: bool) {
    gates[3u * gate] = select(0u, size.x, is_open);
    gates[3u * gate + 1u] = select(0u, size.y, is_open);
    gates[3u * gate + 2u] = select(0u, 1u, is_open);
}

fn size_of_shape(shape: u32) -> vec2u {
    let size = gates[SHAPES_AT + shape];
    return vec2u(size & 0xffffu, size >> 16u);
}

fn open_gates(mode: u32) {
    if (!GATED) {
        return;
    }
    for (var i = 0u; i < MODES * SHAPES; i++) {
        set_gate(i, size_of_shape(i % SHAPES), ((mode >> (i / SHAPES)) & 1u) == 1u);
    }
}

// Opens the gates of the first `count` passes that make levels, for the tiles over a box in pixels; none if
// the box is empty.
fn open_levels(box: vec4f, shrink: f32, count: u32) {
    if (!GATED) {
        return;
    }
    for (var i = 0u; i < LEVELS; i++) {
        let tile = level_tile(i) * shrink;
        let first = first_tile(box, tile, shrink);
        let last = vec2i(ceil((box.zw + LEVEL_MARGIN * shrink) / tile));
        let most = vec2i(size_of_shape(SHRINK_SHAPE + i));
        let tiles = clamp(last, vec2i(0), most) - first;
        let is_open = i < count && box.z >= box.x && tiles.x > 0 && tiles.y > 0;
        set_gate(MODES * SHAPES + SHRINK_SHAPE + i, vec2u(tiles), is_open);
    }
}

fn open_drawing(is_open: bool) {
    if (GATED) {
        set_gate(MODES * SHAPES + DRAW_SHAPE, size_of_shape(DRAW_SHAPE), is_open);
    }
}
