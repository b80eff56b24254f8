// Takes the template of a level: luma of the armed frame and its gradient, on a grid over the quad and a
// ring around it.
// include: trackoverlay/track/shared/state.wgsl
// include: trackoverlay/track/shared/params.wgsl
// include: trackoverlay/track/shared/grid.wgsl
// include: trackoverlay/track/shared/level.wgsl

var<immediate> params: FrameParams;
@group(0) @binding(0) var<storage, read> track: Track;
@group(0) @binding(1) var<storage, read> levels: array<f32>;
// Value, gradient along x and y of the plane, 1 if the sample lies in the frame.
@group(0) @binding(2) var<storage, read_write> grid: array<vec4f>;

@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) id: vec3u) {
    look_at_grid(params.grid);
    if (id.x >= on.side || id.y >= on.side) {
        return;
    }
    let p = place_of(id.x, id.y, on.side);
    let at = project(track.home, p);
    let size = vec2f(f32(params.width), f32(params.height));
    let inside = all(at >= vec2f(2.0)) && all(at < size - 3.0) && (track.home * vec3f(p, 1.0)).z > 0.05;
    // Half a sample of the level in each direction.
    let d = on.step / track.size.xy;
    let gx = level_at(project(track.home, p + vec2f(d.x, 0.0))) - level_at(project(track.home, p - vec2f(d.x, 0.0)));
    let gy = level_at(project(track.home, p + vec2f(0.0, d.y))) - level_at(project(track.home, p - vec2f(0.0, d.y)));
    let value = vec4f(level_at(at), gx / (2.0 * d.x), gy / (2.0 * d.y), 1.0);
    grid[on.first + id.y * on.side + id.x] = select(vec4f(0.0), value, inside);
}
