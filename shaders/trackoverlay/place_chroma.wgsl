// The source in chroma whose two components are interleaved.
// include: shared/spot.wgsl
// include: shared/source_texel.wgsl
// include: shared/placement.wgsl
// include: shared/coverage.wgsl
// include: shared/source_sample.wgsl
// include: shared/colour.wgsl
// include: shared/chroma_read.wgsl
// include: shared/placement_chroma.wgsl

@group(0) @binding(6) var target_plane: texture_storage_2d<r8unorm, write>;

fn store_chroma(at: vec2i, chroma: vec2f) {
    let texel = select(chroma.yx, chroma, params.u_at == 0u);
    textureStore(target_plane, at, vec4f(texel, 0.0, 1.0));
}

@compute @workgroup_size(16, 4)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u) {
    spot = found_spot;
    let first = spot.tiles.zw + vec2i(group.xy) * vec2i(64, 16) + vec2i(local.xy) * vec2i(4, 1);
    if (first.x >= i32(params.width) || first.y >= i32(params.height)) {
        return;
    }
    var row = 0;
    loop {
        place_run(first + vec2i(0, row));
        continuing {
            row += 4;
            break if row >= 16 || first.y + row >= i32(params.height);
        }
    }
}
