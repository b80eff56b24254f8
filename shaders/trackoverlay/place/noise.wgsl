// Measures the noise of the plate around a placement: deviation and correlation of neighbours, of one component in
// each workgroup. Of 16x16 blocks those that are about as flat as the flattest tenth have the least besides. What
// changes there from one measurement to the next is noise and motion, so neither their variance nor their change is
// less than noise: the smaller of the two counts.
// include: shared/sample_places.wgsl
// include: trackoverlay/shared/frame_read.wgsl

struct NoiseParams {
    // Size of luma in pixels.
    width: u32,
    height: u32,
    samples: SamplePlaces,
    // Factor from codes to 8-bit codes.
    code8: f32,
    // Measurements of this plane so far: the second counts alone.
    count: u32,
    // Distance of neighbouring chroma samples in luma pixels.
    sub_x: f32,
    sub_y: f32,
}

var<immediate> params: NoiseParams;
@group(0) @binding(0) var<storage, read> frame: array<u32>;
@group(0) @binding(1) var<storage, read> pose: array<vec4f>;
// Of each component: deviation in 8-bit codes, correlation of neighbours; unused.
@group(0) @binding(2) var<storage, read_write> noise: array<vec4f>;
// The samples of each block in the measurement before, in codes.
@group(0) @binding(3) var<storage, read_write> kept: array<f32>;

const ALONG: u32 = 16u;
const BLOCKS: u32 = 256u;
const BLOCK: i32 = 8;
// Sum of the squares of a block's columns from its middle.
const SPREAD: f32 = 336.0;
// The part of the blocks that is flattest, and how much more variance others may have.
const FLAT_PART: f32 = 0.1;
const AS_FLAT: f32 = 1.6;
// The share of such blocks up to which what they have is texture, and from which on it is noise: variances of
// texture lie far apart.
const TEXTURE_SHARE: f32 = 0.16;
const NOISE_SHARE: f32 = 0.26;
// 8-bit codes outside of which noise is cut off.
const DARKEST: f32 = 18.0;
const BRIGHTEST: f32 = 240.0;
// Part of the box that is looked at around it, and how fast what is known follows.
const MARGIN: f32 = 0.12;
const RATE: f32 = 0.15;
// Variance of rounding, in codes.
const ROUNDING: f32 = 1.0 / 12.0;
const UNSEEN: f32 = 1e9;

// Variance, and half the mean squared difference of neighbours; of each block, and of half of its change.
var<workgroup> blocks: array<vec4f, BLOCKS>;
var<workgroup> limit: f32;

fn code_at(at: vec2i, component: u32) -> f32 {
    if (component == 0u) {
        return luma_code(at);
    }
    let both = chroma_code(at.x, at.y);
    return select(both.y, both.x, component == 1u);
}

// A block without its slope, in squared codes; and its change since before.
fn block_at(first: vec2i, component: u32, lane: u32) -> vec4f {
    let base = code_at(first, component);
    var sum = vec4f(0.0);
    var changes = vec2f(0.0);
    // Of the change: sum, and sum of squares.
    var moved = vec2f(0.0);
    var above = array<vec2f, 8>();
    let store = (component * BLOCKS + lane) * 64u;
    for (var j = 0; j < BLOCK; j++) {
        var left = vec2f(0.0);
        for (var i = 0; i < BLOCK; i++) {
            let code = code_at(first + vec2i(i, j), component);
            let v = code - base;
            let d = code - kept[store + u32(j * BLOCK + i)];
            kept[store + u32(j * BLOCK + i)] = code;
            let pair = vec2f(v, d);
            let off = vec2f(f32(i), f32(j)) - 3.5;
            sum += vec4f(v, v * v, v * off);
            moved += vec2f(d, d * d);
            let across = select(pair - left, vec2f(0.0), i == 0);
            let down = select(pair - above[i], vec2f(0.0), j == 0);
            changes += across * across + down * down;
            left = pair;
            above[i] = pair;
        }
    }
    let slope = sum.zw / SPREAD;
    let energy = sum.y - sum.x * sum.x / 64.0 - dot(slope, slope) * SPREAD;
    let mean = (base + sum.x / 64.0) * params.code8;
    let is_cut = component == 0u && (mean < DARKEST || mean > BRIGHTEST);
    let half_change = changes.x / 224.0 - 0.25 * dot(slope, slope);
    let change = max(moved.y - moved.x * moved.x / 64.0, 0.0) / 63.0;
    return vec4f(select(max(energy, 0.0) / 61.0, UNSEEN, is_cut), max(half_change, 0.0), 0.5 * change, 0.5 * changes.y / 224.0);
}

