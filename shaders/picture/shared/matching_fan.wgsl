// Differences at three neighbouring positions at once, which share loads of the reference and the unpacking
// of its pixels. The shader that includes this also includes picture/shared/matching.wgsl.

// Sums of absolute differences at the middle position and its two neighbours, in four parts each.
struct Fan {
    left: vec4i,
    middle: vec4i,
    right: vec4i,
}

fn pixels_of(word: u32) -> vec4i {
    return vec4i((vec4u(word) >> vec4u(0u, 8u, 16u, 24u)) & vec4u(0xffu));
}

// Adds a row of the window, compared with fourteen pixels from the left position on.
fn add_fan_row(fan: ptr<function, Fan>, row: vec3u, pixels: vec4u) {
    let u = pixels_of(row.x);
    let v = pixels_of(row.y);
    let w = pixels_of(row.z);
    let a = pixels_of(pixels.x);
    let b = pixels_of(pixels.y);
    let c = pixels_of(pixels.z);
    let d = pixels_of(pixels.w);
    (*fan).left += abs(u - a) + abs(v - b) + abs(w - c);
    (*fan).middle += abs(u - vec4i(a.yzw, b.x)) + abs(v - vec4i(b.yzw, c.x)) + abs(w - vec4i(c.yzw, d.x));
    (*fan).right += abs(u - vec4i(a.zw, b.xy)) + abs(v - vec4i(b.zw, c.xy)) + abs(w - vec4i(c.zw, d.xy));
}

fn total(v: vec4i) -> f32 {
    return f32(v.x + v.y + v.z + v.w);
}

// Sums of absolute differences left of a position, at it, and right of it.
fn fan_differences(window: ptr<function, Window>, guide: texture_2d<u32>, at: vec2i, size: vec2i) -> vec3f {
    var fan = Fan(vec4i(0), vec4i(0), vec4i(0));
    add_fan_row(&fan, (*window).rows[0], window_row(guide, at.x - 1, at.y, size));
    add_fan_row(&fan, (*window).rows[1], window_row(guide, at.x - 1, at.y + 1, size));
    add_fan_row(&fan, (*window).rows[2], window_row(guide, at.x - 1, at.y + 2, size));
    add_fan_row(&fan, (*window).rows[3], window_row(guide, at.x - 1, at.y + 3, size));
    add_fan_row(&fan, (*window).rows[4], window_row(guide, at.x - 1, at.y + 4, size));
    add_fan_row(&fan, (*window).rows[5], window_row(guide, at.x - 1, at.y + 5, size));
    add_fan_row(&fan, (*window).rows[6], window_row(guide, at.x - 1, at.y + 6, size));
    add_fan_row(&fan, (*window).rows[7], window_row(guide, at.x - 1, at.y + 7, size));
    add_fan_row(&fan, (*window).rows[8], window_row(guide, at.x - 1, at.y + 8, size));
    add_fan_row(&fan, (*window).rows[9], window_row(guide, at.x - 1, at.y + 9, size));
    add_fan_row(&fan, (*window).rows[10], window_row(guide, at.x - 1, at.y + 10, size));
    add_fan_row(&fan, (*window).rows[11], window_row(guide, at.x - 1, at.y + 11, size));
    return vec3f(total(fan.left), total(fan.middle), total(fan.right));
}
