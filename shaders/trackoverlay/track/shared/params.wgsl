// Parameters of the tracker's passes, by families. All that look at the frame begin with its size,
// the size of its finest level and the coarsest level in use, from which `grid.wgsl` finds the rest.

struct FrameParams {
    // Size of the frame in pixels.
    width: u32,
    height: u32,
    // Pixels of luma along a side of a sample of the finest level.
    shrink: u32,
    // The coarsest level in use, 0 to 3.
    top: u32,
    // Number of the template's grid, or of the level of the frame; 0 is the finest.
    grid: u32,
    // Run only in these modes.
    when: u32,
}

struct LumaParams {
    width: u32,
    height: u32,
    shrink: u32,
    top: u32,
    when: u32,
    // Words of 32 bits from row to row of the frame.
    words: u32,
    // Factor from texels of luma to 8-bit code values.
    code8: f32,
}

struct SearchParams {
    width: u32,
    height: u32,
    shrink: u32,
    top: u32,
    grid: u32,
    when: u32,
    // Steps of a search each way, or samples of the level from place to place of a hunt.
    reach: u32,
}

struct FitParams {
    width: u32,
    height: u32,
    shrink: u32,
    top: u32,
    grid: u32,
    when: u32,
    // Which of several uses of the pass this is.
    stage: u32,
    // Iterations of the pass.
    rounds: u32,
    // How the plane may move: 0 shifts, 1 and turns and scales, 2 affine, 3 homography.
    model: u32,
    // Number of the frame.
    frame: u32,
}

struct FinishParams {
    width: u32,
    height: u32,
    // 1 ends the arming frame.
    stage: u32,
    // Number of the frame, and seconds since the last one.
    frame: u32,
    seconds: f32,
    // 0 hold, 1 fade, 2 hide; seconds to fade.
    on_lost: u32,
    fade_out: f32,
    fade_in: f32,
}

// Of passes that do a whole chain of others.
struct ChainParams {
    width: u32,
    height: u32,
    shrink: u32,
    top: u32,
    // Steps of a search each way, and samples of the coarsest level from place to place of a hunt.
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
