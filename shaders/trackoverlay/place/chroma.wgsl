// Draws the source into chroma. Each chroma sample is computed at its own site and over its own area.
// include: trackoverlay/place/shared/spot.wgsl
// include: trackoverlay/shared/source_texel.wgsl
// include: trackoverlay/place/shared/grain.wgsl
// include: trackoverlay/place/shared/placement.wgsl
// include: trackoverlay/place/shared/coverage.wgsl
// include: trackoverlay/place/shared/source_sample.wgsl
// include: trackoverlay/shared/colour.wgsl
// include: shared/sample_places.wgsl
// include: trackoverlay/shared/frame_read.wgsl
// include: trackoverlay/shared/luma_read.wgsl

// Y' of the highest code, with room for rounding.
const WHITEST: f32 = 1.1;

fn chroma_of(colour: vec3f) -> vec2f {
    let y = dot(colour, vec3f(params.kr, 1.0 - params.kr - params.kb, params.kb));
    return 0.5 * (colour.br - y) / vec2f(1.0 - params.kb, 1.0 - params.kr);
}

// Codes of U and V after compositing.
fn composited(at: vec2i, site: vec2f, over: vec4f) -> vec2f {
    let code = chroma_code(at.x, at.y);
    let seen = (code - params.chroma_mid) / params.chroma_scale;
    let blue = unmixed(seen.x, beneath.lit.y, -0.5, 0.5);
    let chroma = vec2f(blue, unmixed(seen.y, beneath.lit.z, -0.5, 0.5));
    if (!BLENDS) {
        return code + (chroma_of(over.rgb) - over.a * chroma) * params.chroma_scale + grain_at(at, over.a).yz;
    }
    let under = rgb_of(unmixed(luma_at(site), beneath.lit.x, 0.0, WHITEST), chroma);
    return code + chroma_of(blended(under, over) - under) * params.chroma_scale;
}

fn place_run(first: vec2i) {
    let sub = vec2f(params.sub_x, params.sub_y);
    let start = vec2f(first) * sub + vec2f(params.site_x, params.site_y);
    let place = place_of_run(start, start + vec2f(3.0 * sub.x, 0.0), sub);
    if (place == 0u) {
        return;
    }
    let print = footprint(start + vec2f(1.5 * sub.x, 0.0), sub);
    let end = min(first.x + 4, i32(params.samples.chroma_width));
    var x = first.x;
    loop {
        let at = vec2i(x, first.y);
        let site = start + vec2f(f32(x - first.x) * sub.x, 0.0);
        var cover = 1.0;
        if (place == 1u) {
            cover = softly_covered(site, sub);
        }
        if (cover > 0.0) {
            let code = composited(at, site, placed(site, print) * cover);
            store_code(params.samples.u_start + chroma_byte(at), code.x);
            store_code(params.samples.v_start + chroma_byte(at), code.y);
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
    place_rows(spot.tiles.zw, vec2i(i32(params.samples.chroma_width), i32(params.samples.chroma_height)), group.xy, local.xy);
}
