// Agreement of each cell in the last iteration at the finest grid, and the judgement on it. Reads and writes
// `track`, `memory`, `agreement`, `residuals`.

// True in the iteration that is judged.
var<private> judges: bool;
// Alignment error in pixels that may explain a residual where the template is steep.
const SLACK: f32 = 0.3;
var<workgroup> is_hunting: u32;

fn note_residual(index: u32, squared: f32, gradient: vec2f, is_seen: bool) {
    if (judges) {
        let scale = WIDER * light[1].w;
        let steep = light[0].x * length(gradient * SLACK * 2.0 / track.size.xy);
        residuals[index] = select(-1.0, squared / (scale * scale + steep * steep), is_seen);
    }
}

fn note_cell(cell: u32, found: Tally) {
    if (judges) {
        let energy = select(-1.0, found.judged / found.energy.y, found.energy.y > 0.0);
        agreement[cell] = vec4f(energy, correlation(found.n, found.first, found.second));
    }
}

// Weight of a cell, weighted agreement, correlation and clarity; stores its energy in `energies`.
fn vote_of_cell(cell: u32) -> vec4f {
    let samples = f32((on.side / CELLS) * (on.side / CELLS));
    let a = agreement[cell];
    let seen = select(0.0, samples, a.x >= 0.0 && a.w > 0.0);
    energies[cell] = vec2f(a.x * seen, seen);
    let v = vote(a.yzw, select(memory[cell].x, 1.0, is_inner_cell(cell)), light[0].x, a.x);
    return vec4f(v, v.x * a.y, v.x * clarity_of(a.z, light[0].x, usual_noise()));
}

// As `judge.wgsl`. The first invocation of each cell must have called note_cell.
fn judge(lane: u32, is_second: bool) {
    var votes = vec4f(0.0);
    if (lane < CELL_COUNT) {
        votes = vote_of_cell(cell_of(lane));
    }
    let all = sum_of_lanes(lane, votes);
    find_scale(lane, light[1].w);
    if (lane == 0u) {
        let means = select(vec3f(0.0), all.yzw / all.x, all.x > 0.0);
        track.light[1].w = found_scale;
        decide(means, is_second);
        is_hunting = select(0u, 1u, track.mode == MODE_HUNT);
    }
    storageBarrier();
    workgroupBarrier();
    // Forgets which cells were covered: it does not apply to where the plane will be found.
    if (is_hunting == 1u && lane < CELL_COUNT) {
        memory[cell_of(lane)].y = 0.0;
    }
}
