// Trained curves for blocks of which each invocation has one row of coefficients, with one vertical
// frequency. The tables are symmetric, so a row of them is also a column.

// The invocation's entries of a table, from the first or the second halves of its rows. Uses constant
// indices: a table indexed by a variable is kept in memory, not in registers.
fn of_lane(lane: u32, r0: vec4f, r1: vec4f, r2: vec4f, r3: vec4f, r4: vec4f, r5: vec4f, r6: vec4f, r7: vec4f) -> vec4f {
    let one = (lane & 1u) == 1u;
    let two = (lane & 2u) == 2u;
    let low = select(select(r0, r1, one), select(r2, r3, one), two);
    let high = select(select(r4, r5, one), select(r6, r7, one), two);
    return select(low, high, lane > 3u);
}

// Energies at which the gain is halfway, and floors times these.
struct LaneCurve {
    middle: Line,
    floor: Line,
}

fn lane_curve(lane: u32, blocked: f32) -> LaneCurve {
    let half = Line(
        of_lane(lane, HALVES[0], HALVES[2], HALVES[4], HALVES[6], HALVES[8], HALVES[10], HALVES[12], HALVES[14]),
        of_lane(lane, HALVES[1], HALVES[3], HALVES[5], HALVES[7], HALVES[9], HALVES[11], HALVES[13], HALVES[15]),
    );
    let half_blocked = Line(
        of_lane(lane, HALVES_BLOCKED[0], HALVES_BLOCKED[2], HALVES_BLOCKED[4], HALVES_BLOCKED[6],
            HALVES_BLOCKED[8], HALVES_BLOCKED[10], HALVES_BLOCKED[12], HALVES_BLOCKED[14]),
        of_lane(lane, HALVES_BLOCKED[1], HALVES_BLOCKED[3], HALVES_BLOCKED[5], HALVES_BLOCKED[7],
            HALVES_BLOCKED[9], HALVES_BLOCKED[11], HALVES_BLOCKED[13], HALVES_BLOCKED[15]),
    );
    let low = Line(
        of_lane(lane, LOWS[0], LOWS[2], LOWS[4], LOWS[6], LOWS[8], LOWS[10], LOWS[12], LOWS[14]),
        of_lane(lane, LOWS[1], LOWS[3], LOWS[5], LOWS[7], LOWS[9], LOWS[11], LOWS[13], LOWS[15]),
    );
    let low_blocked = Line(
        of_lane(lane, LOWS_BLOCKED[0], LOWS_BLOCKED[2], LOWS_BLOCKED[4], LOWS_BLOCKED[6],
            LOWS_BLOCKED[8], LOWS_BLOCKED[10], LOWS_BLOCKED[12], LOWS_BLOCKED[14]),
        of_lane(lane, LOWS_BLOCKED[1], LOWS_BLOCKED[3], LOWS_BLOCKED[5], LOWS_BLOCKED[7],
            LOWS_BLOCKED[9], LOWS_BLOCKED[11], LOWS_BLOCKED[13], LOWS_BLOCKED[15]),
    );
    let middle = Line(mix(half.a, half_blocked.a, blocked), mix(half.b, half_blocked.b, blocked));
    let floor = Line(mix(low.a, low_blocked.a, blocked) * middle.a, mix(low.b, low_blocked.b, blocked) * middle.b);
    return LaneCurve(middle, floor);
}

// As `curve` in deartifact/shared/curve.wgsl.
fn lane_gains(curve: LaneCurve, energy: Line) -> Line {
    return Line(
        (energy.a + curve.floor.a) / (energy.a + curve.middle.a),
        (energy.b + curve.floor.b) / (energy.b + curve.middle.b),
    );
}
