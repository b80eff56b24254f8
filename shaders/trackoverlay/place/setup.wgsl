// Prepares compositing from a pose: the homography to source texels, the quad's sides, and the number of
// tiles to dispatch; none if nothing is visible.
// include: trackoverlay/place/shared/grain.wgsl
// include: trackoverlay/place/shared/spot.wgsl

struct PlaceSetupParams {
    // Size of luma and of chroma in pixels.
    width: u32,
    height: u32,
    chroma_width: u32,
    chroma_height: u32,
    // Distance of neighbouring chroma samples in luma pixels, and position of the first one.
    sub_x: f32,
    sub_y: f32,
    site_x: f32,
    site_y: f32,
    // Size of the source relative to the plane; more than 1 if margins are cut off.
    fit_x: f32,
    fit_y: f32,
    opacity: f32,
    // Strength of relighting; strength of motion blur.
    light: f32,
    motion_blur: f32,
    // Black and the range from black to white of luma, relative to full scale.
    luma_offset: f32,
    luma_scale: f32,
    // Columns and rows of the matte; 0 without one.
    matte_cols: u32,
    matte_rows: u32,
    // Strength with which the plate's grain is matched.
    grain: f32,
}

var<immediate> params: PlaceSetupParams;
@group(0) @binding(0) var<storage, read> pose: array<vec4f>;
@group(0) @binding(1) var<storage, read> source: array<vec2u>;
@group(0) @binding(2) var<storage, read_write> spot: Spot;
// Workgroups for luma in x, y, z, an unused word, and the same for chroma and for the field of grain.
@group(0) @binding(3) var<storage, read_write> groups: array<u32>;
@group(0) @binding(4) var<storage, read> noise: array<vec4f>;

// Size of a tile in pixels.
const TILE_X: i32 = 64;
const TILE_Y: i32 = 16;
// Side of a workgroup of the field of grain.
const GRAIN_TILE: i32 = 8;
// Largest distance of a corner in pixels, and most steps of motion blur along the sides.
const FARTHEST: f32 = 65536.0;
const BLUR_STEPS: f32 = 16.0;

fn set_groups(at: u32, count: vec2i) {
    groups[at] = u32(count.x);
    groups[at + 1u] = u32(count.y);
    groups[at + 2u] = 1u;
}

// First pixel to dispatch for the box from `low` to `high`, in a plane of `size` whose pixel i lies at site
// + sub * i. Writes the number of workgroups.
fn tiles(low: vec2f, high: vec2f, size: vec2u, sub: vec2f, site: vec2f, at: u32) -> vec2i {
    let first = clamp(vec2i(floor((low - site) / sub - 0.5)), vec2i(0), vec2i(size)) & vec2i(-4, -1);
    let end = clamp(vec2i(ceil((high - site) / sub + 0.5)) + vec2i(1), vec2i(0), vec2i(size));
    let span = max(end - first, vec2i(0));
    var count = (span + vec2i(TILE_X - 1, TILE_Y - 1)) / vec2i(TILE_X, TILE_Y);
    if (count.x == 0 || count.y == 0) {
        count = vec2i(0);
    }
    set_groups(at, count);
    return first;
}

// A side of the quad as in Spot. A side of length 0 counts as inside everywhere.
fn side(a: vec2f, b: vec2f, turn: f32) -> vec4f {
    let along = b - a;
    let length = sqrt(dot(along, along));
    if (!(length > 1e-4)) {
        return vec4f(0.0, 0.0, FARTHEST, 0.0);
    }
    let inwards = vec2f(-along.y, along.x) * (turn / length);
    return vec4f(inwards, -dot(inwards, a), 0.0);
}

