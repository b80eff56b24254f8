// Views in which a lost plane is searched for: as it was last seen, and in turn larger, smaller, turned and from the
// side. Each reaches as far as the next by the rotations and scales that the hunt tries around it.

// Frames in which the plane is only searched for as it was last seen: most that hides it goes away sooner. Later
// every second frame is for another view.
const PATIENCE: u32 = 12u;
// Other views.
const VIEWS: u32 = 12u;

// Number of the view after so many frames of being lost; 0 is as last seen.
fn view_in(lost: u32) -> u32 {
    let is_other = lost >= PATIENCE && lost % 2u == 1u;
    return select(0u, 1u + (lost / 2u) % VIEWS, is_other);
}

// Columns of the change in a view. Numbers, because adapters differ in sines and cosines.
fn change_in(view: u32) -> vec4f {
    var changes = array<vec4f, 13>(
        vec4f(1.0, 0.0, 0.0, 1.0),
        // Sizes.
        vec4f(0.7, 0.0, 0.0, 0.7),
        vec4f(1.4, 0.0, 0.0, 1.4),
        vec4f(0.5, 0.0, 0.0, 0.5),
        vec4f(2.0, 0.0, 0.0, 2.0),
        // Turns by half a radian and 0.9 radians either way.
        vec4f(0.8775826, 0.4794255, -0.4794255, 0.8775826),
        vec4f(0.8775826, -0.4794255, 0.4794255, 0.8775826),
        vec4f(0.6216100, 0.7833269, -0.7833269, 0.6216100),
        vec4f(0.6216100, -0.7833269, 0.7833269, 0.6216100),
        // Seen from 45 degrees to the side: narrower by its cosine along a line at 0, 45, 90 and 135 degrees.
        vec4f(0.7071068, 0.0, 0.0, 1.0),
        vec4f(0.8535534, -0.1464466, -0.1464466, 0.8535534),
        vec4f(1.0, 0.0, 0.0, 0.7071068),
        vec4f(0.8535534, 0.1464466, 0.1464466, 0.8535534),
    );
    return changes[view];
}

// The pose in a view, around the plane's middle.
fn viewed(h: mat3x3f, view: u32) -> mat3x3f {
    let change = change_in(view);
    let middle = project(h, vec2f(0.0));
    let shift = middle - change.xy * middle.x - change.zw * middle.y;
    return normalised(mat3x3f(vec3f(change.xy, 0.0), vec3f(change.zw, 0.0), vec3f(shift, 1.0)) * h);
}
