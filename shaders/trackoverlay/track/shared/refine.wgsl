// Loads the track's pose and light into workgroup memory for iterations, and stores them. Reads `track`,
// `biases`.

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

// Kinds of iterations at a grid: with known squares, as in `gather.wgsl`, without or with judging the last
// one; or without knowledge, as in `align.wgsl`, without or with fitting the light first.
const FINE: u32 = 0u;
const JUDGED: u32 = 1u;
const COARSE: u32 = 2u;
const FRESH: u32 = 3u;

// Runs iterations at a grid. Call it in one place of a kernel only, because compilers inline all of it.
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
