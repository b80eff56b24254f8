// Footprints as a few taps along a direction: three of weights 1/6, 2/3, 1/6 have the variance of a
// Gaussian when they stand sqrt(3) deviations apart.

// Where three taps stand this near, in samples, two of half the weight do as well: 1/sqrt(3) as far
// from the middle, they have the same variance.
const NEAR_ENOUGH: f32 = 1.4;
const NEAR_TAP: f32 = 0.57735026;

// How many there are where the taps stand this many samples apart.
fn tap_count(far: f32) -> i32 {
    return select(select(3, 2, far < NEAR_ENOUGH), 1, far == 0.0);
}

// Place, as a share of that distance, and weight of one of them.
fn tap(k: i32, count: i32) -> vec2f {
    if (count == 2) {
        return vec2f(select(-NEAR_TAP, NEAR_TAP, k == 1), 0.5);
    }
    let i = f32(k - count / 2);
    return vec2f(i, select(2.0 / 3.0 - 0.5 * abs(i), 1.0, count == 1));
}
