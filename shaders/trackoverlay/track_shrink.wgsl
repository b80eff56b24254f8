// Luma at the size of the finest level: means of squares of pixels, four in a row at a time.
// include: shared/track_state.wgsl
// include: shared/track_tiles.wgsl

var<immediate> params: TrackParams;
@group(0) @binding(0) var<storage, read> track: Track;
@group(0) @binding(1) var plane: texture_2d<f32>;
@group(0) @binding(2) var<storage, read_write> shrunk: array<vec4f>;

fn mean_of_square(x: u32, y: u32) -> f32 {
    let last = vec2u(params.width, params.height) - 1u;
    var sum = 0.0;
    // Loops that end where they continue: software runs the others once more than they say.
    var j = 0u;
    loop {
        var i = 0u;
        loop {
            let at = min(vec2u(x, y) * params.shrink + vec2u(i, j), last);
            sum += textureLoad(plane, at, 0).x;
            continuing {
                i += 1u;
                break if i >= params.shrink;
            }
        }
        continuing {
            j += 1u;
            break if j >= params.shrink;
        }
    }
    return sum / f32(params.shrink * params.shrink);
}

@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) invocation: vec3u) {
    let shrink = f32(params.shrink);
    let id = invocation.xy + 8u * vec2u(first_tile(track.roi, level_tile(0u) * shrink, shrink));
    let quads = params.level_pitch / 4u;
    if ((track.mode & params.when) == 0u || id.x >= quads || id.y >= params.level_height) {
        return;
    }
    let x = id.x * 4u;
    let value = vec4f(mean_of_square(x, id.y), mean_of_square(x + 1u, id.y),
        mean_of_square(x + 2u, id.y), mean_of_square(x + 3u, id.y));
    shrunk[id.y * quads + id.x] = value * params.code8 - 128.0;
}
