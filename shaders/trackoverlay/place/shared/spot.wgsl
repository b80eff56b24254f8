// Position and look of a source in one frame: written by place/setup for the compositing passes.

struct Spot {
    // Rows of the homography from the frame (luma pixels) to texels of the source's level 0.
    texel_x: vec4f,
    texel_y: vec4f,
    texel_w: vec4f,
    // Corners in the frame in pixels.
    corners_x: vec4f,
    corners_y: vec4f,
    // Distance to each side in pixels is x * px + y * py + z, positive inside.
    side_0: vec4f,
    side_1: vec4f,
    side_2: vec4f,
    side_3: vec4f,
    // Motion during the shutter in pixels (x, y), its length (z), and the number of steps to sample it (w).
    blur: vec4f,
    // Relighting: gain (x), bias (y); opacity (z); strength of relighting by the matte (w).
    light: vec4f,
    // From texels to cells of the matte: texel * xy + zw.
    matte: vec4f,
    // 1 if the plate has noise to match (x); unused.
    grain: vec4f,
    // First pixel of the first tile: in luma (xy), in chroma (zw).
    tiles: vec4i,
}
