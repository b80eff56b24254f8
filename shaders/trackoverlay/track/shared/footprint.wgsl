// Reads the frame with the template's footprint, for software Vulkan: one loop over all taps, because it
// executes both sides of a branch.

// The frame at a position; taps as in `set_footprint`.
fn frame_at(p: vec2f, taps: vec4f) -> f32 {
    let along = tap_count(length(taps.xy) / on.step);
    let across = tap_count(length(taps.zw) / on.step);
    let count = along * across;
    var sum = 0.0;
    var k = 0;
    loop {
        let a = tap(k % along, along);
        let b = tap(k / along, across);
        sum += a.y * b.y * level_at(p + a.x * taps.xy + b.x * taps.zw);
        continuing {
            k += 1;
            break if k >= count;
        }
    }
    return sum;
}