@compute @workgroup_size(1)
fn main() {
    set_groups(0u, vec2i(0));
    set_groups(4u, vec2i(0));
    set_groups(8u, vec2i(0));
    let opacity = params.opacity * pose[6].w;
    let edge_x = min(params.fit_x, 1.0) * vec4f(-1.0, 1.0, 1.0, -1.0);
    let edge_y = min(params.fit_y, 1.0) * vec4f(-1.0, -1.0, 1.0, 1.0);
    let depth = pose[2].x * edge_x + pose[2].y * edge_y + pose[2].z;
    let x = (pose[0].x * edge_x + pose[0].y * edge_y + pose[0].z) / depth;
    let y = (pose[1].x * edge_x + pose[1].y * edge_y + pose[1].z) / depth;
    // All corners must lie on the centre's side of the horizon. Comparisons with NaN are false.
    let in_front = all(depth * pose[2].z > vec4f(1e-4 * pose[2].z * pose[2].z));
    let near = all(abs(x) < vec4f(FARTHEST)) && all(abs(y) < vec4f(FARTHEST));
    if (!(opacity > 0.0 && in_front && near)) {
        return;
    }
    spot.corners_x = x;
    spot.corners_y = y;
    let twice_area = dot(x, y.yzwx) - dot(y, x.yzwx);
    let turn = select(-1.0, 1.0, twice_area > 0.0);
    spot.side_0 = side(vec2f(x.x, y.x), vec2f(x.y, y.y), turn);
    spot.side_1 = side(vec2f(x.y, y.y), vec2f(x.z, y.z), turn);
    spot.side_2 = side(vec2f(x.z, y.z), vec2f(x.w, y.w), turn);
    spot.side_3 = side(vec2f(x.w, y.w), vec2f(x.x, y.x), turn);

    let size = vec2f(vec2u(source[0].y & 0xffffu, source[0].y >> 16u));
    let fit = vec2f(params.fit_x, params.fit_y);
    spot.texel_x = (0.5 * size.x / fit.x) * pose[3] + (0.5 * size.x) * pose[5];
    spot.texel_y = (0.5 * size.y / fit.y) * pose[4] + (0.5 * size.y) * pose[5];
    spot.texel_w = pose[5];
    let cells = vec2f(vec2u(params.matte_cols, params.matte_rows));
    spot.matte = vec4f(cells * fit / size, cells * 0.5 * (1.0 - fit) - 0.5);

    let blur = pose[9].xy * params.motion_blur;
    let way = min(sqrt(dot(blur, blur)), 256.0);
    spot.blur = vec4f(0.0, 0.0, 0.0, 1.0);
    if (way > 0.25) {
        let steps = clamp(ceil(way), 1.0, BLUR_STEPS);
        spot.blur = vec4f(normalize(blur) * way, way, steps);
    }
    // Gain and bias apply to codes; converted here to luma from 0 to 1, so that black stays black.
    let gain = max(1.0 + params.light * (pose[6].x - 1.0), 0.0);
    let bias = ((gain - 1.0) * params.luma_offset + params.light * pose[6].y) / params.luma_scale;
    spot.light = vec4f(gain, bias, min(opacity, 1.0), params.light);

    let reach = abs(spot.blur.xy) * 0.5;
    let low = vec2f(min(min(x.x, x.y), min(x.z, x.w)), min(min(y.x, y.y), min(y.z, y.w))) - reach;
    let high = vec2f(max(max(x.x, x.y), max(x.z, x.w)), max(max(y.x, y.y), max(y.z, y.w))) + reach;
    let luma = tiles(low, high, vec2u(params.width, params.height), vec2f(1.0), vec2f(0.0), 0u);
    let sub = vec2f(params.sub_x, params.sub_y);
    let site = vec2f(params.site_x, params.site_y);
    let chroma = tiles(low, high, vec2u(params.chroma_width, params.chroma_height), sub, site, 4u);
    spot.tiles = vec4i(luma, chroma);
    let is_grainy = params.grain > 0.0 && max(max(noise[0].x, noise[1].x), noise[2].x) > CLEAN;
    spot.grain = vec4f(select(0.0, 1.0, is_grainy), 0.0, 0.0, 0.0);
    set_groups(8u, vec2i(select(0, FIELD / GRAIN_TILE, is_grainy)));
}
