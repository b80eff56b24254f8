// Reads the frame with the template's footprint, as `footprint.wgsl` does, for GPUs: the loads of a row of
// taps overlap.

// The frame at a position; taps as in `set_footprint`.
fn frame_at(p: vec2f, taps: vec4f) -> f32 {
    let along = tap_count(length(taps.xy) / on.step);
    let across = tap_count(length(taps.zw) / on.step);
    var sum = 0.0;
    for (var k = 0; k < across; k++) {
        let b = tap(k, across);
        let middle = p + b.x * taps.zw;
        let first = tap(0, along);
        var row = first.y * level_at(middle + first.x * taps.xy);
        // Uniform for all invocations.
        if (along > 1) {
            let last = tap(along - 1, along);
            row += last.y * level_at(middle + last.x * taps.xy);
        }
        if (along == 3) {
            row += tap(1, along).y * level_at(middle);
        }
        sum += b.y * row;
    }
    return sum;
}
