// What of the template a hunt compares. Reads `rendered`, `track`.

// Samples of the template that are compared: every second one of 3x3 blocks of 4x4.
const MARKS: u32 = 72u;
const MARKS_IN_BLOCK: u32 = 8u;
// The pose as it was seen last, and how many others there are.
const AS_SEEN: u32 = 4u;
const OTHERS: u32 = 8u;
// Where the plane does not look at all as it was seen last, no other turn or size is tried.
const PROMISING: f32 = 0.1;

// Of each mark: its place from the plane's middle in samples of the level, the template's value,
// and 1 where there is one.
var<workgroup> marks: array<vec4f, 72>;

fn mark(k: u32) -> vec4f {
    let block = k / MARKS_IN_BLOCK;
    let row = (k % MARKS_IN_BLOCK) / 2u;
    let column = 2u * (k % 2u) + row % 2u;
    let x = on.side / 8u + (block % 3u) * 4u + column;
    let y = on.side / 8u + (block / 3u) * 4u + row;
    let t = rendered[on.first + y * on.side + x];
    let p = place_of(x, y, on.side);
    let away = project(track.seen, p) - project(track.seen, vec2f(0.0));
    return vec4f(away / on.step, t.x, select(0.0, 1.0, t.w >= 0.5 && (track.seen * vec3f(p, 1.0)).z > 0.05));
}
