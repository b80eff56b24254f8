// Finds what is in front of the plane: what the light on it does not explain; and the light, for what is placed.
// include: trackoverlay/track/shared/state.wgsl
// include: trackoverlay/track/shared/plate.wgsl
// include: trackoverlay/track/shared/unexplained.wgsl

struct MatteParams {
    // Cells along a side.
    cells: u32,
    // 1 in the arming frame.
    is_arming: u32,
}

var<immediate> params: MatteParams;
@group(0) @binding(0) var<storage, read> track: Track;
@group(0) @binding(1) var<storage, read> sights: array<Sight>;
// For each cell: 1 if the plane is visible, 0 if something is in front; gain and bias (0 to 1)
// for what is placed; gain of the plane.
@group(0) @binding(2) var<storage, read_write> matte: array<vec4f>;

// Objects appear in the matte at once, and disappear gradually, which keeps its edge steady.
const RETURN: f32 = 0.7;
// Cells between those whose light is averaged, and how many on each side; cells of a standard deviation, squared and
// doubled.
const STRIDE: i32 = 2;
const SPREAD: f32 = 24.0;
// Weight of the whole plane's gain, in squared codes.
const WHOLE: f32 = 8.0;
// Light that the plane gained since arming counts up to this share: it was in the shade at arming, not the picture.
const MORE_LIGHT: f32 = 0.1;

fn index_of(at: vec2i) -> i32 {
    let inside = clamp(at, vec2i(0), vec2i(i32(params.cells) - 1));
    return inside.y * i32(params.cells) + inside.x;
}

fn hidden_at(cell: vec2i) -> f32 {
    var sum = 0.0;
    for (var k = 0; k < 9; k++) {
        let step = vec2i(k % 3, k / 3) - vec2i(1);
        let weight = f32((2 - abs(step.x)) * (2 - abs(step.y)));
        sum += weight * sights[index_of(cell + step)].unexplained;
    }
    return hidden_share(sum / 16.0);
}

// Gain and bias for what is placed, and gain of the plane: those of the cells around that have about the same light.
fn light_at(cell: vec2i, own: Sight) -> vec3f {
    var sum = vec2f(own.whole, own.base) * WHOLE;
    var weight = WHOLE;
    for (var k = 0; k < 49; k++) {
        let step = STRIDE * (vec2i(k % 7, k / 7) - vec2i(3));
        let other = index_of(cell + step);
        let ratio = sights[other].ratio;
        let off = (ratio - own.own) / own.reach;
        let w = sights[other].weight * exp(-off * off - f32(step.x * step.x + step.y * step.y) / SPREAD);
        sum += w * vec2f(ratio, sights[other].base);
        weight += w;
    }
    let light = sum / weight;
    let more = max(light.x / own.whole - 1.0, 0.0);
    let kept = own.whole * MORE_LIGHT * (1.0 - exp(-more / MORE_LIGHT));
    return vec3f(min(light.x, own.whole) + kept, light.y / LUMA_RANGE, light.x);
}

@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) id: vec3u) {
    if (id.x >= params.cells || id.y >= params.cells || track.state == STATE_IDLE || track.state == STATE_LOST) {
        return;
    }
    let cell = vec2i(id.xy);
    let index = id.y * params.cells + id.x;
    let free = 1.0 - hidden_at(cell);
    let light = light_at(cell, sights[index]);
    let before = select(matte[index].x, free, params.is_arming == 1u || track.age < 2u);
    matte[index] = vec4f(min(free, before + RETURN * (free - before)), light);
}
