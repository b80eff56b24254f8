// Searches the whole frame for a lost plane: scores each position in a few rotations and scales. An
// invocation scores four neighbouring positions.
// include: trackoverlay/track/shared/state.wgsl
// include: trackoverlay/track/shared/params.wgsl
// include: trackoverlay/track/shared/grid.wgsl
// include: trackoverlay/track/shared/variant.wgsl
// include: trackoverlay/track/shared/fit.wgsl
// include: trackoverlay/track/shared/marks.wgsl

var<immediate> params: SearchParams;
@group(0) @binding(0) var<storage, read> track: Track;
@group(0) @binding(1) var<storage, read> levels: array<f32>;
@group(0) @binding(2) var<storage, read> rendered: array<vec4f>;
// For each position, the best score and the index of its rotation and scale. Positions are `reach` samples
// apart.
@group(0) @binding(3) var<storage, read_write> finds: array<vec2f>;

const LANES: u32 = 32u;
// Scores of four positions, rotated and scaled; -1 if too little of the plane is in the frame.
fn scores(place: vec2i, turn: vec4f) -> vec4f {
    let size = vec2i(i32(on.width), i32(on.height));
    let columns = place.x + vec4i(0, 1, 2, 3) * i32(params.reach);
    var all = Fits();
    var block = 0u;
    loop {
        var sums = Sums();
        var k = 0u;
        loop {
            let m = marks[block * MARKS_IN_BLOCK + k];
            let away = vec2i(floor(turn.xy * m.x + turn.zw * m.y + 0.5));
            let x = columns + away.x;
            let y = place.y + away.y;
            let is_seen = x >= vec4i(0) & x < vec4i(size.x) & vec4<bool>(y >= 0 && y < size.y && m.w > 0.0);
            let row = i32(on.start) + clamp(y, 0, size.y - 1) * i32(on.pitch);
            let at = vec4u(row + clamp(x, vec4i(0), vec4i(size.x - 1)));
            let v = vec4f(levels[at.x], levels[at.y], levels[at.z], levels[at.w]);
            sums = with_sample(sums, select(vec4f(0.0), vec4f(1.0), is_seen), v, m.z);
            continuing {
                k += 1u;
                break if k >= MARKS_IN_BLOCK;
            }
        }
        all = with_block(all, sums, f32(MARKS_IN_BLOCK));
        continuing {
            block += 1u;
            break if block >= 9u;
        }
    }
    return score_of(all);
}

@compute @workgroup_size(4, 8)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(local_invocation_index) lane: u32) {
    look_at_grid(params.grid);
    if ((track.mode & params.when) == 0u) {
        return;
    }
    for (var k = lane; k < MARKS; k += LANES) {
        marks[k] = mark(k);
    }
    workgroupBarrier();
    let width = (on.width + params.reach - 1u) / params.reach;
    let first = 4u * id.x;
    if (first >= width || id.y * params.reach >= on.height) {
        return;
    }
    let place = vec2i(vec2u(first, id.y) * params.reach);
    var best = scores(place, turn_of(AS_SEEN));
    var variants = vec4f(f32(AS_SEEN));
    let is_promising = any(best > vec4f(PROMISING));
    var k = select(OTHERS, 0u, is_promising);
    loop {
        let variant = min(k + select(0u, 1u, k >= AS_SEEN), 8u);
        let found = scores(place, turn_of(variant));
        let is_better = found > best & vec4<bool>(k < OTHERS);
        best = select(best, found, is_better);
        variants = select(variants, vec4f(f32(variant)), is_better);
        continuing {
            k += 1u;
            break if k >= OTHERS;
        }
    }
    for (var i = 0u; i < min(4u, width - first); i++) {
        finds[id.y * width + first + i] = vec2f(best[i], variants[i]);
    }
}
