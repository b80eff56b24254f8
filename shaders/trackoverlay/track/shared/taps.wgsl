// Blur by a few taps along a direction: three taps with weights 1/6, 2/3, 1/6 at a distance of sqrt(3)
// standard deviations have the variance of a Gaussian.

// Up to this distance in samples, two taps of weight 1/2 are enough: at 1/sqrt(3) of the distance from the
// centre they have the same variance.
const NEAR_ENOUGH: f32 = 1.4;
const NEAR_TAP: f32 = 0.57735026;

// Number of taps for a distance in samples.
fn tap_count(far: f32) -> i32 {
    return select(select(3, 2, far < NEAR_ENOUGH), 1, far == 0.0);
}

// Position of a tap as a share of that distance (x), and its weight (y).
fn tap(k: i32, count: i32) -> vec2f {
    if (count == 2) {
        return vec2f(select(-NEAR_TAP, NEAR_TAP, k == 1), 0.5);
    }
    let i = f32(k - count / 2);
    return vec2f(i, select(2.0 / 3.0 - 0.5 * abs(i), 1.0, count == 1));
}
