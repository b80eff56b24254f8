// Reading planes at their edges.

// The pixel nearest to p inside an image of the given size: edges repeat.
fn clamp_pixel(p: vec2i, size: vec2i) -> vec2i {
    return clamp(p, vec2i(0), size - vec2i(1));
}
