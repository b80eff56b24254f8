// Measures a picture, and decides what it needs. Each workgroup measures a tile; the last one to end adds up what all
// have found.
// include: shared/packed.wgsl
// include: shared/filled.wgsl
// include: shared/parts.wgsl
// include: shared/last_group.wgsl
// include: tone/shared/tone_model.wgsl
// include: tone/shared/tone_levels.wgsl
// include: tone/shared/tone_tiles.wgsl
// include: tone/shared/tone_trained.wgsl
// include: tone/shared/tone_estimate.wgsl
// include: tone/shared/tone_steady.wgsl

struct MeasureParams {
    parts: Parts,
    levels: Levels,
    siting: Siting,
    // The user's factors.
    exposure: f32,
    contrast: f32,
    white_balance: f32,
    // Share of the way to a new estimate that a picture goes.
    pace: f32,
    // Most stops that exposure changes from one picture to the next; other values by the same measure.
    most: f32,
    // Seconds from one picture to the next.
    seconds: f32,
    // 1 to forget earlier pictures.
    first: u32,
}

var<immediate> params: MeasureParams;
@group(0) @binding(0) var<storage, read> planes: array<vec2u>;
@group(0) @binding(1) var<storage, read_write> tiles: array<atomic<u32>>;
@group(0) @binding(2) var<storage, read_write> done: atomic<u32>;
@group(0) @binding(3) var<storage, read_write> scene: array<f32>;
@group(0) @binding(4) var<storage, read_write> model: ToneModel;

const GROUP: u32 = 256u;
// Quads that a lane reads, and that a tile has at most; larger tiles are read in fewer rows.
const TURNS: u32 = 4u;
const MOST_QUADS: u32 = 1024u;
// Beyond this luma a pixel may be clipped, and below it is too dark to have a colour.
const CLIPPED: f32 = 0.97;
const DARK: f32 = 0.02;
// Saturations (chroma by luma) at which pixels no longer count as grey, or as nearly grey.
const GREYISH: f32 = 0.12;
const PALE: f32 = 0.35;

var<workgroup> words: array<atomic<u32>, 83>;
var<workgroup> found: array<f32, 256>;

fn grid_of(size: vec2u, component: u32) -> vec2u {
    return size;
}

// Sums of weights, and of luma and chroma by them: of bright, of grey and of nearly grey pixels.
var<private> bright: vec4f;
var<private> greyish: vec4f;
var<private> pale: vec4f;
var<private> lightness: f32;
var<private> pixels: f32;
// Most of what EXTREME_WORD says.
var<private> lights: vec2f;
var<private> colours: vec3f;

fn weighed(weight: vec4f, luma: vec4f, blue: vec4f, red: vec4f) -> vec4f {
    return vec4f(dot(weight, vec4f(1.0)), dot(weight, luma), dot(weight, blue), dot(weight, red));
}

// 1 without saturation, 0 from `most` on.
fn greyness(square: vec4f, most: f32) -> vec4f {
    let near = max(1.0 - square / (most * most), vec4f(0.0));
    return near * near;
}

fn add_quad(at: vec2u) {
    let quad = unpack_quad(planes[at.y * ((luma_size().x + 3u) / 4u) + at.x]);
    let luma = clamp((quad - params.levels.black) * params.levels.luma_scale, vec4f(0.0), vec4f(1.0));
    let inside = select(vec4f(0.0), vec4f(1.0), vec4u(at.x * 4u) + vec4u(0u, 1u, 2u, 3u) < vec4u(luma_size().x));
    lightness += dot(luma, inside);
    let count = dot(inside, vec4f(1.0));
    pixels += count;
    let light = dot(luma, inside) / count;
    lights = max(lights, vec2f(light, 1.0 - light));
    for (var i = 0u; i < 4u; i++) {
        if (inside[i] > 0.0) {
            // Values on the border of two bins belong to the upper one, however they are rounded.
            atomicAdd(&words[min(u32(luma[i] * f32(BINS) + 1.0 / 256.0), BINS - 1u)], 1u);
        }
    }
    if (!has_chroma()) {
        return;
    }
    let blue = (chroma_at(1u, at) - GREY) * params.levels.chroma_scale;
    let red = (chroma_at(2u, at) - GREY) * params.levels.chroma_scale;
    let counts = select(vec4f(0.0), inside, (luma > vec4f(DARK)) & (luma < vec4f(CLIPPED)));
    let blues = dot(luma + 2.0 * (1.0 - params.levels.weight_blue) * blue, inside) / count;
    let reds = dot(luma + 2.0 * (1.0 - params.levels.weight_red) * red, inside) / count;
    let both = params.levels.weight_red * reds + params.levels.weight_blue * blues;
    let greens = (light - both) / (1.0 - params.levels.weight_red - params.levels.weight_blue);
    colours = max(colours, vec3f(reds, greens, blues));
    let square = (blue * blue + red * red) / ((luma + 0.05) * (luma + 0.05));
    bright += weighed(counts * luma * luma * luma, luma, blue, red);
    greyish += weighed(counts * greyness(square, GREYISH), luma, blue, red);
    pale += weighed(counts * greyness(square, PALE), luma, blue, red);
}

