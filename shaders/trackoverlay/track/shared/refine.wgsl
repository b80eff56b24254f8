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

// Iterations at a grid, whose squares begin with the biases they had last.
fn refine(lane: u32, number: u32, rounds: u32, judges_last: bool) {
    begin_at(lane, number);
    own_biases[lane] = biases[number * CELL_COUNT + lane];
    workgroupBarrier();
    for (var round = 1u; round <= rounds; round++) {
        judges = judges_last && round == rounds;
        iterate(lane, track.last_light, false, round == rounds);
    }
    biases[number * CELL_COUNT + lane] = own_biases[lane];
    judges = false;
}
