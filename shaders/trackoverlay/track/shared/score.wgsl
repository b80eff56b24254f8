// Score of a pose: correlation of 3x3 blocks of the quad with the frame, each on its own, so that an object
// in front of one block does not spoil the others. 0 to 1; -1 if too little is in the frame. Reads
// `rendered`, `memory` and `level`.

// In squared code values: variance of frame or template up to which there is nothing to compare, and
// variance at which a block has half weight.
const SCORE_NOISE: f32 = 4.0;
const SCORE_TEXTURE: f32 = 30.0;

const BLOCKS: u32 = 9u;

// Weight (x), weighted correlation (y) and share in the frame (z) of one block.
fn block_fit(h: mat3x3f, b: u32) -> vec3f {
    let block = on.side / 4u;
    let start = vec2u(on.side / 8u) + vec2u(b % 3u, b / 3u) * block;
    var seen = 0.0;
    var weight = 0.0;
    // Sums of the frame, the template, and their products.
    var first = vec2f(0.0);
    var second = vec3f(0.0);
    // Loops test their condition at the end, because software Vulkan runs the body of a `for` once more than
    // needed.
    var j = 0u;
    loop {
        var i = 0u;
        loop {
            let column = start.x + i;
            let row = start.y + j;
            let t = rendered[on.first + row * on.side + column];
            let p = place_of(column, row, on.side);
            let q = h * vec3f(p, 1.0);
            let at = q.xy / q.z;
            if (t.w < 0.5 || !(q.z > 0.05) || !(at.x >= 0.0 && at.y >= 0.0
                && at.x < f32(params.width) - 1.0 && at.y < f32(params.height) - 1.0)) {
                continue;
            }
            let v = level_at(at);
            let w = 1.0 - 0.9 * memory[cell_at(p)].y;
            seen += 1.0;
            weight += w;
            first += w * vec2f(v, t.x);
            second += w * vec3f(v * v, t.x * t.x, v * t.x);
            continuing {
                i += 1u;
                break if i >= block;
            }
        }
        continuing {
            j += 1u;
            break if j >= block;
        }
    }
    let all = f32(block * block);
    if (weight < 0.25 * all) {
        return vec3f(0.0, 0.0, seen / all);
    }
    let mean = first / weight;
    let variance = max(second.xy / weight - mean * mean, vec2f(0.0));
    let covariance = second.z / weight - mean.x * mean.y;
    let correlation = covariance / sqrt((variance.x + SCORE_NOISE) * (variance.y + SCORE_NOISE));
    let texture = weight * variance.y / (variance.y + SCORE_TEXTURE);
    return vec3f(texture, texture * max(correlation, 0.0), seen / all);
}

// Score from the sums over all blocks.
fn score_of_blocks(sum: vec3f) -> f32 {
    return select(-1.0, sum.y / sum.x, sum.z >= 9.0 * 0.25 && sum.x > 0.0);
}

// The pose shifted by whole samples of the level.
fn shifted(h: mat3x3f, steps: vec2f) -> mat3x3f {
    return mat3x3f(vec3f(1.0, 0.0, 0.0), vec3f(0.0, 1.0, 0.0), vec3f(steps * on.step, 1.0)) * h;
}

// Penalty for each step from the centre, so that among equal fits the nearest wins.
const COST_OF_STEP: f32 = 0.002;
