// Scores positions where the plane may be: shifts, as `search.wgsl` does, if it is not at its expected
// position; all positions of the frame in a few rotations and scales, as `hunt.wgsl` does, if it is lost. An
// invocation scores one block of the template at one position.
// include: trackoverlay/track/shared/state.wgsl
// include: trackoverlay/track/shared/params.wgsl
// include: trackoverlay/track/shared/grid.wgsl
// include: trackoverlay/track/shared/level.wgsl
// include: trackoverlay/track/shared/score.wgsl
// include: trackoverlay/track/shared/variant.wgsl
// include: trackoverlay/track/shared/fit.wgsl
// include: trackoverlay/track/shared/marks.wgsl

var<immediate> params: ChainParams;
@group(0) @binding(0) var<storage, read> track: Track;
@group(0) @binding(1) var<storage, read> levels: array<f32>;
@group(0) @binding(2) var<storage, read> rendered: array<vec4f>;
@group(0) @binding(3) var<storage, read> memory: array<vec2f>;
@group(0) @binding(4) var<storage, read_write> scores: array<f32>;
// Best score and its variant for each position.
@group(0) @binding(5) var<storage, read_write> finds: array<vec2f>;

const LANES: u32 = 256u;
const GRID: u32 = 3u;
// Shifts, or neighbouring positions, that a workgroup scores.
const SEATS: u32 = 28u;

var<workgroup> block_fits: array<vec3f, 252>;
var<workgroup> turns: array<vec4f, 9>;
// Fits of blocks in four variants.
var<workgroup> weights: array<vec4f, 252>;
var<workgroup> alike: array<vec4f, 252>;
var<workgroup> seen: array<vec4f, 252>;
// Score of each position for the plane as last seen.
var<workgroup> as_seen: array<f32, 28>;

fn search(group: u32, lane: u32) {
    let width = 2u * params.reach + 1u;
    let seat = lane / BLOCKS;
    let number = group * SEATS + seat;
    let centre = select(0u, 1u, number >= width * width);
    let at = number - centre * width * width;
    let steps = vec2f(f32(at % width), f32(at / width)) - f32(params.reach);
    let is_one = lane < SEATS * BLOCKS && number < 2u * width * width;
    if (is_one) {
        var base = track.predicted;
        if (centre == 1u) {
            base = track.last;
        }
        block_fits[lane] = block_fit(shifted(base, steps), lane % BLOCKS);
    }
    workgroupBarrier();
    if (is_one && lane % BLOCKS == 0u) {
        var sum = vec3f(0.0);
        for (var b = 0u; b < BLOCKS; b++) {
            sum += block_fits[lane + b];
        }
        scores[number] = score_of_blocks(sum) - COST_OF_STEP * length(steps);
    }
}

// Fits of a block at a position, in four variants.
fn fit_marks(place: vec2i, block: u32, variants: vec4u) {
    let a = turns[variants.x];
    let b = turns[variants.y];
    let c = turns[variants.z];
    let d = turns[variants.w];
    let xx = vec4f(a.x, b.x, c.x, d.x);
    let xy = vec4f(a.y, b.y, c.y, d.y);
    let yx = vec4f(a.z, b.z, c.z, d.z);
    let yy = vec4f(a.w, b.w, c.w, d.w);
    let last = vec2i(i32(on.width), i32(on.height)) - 1;
    var sums = Sums();
    for (var k = block * MARKS_IN_BLOCK; k < (block + 1u) * MARKS_IN_BLOCK; k++) {
        let m = marks[k];
        let x = place.x + vec4i(floor(xx * m.x + yx * m.y + 0.5));
        let y = place.y + vec4i(floor(xy * m.x + yy * m.y + 0.5));
        let row = clamp(y, vec4i(0), vec4i(last.y));
        let column = clamp(x, vec4i(0), vec4i(last.x));
        let is_seen = (x == column) & (y == row) & vec4<bool>(m.w > 0.0);
        let at = vec4u(i32(on.start) + row * i32(on.pitch) + column);
        let v = vec4f(levels[at.x], levels[at.y], levels[at.z], levels[at.w]);
        sums = with_sample(sums, select(vec4f(0.0), vec4f(1.0), is_seen), v, m.z);
    }
    let fits = with_block(Fits(), sums, f32(MARKS_IN_BLOCK));
    let lane = fit_lane(block);
    weights[lane] = fits.weight;
    alike[lane] = fits.alike;
    seen[lane] = fits.seen;
}

var<private> my_seat: u32;

fn fit_lane(block: u32) -> u32 {
    return my_seat * BLOCKS + block;
}

// Scores of four variants at the invocation's position; used by the invocations of the first block.
fn score_variants(place: vec2i, block: u32, variants: vec4u) -> vec4f {
    if (block < BLOCKS) {
        fit_marks(place, block, variants);
    }
    workgroupBarrier();
    var all = Fits();
    if (block == 0u) {
        for (var b = 0u; b < BLOCKS; b++) {
            let lane = fit_lane(b);
            all = Fits(all.weight + weights[lane], all.alike + alike[lane], all.seen + seen[lane]);
        }
    }
    workgroupBarrier();
    return score_of(all);
}

// The better of `best` and the four variants: score and variant.
fn with_variants(best: vec2f, fits: vec4f, first: u32) -> vec2f {
    var found = best;
    for (var i = 0u; i < 4u; i++) {
        found = select(found, vec2f(fits[i], f32(first + i)), fits[i] > found.x);
    }
    return found;
}

fn hunt(group: u32, lane: u32) {
    for (var k = lane; k < MARKS; k += LANES) {
        marks[k] = mark(k);
    }
    if (lane < 9u) {
        turns[lane] = turn_of(lane);
    }
    workgroupBarrier();
    let width = (on.width + params.stride - 1u) / params.stride;
    let height = (on.height + params.stride - 1u) / params.stride;
    let groups = (width + SEATS - 1u) / SEATS;
    my_seat = min(lane / BLOCKS, SEATS - 1u);
    let column = (group % groups) * SEATS + my_seat;
    let line = group / groups;
    let is_place = lane < SEATS * BLOCKS && column < width && line < height;
    // Invocations without a position have no block.
    let block = select(BLOCKS, lane % BLOCKS, is_place);
    let place = vec2i(vec2u(column, line) * params.stride);
    let now = score_variants(place, block, vec4u(AS_SEEN));
    if (block == 0u) {
        as_seen[my_seat] = now.x;
    } else if (lane % BLOCKS == 0u && lane < SEATS * BLOCKS) {
        as_seen[my_seat] = -1.0;
    }
    workgroupBarrier();
    let smaller = score_variants(place, block, vec4u(0u, 1u, 2u, 3u));
    let larger = score_variants(place, block, vec4u(5u, 6u, 7u, 8u));
    if (block == 0u) {
        var best = vec2f(now.x, f32(AS_SEEN));
        // Groups of four neighbouring positions, as in `hunt.wgsl`.
        let first = my_seat / 4u * 4u;
        let four = max(max(as_seen[first], as_seen[first + 1u]), max(as_seen[first + 2u], as_seen[first + 3u]));
        if (four > PROMISING) {
            best = with_variants(with_variants(best, smaller, 0u), larger, 5u);
        }
        finds[line * width + column] = best;
    }
}

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) id: vec3u, @builtin(local_invocation_index) lane: u32) {
    look_at_grid(GRID);
    if (track.mode == MODE_HUNT) {
        hunt(id.x, lane);
    } else if ((track.mode & MODE_SEARCH) != 0u) {
        search(id.x, lane);
    }
}
