// The next level: smoothed again by 1 4 6 4 1, every second sample of every second row kept.
// include: shared/track_state.wgsl

var<immediate> params: TrackParams;
@group(0) @binding(0) var<storage, read> track: Track;
@group(0) @binding(1) var<storage, read> finer: array<f32>;
@group(0) @binding(2) var<storage, read_write> level: array<f32>;

// The finer level has `side` columns, `rounds` rows and `first` floats from row to row.
fn row(x: i32, y: i32) -> f32 {
    let last = i32(params.side) - 1;
    let start = u32(clamp(y, 0, i32(params.rounds) - 1)) * params.first;
    let a = finer[start + u32(clamp(x - 2, 0, last))];
    let b = finer[start + u32(clamp(x - 1, 0, last))];
    let c = finer[start + u32(clamp(x, 0, last))];
    let d = finer[start + u32(clamp(x + 1, 0, last))];
    let e = finer[start + u32(clamp(x + 2, 0, last))];
    return (a + e + 4.0 * (b + d) + 6.0 * c) / 16.0;
}

@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) id: vec3u) {
    if ((track.mode & params.when) == 0u || id.x >= params.level_width || id.y >= params.level_height) {
        return;
    }
    let at = vec2f(f32(id.x), f32(id.y)) * params.step;
    if (at.x + params.step < track.roi.x || at.x - params.step > track.roi.z
        || at.y + params.step < track.roi.y || at.y - params.step > track.roi.w) {
        return;
    }
    let x = i32(id.x) * 2;
    let y = i32(id.y) * 2;
    let sum = row(x, y - 2) + row(x, y + 2) + 4.0 * (row(x, y - 1) + row(x, y + 1)) + 6.0 * row(x, y);
    level[id.y * params.level_pitch + id.x] = sum / 16.0;
}
