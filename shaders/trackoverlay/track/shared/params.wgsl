// Parameters of the tracker's passes, one struct for each family. Those that use the frame begin with its
// size, the reduction of its finest level, and the coarsest level in use; `grid.wgsl` derives the rest.

struct FrameParams {
    // Size of the frame in pixels.
    width: u32,
    height: u32,
    // Side of a sample of the finest level in luma pixels.
    shrink: u32,
    // Index of the coarsest level in use, 0 to 3.
    top: u32,
    // Index of the template's grid, or of the level of the frame; 0 is the finest.
    grid: u32,
    // Modes in which the pass runs, as bits.
    when: u32,
}

struct LumaParams {
    width: u32,
    height: u32,
    shrink: u32,
    top: u32,
    when: u32,
    // 32-bit words from one row of the frame to the next.
    words: u32,
    // Factor from luma samples to 8-bit code values.
    code8: f32,
}

struct SearchParams {
    width: u32,
    height: u32,
    shrink: u32,
    top: u32,
    grid: u32,
    when: u32,
    // Steps of a search in each direction, or distance of two positions of a hunt in samples of the level.
    reach: u32,
}

struct FitParams {
    width: u32,
    height: u32,
    shrink: u32,
    top: u32,
    grid: u32,
    when: u32,
    // Distinguishes several uses of the same pass.
    stage: u32,
    // Number of iterations.
    rounds: u32,
    // Motion model: 0 translation, 1 also rotation and scale, 2 affine, 3 homography.
    model: u32,
    // Number of the frame.
    frame: u32,
}

struct FinishParams {
    width: u32,
    height: u32,
    // 1 in the arming frame.
    stage: u32,
    // Number of the frame, and seconds since the last one.
    frame: u32,
    seconds: f32,
    // 0 hold, 1 fade, 2 hide; then seconds to fade out and in.
    on_lost: u32,
    fade_out: f32,
    fade_in: f32,
}

// For the passes of a chain, which do the work of several passes.
struct ChainParams {
    width: u32,
    height: u32,
    shrink: u32,
    top: u32,
    // Steps of a search in each direction; distance of two positions of a hunt in samples of the coarsest
    // level.
    reach: u32,
    stride: u32,
    // As in `FitParams`.
    model: u32,
    frame: u32,
    // As in `FinishParams`.
    seconds: f32,
    on_lost: u32,
    fade_out: f32,
    fade_in: f32,
}
