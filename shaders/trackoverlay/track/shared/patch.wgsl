// The part of the frame that is needed, in tiles of `PATCH` by `PATCH` samples of the finest level. A
// workgroup makes all levels of a tile. Reads `track`.

const PATCH: u32 = 32u;
// Samples of the finest level around a tile that its coarsest level needs.
const PATCH_MARGIN: i32 = 16;

// First tile along x and y, and one past the last.
fn patches() -> vec4i {
    let box = select(track.wide, track.roi, track.mode == MODE_HUNT);
    let tile = f32(PATCH * params.shrink);
    let margin = LEVEL_MARGIN * f32(params.shrink);
    return vec4i(vec4f(floor((box.xy - margin) / tile), ceil((box.zw + margin) / tile)));
}
