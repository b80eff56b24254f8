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
