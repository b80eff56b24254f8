// Normal equations of one iteration: an invocation for each square, a workgroup sums 32 of them. In stage 1,
// the first of a frame, all squares have the same weight. With `JUDGES`, for the finest grid, also measures
// the agreement of each cell and the residual of each sample.
// include: trackoverlay/track/shared/state.wgsl
// include: trackoverlay/track/shared/params.wgsl
// include: trackoverlay/track/shared/grid.wgsl
// include: trackoverlay/track/shared/level.wgsl
// include: trackoverlay/track/shared/correlation.wgsl
// include: trackoverlay/track/shared/taps.wgsl
// include: trackoverlay/track/shared/footprint.wgsl
// include: trackoverlay/track/shared/normal.wgsl
// include: trackoverlay/track/shared/reduce.wgsl

override JUDGES: bool = false;

var<immediate> params: FitParams;
@group(0) @binding(0) var<storage, read> track: Track;
@group(0) @binding(1) var<storage, read> levels: array<f32>;
@group(0) @binding(2) var<storage, read> rendered: array<vec4f>;
@group(0) @binding(3) var<storage, read> memory: array<vec2f>;
// For each square: energy, visible samples, weight.
@group(0) @binding(4) var<storage, read_write> squares: array<vec4f>;
// Bias of each square; 256 for each grid.
@group(0) @binding(5) var<storage, read_write> biases: array<f32>;
@group(0) @binding(6) var<storage, read_write> sums: array<vec4f>;
// Energy, correlation, variance of the template, and 1 if enough is in the frame.
@group(0) @binding(7) var<storage, read_write> agreement: array<vec4f>;
// Squared residuals relative to the square of the usual one; negative outside the frame.
@group(0) @binding(8) var<storage, read_write> residuals: array<f32>;

// Alignment error in pixels that may explain a residual where the template is steep.
const SLACK: f32 = 0.3;

fn note_residual(index: u32, squared: f32, gradient: vec2f, is_seen: bool) {
    if (JUDGES) {
        let gain = track.light[0].x;
        let scale = WIDER * track.light[1].w;
        let steep = gain * length(gradient * SLACK * 2.0 / track.size.xy);
        residuals[index] = select(-1.0, squared / (scale * scale + steep * steep), is_seen);
    }
}

@compute @workgroup_size(32)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
    look_at_grid(params.grid);
    if ((track.mode & params.when) == 0u) {
        return;
    }
    let square = group.x * LANES + lane;
    clear_products();
    if (square < square_count(on.number)) {
        let at = on.number * CELL_COUNT + square;
        let weight = select(squares[square].z, 1.0, params.stage == 1u);
        let found = add_square(square, track.now, track.light, weight, biases[at], false);
        squares[square] = vec4f(found.xy, weight, 0.0);
        biases[at] = found.z;
        if (JUDGES) {
            let energy = select(-1.0, tally.judged / tally.energy.y, tally.energy.y > 0.0);
            agreement[square] = vec4f(energy, correlation(tally.n, tally.first, tally.second));
        }
    }
    reduce_products(lane);
    for (var i = lane; i < 40u; i += LANES) {
        sums[group.x * 40u + i] = total[i];
    }
}
