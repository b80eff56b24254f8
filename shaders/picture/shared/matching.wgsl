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

// Sum of twelve pixels.
fn row_sum(a: vec3u) -> f32 {
    let pairs = (a & vec3u(BYTES_02)) + ((a >> vec3u(8u)) & vec3u(BYTES_02));
    return f32(lane_sum(pairs.x + pairs.y + pairs.z));
}

fn window_mean(window: ptr<function, Window>) -> f32 {
    var sum = 0.0;
    sum += row_sum((*window).rows[0]);
    sum += row_sum((*window).rows[1]);
    sum += row_sum((*window).rows[2]);
    sum += row_sum((*window).rows[3]);
    sum += row_sum((*window).rows[4]);
    sum += row_sum((*window).rows[5]);
    sum += row_sum((*window).rows[6]);
    sum += row_sum((*window).rows[7]);
    sum += row_sum((*window).rows[8]);
    sum += row_sum((*window).rows[9]);
    sum += row_sum((*window).rows[10]);
    sum += row_sum((*window).rows[11]);
    return sum / WINDOW_PIXELS;
}

// Sum of twelve pixels of the reference, from column x + part on; part is from 0 to 1.
fn reference_sum(guide: texture_2d<u32>, x: i32, y: i32, part: f32, size: vec2i) -> f32 {
    let row = window_row(guide, x, y, size);
    let sum = row_sum(row.xyz);
    let gained = f32(row.w & 0xffu) - f32(row.x & 0xffu);
    return sum + part * gained;
}

// Mean of the reference at a subpixel position. Subpixel accuracy matters: on a slope, a position that is
// off would look like a change of brightness.
fn reference_mean(guide: texture_2d<u32>, at: vec2i, part: vec2f, size: vec2i) -> f32 {
    let first = reference_sum(guide, at.x, at.y, part.x, size);
    var sum = first;
    for (var y = 1; y < WINDOW; y++) {
        sum += reference_sum(guide, at.x, at.y + y, part.x, size);
    }
    sum += part.y * (reference_sum(guide, at.x, at.y + WINDOW, part.x, size) - first);
    return sum / WINDOW_PIXELS;
}

// Change of a window's mean brightness, reduced by what noise of variance `noise` in luma could cause.
fn brightness_change(now: f32, before: f32, noise: f32) -> f32 {
    let change = now - before;
    // A guide pixel is the mean of four luma pixels. Three standard deviations of the window's mean, with a
    // margin of 1.3.
    let feigned = 9.0 * 1.3 * noise / (4.0 * WINDOW_PIXELS);
    return change * max(0.0, 1.0 - feigned / max(change * change, 1e-6));
}
