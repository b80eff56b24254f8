// The template of a level as it should look in this frame: with the frame's footprint, and blurred
// along the way during the exposure.
// include: shared/track_state.wgsl

var<immediate> params: TrackParams;
@group(0) @binding(0) var<storage, read> track: Track;
@group(0) @binding(1) var<storage, read> grid: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> rendered: array<vec4f>;

// Samples of the level, smooth as they are, from one step of the way to the next.
const BLUR_STEP: f32 = 1.8;

fn grid_value(x: i32, y: i32) -> vec4f {
    let last = i32(params.side) - 1;
    return grid[params.first + u32(clamp(y, 0, last)) * params.side + u32(clamp(x, 0, last))];
}

fn grid_at(p: vec2f) -> vec4f {
    let q = (p + REACH_OF_GRID) * (f32(params.side) / (2.0 * REACH_OF_GRID)) - 0.5;
    let whole = floor(q);
    let part = q - whole;
    let x = i32(whole.x);
    let y = i32(whole.y);
    let upper = mix(grid_value(x, y), grid_value(x + 1, y), part.x);
    let lower = mix(grid_value(x, y + 1), grid_value(x + 1, y + 1), part.x);
    return mix(upper, lower, part.y);
}

fn tap_weight(i: i32, taps: i32) -> f32 {
    return select(select(1.0 / 6.0, 2.0 / 3.0, i == 0), 1.0, taps == 0);
}

@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) id: vec3u) {
    if ((track.mode & params.when) == 0u || id.x >= params.side || id.y >= params.side) {
        return;
    }
    let index = params.first + id.y * params.side + id.x;
    let taps = track.template_taps[params.level];
    let n1 = select(0, 1, any(taps.xy != vec2f(0.0)));
    let n2 = select(0, 1, any(taps.zw != vec2f(0.0)));
    let way = track.shutter.z;
    let steps = select(1, clamp(i32(ceil(way / (BLUR_STEP * params.step))), 1, 24), way >= 0.6 * params.step);
    let p = place_of(id.x, id.y, params.side);
    let moved = project(track.path, p) - p;
    var sum = vec4f(0.0);
    var k = 0;
    loop {
        let along = select((f32(k) + 0.5) / f32(steps) - 0.5, 0.0, steps == 1);
        var i = -n1;
        loop {
            var j = -n2;
            loop {
                let at = p + along * moved + f32(i) * taps.xy + f32(j) * taps.zw;
                sum += tap_weight(i, n1) * tap_weight(j, n2) * grid_at(at);
                continuing {
                    j += 1;
                    break if j > n2;
                }
            }
            continuing {
                i += 1;
                break if i > n1;
            }
        }
        continuing {
            k += 1;
            break if k >= steps;
        }
    }
    let mean = sum / f32(steps);
    rendered[index] = vec4f(mean.xyz, select(0.0, 1.0, mean.w > 0.995));
}
