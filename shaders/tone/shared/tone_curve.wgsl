// The curve of luma: a gain, with a shoulder for what it would take beyond white.

// Luma that the shoulder begins at.
const SHOULDER: f32 = 0.7;

// Luma after a gain. Above 1, the shoulder takes `top` to white. Below 1, white stays white: clipped parts would turn grey.
fn toned(luma: vec4f, gain: f32, top: f32) -> vec4f {
    let far = luma * gain;
    if (gain >= 1.0) {
        let steep = (top - SHOULDER) / (1.0 - SHOULDER);
        let over = max((far - SHOULDER) / (top - SHOULDER), vec4f(0.0));
        let bent = SHOULDER + (1.0 - SHOULDER) * steep * over / (1.0 + (steep - 1.0) * over);
        return select(bent, far, far < vec4f(SHOULDER));
    }
    let inside = clamp(luma, vec4f(0.0), vec4f(1.0));
    let square = inside * inside;
    return luma * (gain + (1.0 - gain) * square * square * square);
}

// Luma below which colours get the gain itself: a ratio of so little light says nothing.
const FAINT: f32 = 1.0 / 1024.0;

// Factor on the chroma of a pixel of this luma, so that its colour stays.
fn chroma_gain(luma: vec4f, gain: f32, top: f32) -> vec4f {
    let ratio = toned(luma, gain, top) / max(luma, vec4f(FAINT));
    return select(ratio, vec4f(gain), luma < vec4f(FAINT));
}
