// Copies luma around a click in 8-bit codes, for the host to find a corner in.
// include: shared/sample_places.wgsl
// include: trackoverlay/shared/frame_read.wgsl

struct PatchParams {
    // Size of luma in pixels.
    width: u32,
    height: u32,
    samples: SamplePlaces,
    // 8-bit codes of a code.
    unit: f32,
    // The click.
    x: i32,
    y: i32,
}

var<immediate> params: PatchParams;
@group(0) @binding(0) var<storage, read> frame: array<u32>;
// SIDE rows of SIDE pixels, the click in their middle.
@group(0) @binding(1) var<storage, read_write> patch_out: array<f32>;

// A corner may be 12 pixels away; what is said of it needs five more on each side.
const SIDE: u32 = 35u;

@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) id: vec3u) {
    if (id.x >= SIDE || id.y >= SIDE) {
        return;
    }
    let last = vec2i(i32(params.width), i32(params.height)) - vec2i(1);
    let at = vec2i(params.x, params.y) + vec2i(id.xy) - vec2i(i32(SIDE / 2u));
    patch_out[id.y * SIDE + id.x] = luma_code(clamp(at, vec2i(0), last)) * params.unit;
}
