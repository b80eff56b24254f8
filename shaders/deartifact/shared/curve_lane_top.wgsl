// Curves with an upper limit of the gain, mixed in by the user's factor. Included after shrink_tile.

fn lane_tops(lane: u32, blocked: f32) -> Line {
    let top = Line(
        of_lane(lane, TOPS[0], TOPS[2], TOPS[4], TOPS[6], TOPS[8], TOPS[10], TOPS[12], TOPS[14]),
        of_lane(lane, TOPS[1], TOPS[3], TOPS[5], TOPS[7], TOPS[9], TOPS[11], TOPS[13], TOPS[15]),
    );
    let top_blocked = Line(
        of_lane(lane, TOPS_BLOCKED[0], TOPS_BLOCKED[2], TOPS_BLOCKED[4], TOPS_BLOCKED[6],
            TOPS_BLOCKED[8], TOPS_BLOCKED[10], TOPS_BLOCKED[12], TOPS_BLOCKED[14]),
        of_lane(lane, TOPS_BLOCKED[1], TOPS_BLOCKED[3], TOPS_BLOCKED[5], TOPS_BLOCKED[7],
            TOPS_BLOCKED[9], TOPS_BLOCKED[11], TOPS_BLOCKED[13], TOPS_BLOCKED[15]),
    );
    return Line(mix(top.a, top_blocked.a, blocked), mix(top.b, top_blocked.b, blocked));
}

var<private> own_tops: Line;

fn set_curves(lane: u32) {
    own_curve = lane_curve(lane, model.blocked);
    own_tops = lane_tops(lane, model.blocked);
    own_scale = energy_scale(mix(GROWTH, GROWTH_BLOCKED, model.blocked));
}

// Applies the user's factor to a gain.
fn wanted(gains: Line) -> Line {
    return Line(1.0 + model.wanted * (gains.a - 1.0), 1.0 + model.wanted * (gains.b - 1.0));
}

// Gains of an invocation's coefficients by their energies.
fn gains_by(f: Line) -> Line {
    let shares = lane_gains(own_curve, scaled_squares(f, own_scale));
    return Line(own_tops.a * shares.a, own_tops.b * shares.b);
}