// First block and distance from it to the last one, in samples of the component.
fn box_of(component: u32) -> vec4f {
    let size = select(vec2f(f32(params.samples.chroma_width), f32(params.samples.chroma_height)),
        vec2f(f32(params.width), f32(params.height)), component == 0u);
    let sub = select(vec2f(params.sub_x, params.sub_y), vec2f(1.0), component == 0u);
    let bounds = pose[8];
    let around = MARGIN * (bounds.zw - bounds.xy + 1.0);
    let low = clamp((bounds.xy - around) / sub, vec2f(0.0), size);
    let high = clamp((bounds.zw + 1.0 + around) / sub, vec2f(0.0), size);
    return vec4f(low, select(vec2f(-1.0), high - low - f32(BLOCK), bounds.zw >= bounds.xy));
}

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
    let component = group.x;
    let box = box_of(component);
    if (any(box.zw < vec2f(0.0))) {
        return;
    }
    let part = (vec2f(f32(lane % ALONG), f32(lane / ALONG)) + 0.5) / f32(ALONG);
    let own = block_at(vec2i(box.xy + part * box.zw), component, lane);
    blocks[lane] = own;
    if (lane == 0u) {
        limit = -1.0;
    }
    workgroupBarrier();
    var rank = 0u;
    var seen = 0u;
    for (var k = 0u; k < BLOCKS; k++) {
        let other = blocks[k].x;
        rank += select(0u, 1u, other < own.x || (other == own.x && k < lane));
        seen += select(0u, 1u, other < UNSEEN);
    }
    if (seen > 0u && rank == u32(FLAT_PART * f32(seen))) {
        limit = AS_FLAT * own.x;
    }
    workgroupBarrier();
    if (lane != 0u) {
        return;
    }
    if (params.count == 0u || limit < 0.0) {
        noise[component] = select(noise[component], vec4f(0.0), params.count == 0u);
        return;
    }
    var sum = vec4f(0.0);
    var all = 0.0;
    for (var k = 0u; k < BLOCKS; k++) {
        let is_flat = blocks[k].x <= limit;
        sum += select(vec4f(0.0), blocks[k], is_flat);
        all += select(0.0, 1.0, is_flat);
    }
    let found = sum / max(all, 1.0);
    let is_still = found.z < found.x;
    let flat = select(found.xy, found.zw, is_still);
    // Blocks hold only a part of what neighbours have in common: measured on generated noise.
    let alike = clamp(1.0 - flat.y / max(flat.x, 1e-6), 0.0, 0.55);
    let correlation = min(1.25 * alike, 0.66);
    let variance = 1.04 * flat.x / (1.0 - 0.3 * alike - 0.73 * alike * alike);
    let noisy = clamp((all / f32(seen) - TEXTURE_SHARE) / (NOISE_SHARE - TEXTURE_SHARE), 0.0, 1.0);
    // Much less change than variance is texture at rest; a little less may be texture in slow motion.
    let at_rest = clamp(0.5 * found.x / max(found.z, 1e-6) - 1.0, 0.0, 1.0);
    let trust = max(noisy, at_rest);
    let deviation = params.code8 * sqrt(max(variance - ROUNDING, 0.0));
    if (params.count == 1u) {
        noise[component] = vec4f(trust * deviation, correlation, 0.0, 0.0);
        return;
    }
    // Noise is never more than what was found, so less is believed at once, and more as far as it is no texture.
    let before = noise[component].xy;
    let rate = RATE * select(trust, 1.0, deviation < before.x);
    noise[component] = vec4f(mix(before, vec2f(deviation, correlation), rate), 0.0, 0.0);
}
