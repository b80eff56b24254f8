// Matching windows of 16x16 pixels around blocks of 8x8, on guides. Every second row counts: a
// window of 128 samples at half the cost, and hardly a vector changes.

const WINDOW_ROWS: i32 = 8;
const BLOCK: i32 = 8;
// Top-left pixel of the window, seen from the block's.
const WINDOW_OFFSET: i32 = -4;

// The window of the current picture, kept in registers.
struct Window {
    rows: array<vec4u, 8>,
}

fn clamped_row(guide: texture_2d<u32>, x: i32, y: i32, size: vec2i) -> vec4u {
    return guide_row(guide, clamp(x, 16 - GUIDE_PAD, size.x + GUIDE_PAD - 48), clamp(y, 0, size.y - 1));
}

fn load_window(guide: texture_2d<u32>, at: vec2i, size: vec2i) -> Window {
    var window: Window;
    window.rows[0] = clamped_row(guide, at.x, at.y, size);
    window.rows[1] = clamped_row(guide, at.x, at.y + 2, size);
    window.rows[2] = clamped_row(guide, at.x, at.y + 4, size);
    window.rows[3] = clamped_row(guide, at.x, at.y + 6, size);
    window.rows[4] = clamped_row(guide, at.x, at.y + 8, size);
    window.rows[5] = clamped_row(guide, at.x, at.y + 10, size);
    window.rows[6] = clamped_row(guide, at.x, at.y + 12, size);
    window.rows[7] = clamped_row(guide, at.x, at.y + 14, size);
    return window;
}

// Sum of absolute differences between the window and the reference at a place.
fn window_difference(window: ptr<function, Window>, guide: texture_2d<u32>, at: vec2i, size: vec2i) -> f32 {
    var sum = absolute_difference_16((*window).rows[0], clamped_row(guide, at.x, at.y, size));
    sum += absolute_difference_16((*window).rows[1], clamped_row(guide, at.x, at.y + 2, size));
    sum += absolute_difference_16((*window).rows[2], clamped_row(guide, at.x, at.y + 4, size));
    sum += absolute_difference_16((*window).rows[3], clamped_row(guide, at.x, at.y + 6, size));
    sum += absolute_difference_16((*window).rows[4], clamped_row(guide, at.x, at.y + 8, size));
    sum += absolute_difference_16((*window).rows[5], clamped_row(guide, at.x, at.y + 10, size));
    sum += absolute_difference_16((*window).rows[6], clamped_row(guide, at.x, at.y + 12, size));
    sum += absolute_difference_16((*window).rows[7], clamped_row(guide, at.x, at.y + 14, size));
    return f32(lane_sum(sum));
}
