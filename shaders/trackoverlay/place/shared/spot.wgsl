// Where a source appears in one frame: what `place_setup` leaves for the passes that place.

struct Spot {
    // Rows of the homography from the frame (pixels of luma) to texels of the source's level 0.
    texel_x: vec4f,
    texel_y: vec4f,
    texel_w: vec4f,
    // Corners in the frame.
    corners_x: vec4f,
    corners_y: vec4f,
    // Distance from each side in pixels is x * px + y * py + z, positive inside.
    side_0: vec4f,
    side_1: vec4f,
    side_2: vec4f,
    side_3: vec4f,
    // Way during the shutter in pixels (x, y), its length, and steps to divide it into.
    blur: vec4f,
    // Relighting: gain, bias; then opacity.
    light: vec4f,
    // From texels to cells of the matte: texel * xy + zw.
    matte: vec4f,
    // First pixel of the first tile: of luma (x, y), of chroma (z, w).
    tiles: vec4i,
}
