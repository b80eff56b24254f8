// Luma reduced to the size of the finest level, as `shrink.wgsl` makes it; two samples for each invocation.
// include: trackoverlay/track/shared/state.wgsl
// include: trackoverlay/track/shared/params.wgsl
// include: trackoverlay/track/shared/grid.wgsl
// include: trackoverlay/track/shared/tiles.wgsl
// include: trackoverlay/track/shared/patch.wgsl
// include: trackoverlay/track/shared/luma.wgsl

var<immediate> params: LumaParams;
@group(0) @binding(0) var<storage, read> track: Track;
// In the layout that `luma.wgsl` reads.
@group(0) @binding(1) var<storage, read> raw: array<u32>;
@group(0) @binding(2) var<storage, read_write> shrunk: array<u32>;

@compute @workgroup_size(32, 8)
fn main(@builtin(global_invocation_id) id: vec3u) {
    if ((track.mode & params.when) == 0u) {
        return;
    }
    look_at_grid(0u);
    let box = patches() * i32(PATCH) + vec4i(-PATCH_MARGIN, -PATCH_MARGIN, PATCH_MARGIN, PATCH_MARGIN);
    let at = vec2i(i32(2u * id.x), i32(id.y));
    if (2u * id.x >= on.pitch || id.y >= on.height || any(at < box.xy) || any(at >= box.zw)) {
        return;
    }
    shrunk[id.y * (on.pitch / 2u) + id.x] = any_pair(id.x, id.y);
}
