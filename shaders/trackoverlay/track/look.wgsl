// Looks at the plane: the frame at each texel of the plate. In the arming frame that is the plate.
// include: shared/sample_places.wgsl
// include: trackoverlay/track/shared/state.wgsl
// include: trackoverlay/track/shared/plate.wgsl

struct LookParams {
    // Size of luma in pixels.
    width: u32,
    height: u32,
    // Distance of neighbouring chroma samples in luma pixels, and position of the first one.
    sub_x: f32,
    sub_y: f32,
    site_x: f32,
    site_y: f32,
    samples: SamplePlaces,
    // Code of black and codes from black to white; code of zero chroma and codes over its range.
    luma_offset: f32,
    luma_scale: f32,
    chroma_mid: f32,
    chroma_scale: f32,
    // Texels along a side.
    side: u32,
    // 1 in the arming frame.
    is_arming: u32,
    // 1 if something in front was marked at arming.
    is_masked: u32,
}

// include: trackoverlay/shared/frame_read.wgsl
// include: trackoverlay/shared/luma_read.wgsl
// include: trackoverlay/shared/chroma_read.wgsl

var<immediate> params: LookParams;
@group(0) @binding(0) var<storage, read> track: Track;
@group(0) @binding(1) var<storage, read> frame: array<u32>;
@group(0) @binding(2) var<storage, read_write> view: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> plate: array<vec4f>;
// What is in front at arming, 0 to 1, of each texel.
@group(0) @binding(4) var<storage, read> mask: array<f32>;

fn seen_at(at: vec2f) -> vec4f {
    var chroma = vec2f(0.0);
    if (params.samples.chroma_width > 0u) {
        chroma = chroma_at(at) * CHROMA_RANGE;
    }
    return vec4f(luma_at(at) * LUMA_RANGE, chroma, 1.0);
}

@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) id: vec3u) {
    if (id.x >= params.side || id.y >= params.side || track.state == STATE_IDLE || track.state == STATE_LOST) {
        return;
    }
    let p = (vec2f(id.xy) + 0.5) * (2.0 / f32(params.side)) - 1.0;
    let q = track.seen * vec3f(p, 1.0);
    let at = q.xy / q.z;
    let last = vec2f(f32(params.width), f32(params.height)) - 1.0;
    let is_inside = q.z > 0.05 && all(at >= vec2f(0.0)) && all(at <= last);
    var texel = vec4f(0.0);
    if (is_inside) {
        texel = seen_at(at);
    }
    let index = id.y * params.side + id.x;
    view[index] = texel;
    if (params.is_arming == 1u) {
        let is_front = params.is_masked == 1u && mask[index] > 0.5 && texel.w > 0.5;
        plate[index] = vec4f(texel.xyz, select(texel.w, MASKED, is_front));
    }
}
