// Draws the source into luma. A workgroup processes a tile of 64x16 pixels, an invocation four runs of four
// pixels.
// include: trackoverlay/place/shared/spot.wgsl
// include: trackoverlay/shared/source_texel.wgsl
// include: trackoverlay/place/shared/grain.wgsl
// include: trackoverlay/place/shared/placement.wgsl
// include: trackoverlay/place/shared/coverage.wgsl
// include: trackoverlay/place/shared/source_sample.wgsl
// include: trackoverlay/shared/colour.wgsl
// include: shared/sample_places.wgsl
// include: trackoverlay/shared/frame_read.wgsl
// include: trackoverlay/shared/chroma_read.wgsl

// Y' of the highest code, with room for rounding.
const WHITEST: f32 = 1.1;

fn luma_of(colour: vec3f) -> f32 {
    return dot(colour, vec3f(params.kr, 1.0 - params.kr - params.kb, params.kb));
}

fn composited(at: vec2i, over: vec4f) -> f32 {
    let code = luma_code(at);
    let y = unmixed((code - params.luma_offset) / params.luma_scale, beneath.lit.x, 0.0, WHITEST);
    if (!BLENDS) {
        let added = luma_of(over.rgb) - over.a * y;
        return code + added * params.luma_scale + grain_at(at, over.a).x;
    }
    var under = vec3f(y);
    if (params.samples.chroma_width > 0u) {
        let chroma = chroma_at(vec2f(at));
        let blue = unmixed(chroma.x, beneath.lit.y, -0.5, 0.5);
        under = rgb_of(y, vec2f(blue, unmixed(chroma.y, beneath.lit.z, -0.5, 0.5)));
    }
    return code + luma_of(blended(under, over) - under) * params.luma_scale;
}

fn place_run(first: vec2i) {
    let start = vec2f(first);
    let place = place_of_run(start, start + vec2f(3.0, 0.0), vec2f(1.0));
    if (place == 0u) {
        return;
    }
    let print = footprint(start + vec2f(1.5, 0.0), vec2f(1.0));
    let end = min(first.x + 4, i32(params.width));
    var x = first.x;
    loop {
        let at = vec2i(x, first.y);
        var cover = 1.0;
        if (place == 1u) {
            cover = softly_covered(vec2f(at), vec2f(1.0));
        }
        if (cover > 0.0) {
            let code = composited(at, placed(vec2f(at), print) * cover);
            store_code(luma_byte(at), code);
        }
        continuing {
            x++;
            break if x >= end;
        }
    }
}

@compute @workgroup_size(16, 4)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u) {
    spot = found_spot;
    place_rows(spot.tiles.xy, vec2i(i32(params.width), i32(params.height)), group.xy, local.xy);
}
