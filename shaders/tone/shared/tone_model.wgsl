// What a picture needs, kept on the GPU from picture to picture. Luma is 0 at black and 1 at white.

struct ToneModel {
    // Stops that the picture is too bright, negative if it is too dark; smoothed over time.
    exposure: f32,
    // Luma that black is lifted to, smoothed.
    lift: f32,
    // Stops that red and blue are above green, smoothed.
    red: f32,
    blue: f32,
    // Luma of the brightest parts, smoothed.
    peak: f32,
    // Seconds for which another correction has been wanted.
    waited: f32,
    // Pictures since the start, and scene cuts among them.
    pictures: f32,
    cuts: f32,
    // 1 if the latest picture begins a scene.
    cut: f32,
    // What is applied: the user's factors included. Luma that becomes black.
    black: f32,
    // Factor on luma, and on red, green and blue, which leave grey as bright as it is.
    gain: f32,
    gain_red: f32,
    gain_green: f32,
    gain_blue: f32,
    // Luma of the brightest parts after black and gain, at least 1.
    top: f32,
}
