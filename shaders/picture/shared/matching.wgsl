// Matching windows of 12x12 pixels at a level of a guide, centred on a block.

const WINDOW: i32 = 12;
const WINDOW_PIXELS: f32 = f32(WINDOW * WINDOW);

// The window of the current picture, in registers.
struct Window {
    rows: array<vec3u, 12>,
}

// Sixteen pixels of a row; the picture's edge is repeated outside of it.
fn window_row(guide: texture_2d<u32>, x: i32, y: i32, size: vec2i) -> vec4u {
    return guide_row(guide, guide_column(x, size.x), clamp(y, 0, size.y - 1));
}

fn load_window(guide: texture_2d<u32>, at: vec2i, size: vec2i) -> Window {
    var window: Window;
    window.rows[0] = window_row(guide, at.x, at.y, size).xyz;
    window.rows[1] = window_row(guide, at.x, at.y + 1, size).xyz;
    window.rows[2] = window_row(guide, at.x, at.y + 2, size).xyz;
    window.rows[3] = window_row(guide, at.x, at.y + 3, size).xyz;
    window.rows[4] = window_row(guide, at.x, at.y + 4, size).xyz;
    window.rows[5] = window_row(guide, at.x, at.y + 5, size).xyz;
    window.rows[6] = window_row(guide, at.x, at.y + 6, size).xyz;
    window.rows[7] = window_row(guide, at.x, at.y + 7, size).xyz;
    window.rows[8] = window_row(guide, at.x, at.y + 8, size).xyz;
    window.rows[9] = window_row(guide, at.x, at.y + 9, size).xyz;
    window.rows[10] = window_row(guide, at.x, at.y + 10, size).xyz;
    window.rows[11] = window_row(guide, at.x, at.y + 11, size).xyz;
    return window;
}

fn row_difference(a: vec3u, b: vec3u) -> u32 {
    return absolute_difference_4(a.x, b.x) + absolute_difference_4(a.y, b.y) + absolute_difference_4(a.z, b.z);
}

// Sum of absolute differences between the window and the reference at a position.
fn window_difference(window: ptr<function, Window>, guide: texture_2d<u32>, at: vec2i, size: vec2i) -> f32 {
    var sum = row_difference((*window).rows[0], window_row(guide, at.x, at.y, size).xyz);
    sum += row_difference((*window).rows[1], window_row(guide, at.x, at.y + 1, size).xyz);
    sum += row_difference((*window).rows[2], window_row(guide, at.x, at.y + 2, size).xyz);
    sum += row_difference((*window).rows[3], window_row(guide, at.x, at.y + 3, size).xyz);
    sum += row_difference((*window).rows[4], window_row(guide, at.x, at.y + 4, size).xyz);
    sum += row_difference((*window).rows[5], window_row(guide, at.x, at.y + 5, size).xyz);
    sum += row_difference((*window).rows[6], window_row(guide, at.x, at.y + 6, size).xyz);
    sum += row_difference((*window).rows[7], window_row(guide, at.x, at.y + 7, size).xyz);
    sum += row_difference((*window).rows[8], window_row(guide, at.x, at.y + 8, size).xyz);
    sum += row_difference((*window).rows[9], window_row(guide, at.x, at.y + 9, size).xyz);
    sum += row_difference((*window).rows[10], window_row(guide, at.x, at.y + 10, size).xyz);
    sum += row_difference((*window).rows[11], window_row(guide, at.x, at.y + 11, size).xyz);
    return f32(lane_sum(sum));
}
