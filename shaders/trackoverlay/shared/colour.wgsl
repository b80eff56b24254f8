// Conversion between Y'CbCr and R'G'B'; `params` has the weights of red and blue in luma. Y' is 0 to 1, Cb
// and Cr are -0.5 to 0.5.

fn rgb_of(y: f32, chroma: vec2f) -> vec3f {
    let red = y + 2.0 * (1.0 - params.kr) * chroma.y;
    let blue = y + 2.0 * (1.0 - params.kb) * chroma.x;
    let green = (y - params.kr * red - params.kb * blue) / (1.0 - params.kr - params.kb);
    return vec3f(red, green, blue);
}
