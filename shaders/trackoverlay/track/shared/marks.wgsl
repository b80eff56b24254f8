// Samples of the template that a hunt compares. Reads `rendered`, `track`.

// Number of samples that are compared: every second one of 3x3 blocks of 4x4.
const MARKS: u32 = 72u;
const MARKS_IN_BLOCK: u32 = 8u;
// Index of the unchanged pose among all variants, and number of the other variants.
const AS_SEEN: u32 = 4u;
const OTHERS: u32 = 8u;
// If the unchanged pose scores lower at a position, the other variants are not tried there.
const PROMISING: f32 = 0.1;

// For each mark: offset from the plane's centre in samples of the level (xy), the template's value (z), and
// 1 if it exists (w).
var<workgroup> marks: array<vec4f, 72>;

fn mark(k: u32) -> vec4f {
    let block = k / MARKS_IN_BLOCK;
    let row = (k % MARKS_IN_BLOCK) / 2u;
    let column = 2u * (k % 2u) + row % 2u;
    let x = on.side / 8u + (block % 3u) * 4u + column;
    let y = on.side / 8u + (block / 3u) * 4u + row;
    let t = rendered[on.first + y * on.side + x];
    let p = place_of(x, y, on.side);
    let away = project(track.predicted, p) - project(track.predicted, vec2f(0.0));
    return vec4f(away / on.step, t.x, select(0.0, 1.0, t.w >= 0.5 && (track.predicted * vec3f(p, 1.0)).z > 0.05));
}
