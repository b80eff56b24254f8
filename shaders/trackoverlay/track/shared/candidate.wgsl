// Most candidates.
const CANDIDATES: u32 = 6u;

// A position where the plane may be, to be aligned and judged.
struct Candidate {
    h: mat3x3f,
    // As in `Track`.
    light: array<vec4f, 2>,
    // Score of the search, share of the texture that agrees, mean correlation, 1 if aligned.
    fit: vec4f,
}

// Scale of residuals that a candidate begins with, in code values.
const FIRST_SCALE: f32 = 8.0;

// Light that a candidate begins with: none known, or that of the last frame in which the plane was seen.
fn fresh_light() -> array<vec4f, 2> {
    return array<vec4f, 2>(vec4f(1.0, 0.0, 0.0, 0.0), vec4f(0.0, 0.0, 0.0, FIRST_SCALE));
}

fn as_last(light: array<vec4f, 2>) -> array<vec4f, 2> {
    return array<vec4f, 2>(light[0], vec4f(light[1].xyz, FIRST_SCALE));
}