fn add_word(word: u32, value: f32) {
    atomicAdd(&words[word], bitcast<u32>(i32(round(value * FIXED))));
}

fn add_extreme(word: u32, value: f32) {
    atomicMax(&words[EXTREME_WORD + word], u32(round(clamp(value, 0.0, 2.0) * FIXED)));
}

fn add_sums(word: u32, sums: vec4f) {
    for (var i = 0u; i < 4u; i++) {
        add_word(word + i, sums[i]);
    }
}

fn measure(tile: u32, lane: u32) {
    if (lane < WORDS) {
        atomicStore(&words[lane], 0u);
    }
    workgroupBarrier();
    let quads = vec2u((luma_size().x + 3u) / 4u, luma_size().y);
    let place = vec2u(tile % COLUMNS, tile / COLUMNS);
    let start = place * quads / vec2u(COLUMNS, ROWS);
    let size = (place + 1u) * quads / vec2u(COLUMNS, ROWS) - start;
    let across = max(size.x, 1u);
    let rows = max(MOST_QUADS / across, 1u);
    let stride = max((size.y + rows - 1u) / rows, 1u);
    let count = size.x * ((size.y + stride - 1u) / stride);
    for (var turn = 0u; turn < TURNS; turn++) {
        let index = turn * LANES + lane;
        if (index < count) {
            let inner = place_in_rows(index, across);
            add_quad(start + vec2u(inner.x, inner.y * stride));
        }
    }
    add_sums(BINS, bright);
    add_sums(BINS + 4u, greyish);
    add_sums(BINS + 8u, pale);
    add_word(LUMA_WORD, lightness);
    if (pixels > 0.0) {
        atomicAdd(&words[COUNT_WORD], u32(pixels));
        add_extreme(0u, lights.x);
        add_extreme(1u, lights.y);
        add_extreme(2u, colours.x);
        add_extreme(3u, colours.y);
        add_extreme(4u, colours.z);
    }
    workgroupBarrier();
    if (lane < WORDS) {
        atomicStore(&tiles[tile * WORDS + lane], atomicLoad(&words[lane]));
    }
}

// Adds up the bins of all tiles: four lanes for each bin.
fn add_bins(lane: u32) {
    var sum = 0u;
    for (var i = 0u; i < TILES / 4u; i++) {
        sum += atomicLoad(&tiles[(lane / BINS * (TILES / 4u) + i) * WORDS + lane % BINS]);
    }
    found[lane] = f32(sum);
    workgroupBarrier();
    if (lane < BINS) {
        bins[lane] = found[lane] + found[lane + BINS] + found[lane + 2u * BINS] + found[lane + 3u * BINS];
    }
    workgroupBarrier();
}

// Adds up the sums of all tiles: sixteen lanes for each.
fn add_tiles(lane: u32) {
    if (lane < SUMS * COLUMNS) {
        var sum = 0.0;
        for (var i = 0u; i < ROWS; i++) {
            let tile = i * COLUMNS + lane % COLUMNS;
            sum += f32(bitcast<i32>(atomicLoad(&tiles[tile * WORDS + BINS + lane / COLUMNS])));
        }
        found[lane] = sum / FIXED;
    }
    workgroupBarrier();
    if (lane < SUMS) {
        var sum = 0.0;
        for (var i = 0u; i < COLUMNS; i++) {
            sum += found[lane * COLUMNS + i];
        }
        sums[lane] = sum;
    }
    workgroupBarrier();
}

// The extremes of all tiles: sixteen lanes for each.
fn find_extremes(lane: u32) {
    if (lane < EXTREMES * COLUMNS) {
        var most = 0u;
        for (var i = 0u; i < ROWS; i++) {
            let tile = i * COLUMNS + lane % COLUMNS;
            most = max(most, atomicLoad(&tiles[tile * WORDS + EXTREME_WORD + lane / COLUMNS]));
        }
        found[lane] = f32(most) / FIXED;
    }
    workgroupBarrier();
    if (lane < EXTREMES) {
        var most = 0.0;
        for (var i = 0u; i < COLUMNS; i++) {
            most = max(most, found[lane * COLUMNS + i]);
        }
        extremes[lane] = most;
    }
    workgroupBarrier();
}

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
    measure(group.x, lane);
    if (!is_last_group(groups, lane)) {
        return;
    }
    add_bins(lane);
    add_tiles(lane);
    find_extremes(lane);
    find_quantiles(lane);
    compare_scenes(lane);
    if (lane == 0u) {
        let is_cut = has_changed() || params.first == 1u;
        steer(estimate(), is_cut);
        apply_factors();
    }
    workgroupBarrier();
    keep_scene(lane);
}
