// The track's pose and light in the workgroup, where iterations have them. Reads `track`, `biases`.

fn take_up(lane: u32) {
    if (lane == 0u) {
        pose = track.now;
        light = track.light;
    }
    workgroupBarrier();
}

fn put_down(lane: u32) {
    if (lane == 0u) {
        track.now = pose;
        track.light = light;
    }
    storageBarrier();
    workgroupBarrier();
}

// How a kernel iterates at a grid: from what is known of its squares, as in `gather.wgsl`, the last
// time being judged or not; or from nothing, as in `align.wgsl`, with the light fitted first or not.
const FINE: u32 = 0u;
const JUDGED: u32 = 1u;
const COARSE: u32 = 2u;
const FRESH: u32 = 3u;

// Iterations at a grid. A kernel calls this in one place only: compilers put in all of it at each.
fn refine(lane: u32, number: u32, rounds: u32, how: u32) {
    begin_at(lane, number);
    let is_coarse = how >= COARSE;
    var prior = track.last_light;
    if (is_coarse) {
        prior = light;
    } else if (lane < CELL_COUNT) {
        own_biases[lane] = biases[number * CELL_COUNT + lane];
    }
    workgroupBarrier();
    if (is_coarse && lane == 0u) {
        light[1].w *= LOOSER;
    }
    workgroupBarrier();
    for (var round = 1u; round <= rounds; round++) {
        judges = how == JUDGED && round == rounds;
        iterate(lane, prior, how == FRESH && round == 1u, !is_coarse && round == rounds);
    }
    if (!is_coarse && lane < CELL_COUNT) {
        biases[number * CELL_COUNT + lane] = own_biases[lane];
    }
    judges = false;
}
