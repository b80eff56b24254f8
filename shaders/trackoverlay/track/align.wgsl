// Aligns candidates at a coarse level, one workgroup for each, with all iterations.
// include: trackoverlay/track/shared/state.wgsl
// include: trackoverlay/track/shared/params.wgsl
// include: trackoverlay/track/shared/grid.wgsl
// include: trackoverlay/track/shared/level.wgsl
// include: trackoverlay/track/shared/quad.wgsl
// include: trackoverlay/track/shared/candidate.wgsl
// include: trackoverlay/track/shared/correlation.wgsl
// include: trackoverlay/track/shared/taps.wgsl
// include: trackoverlay/track/shared/footprint.wgsl
// include: trackoverlay/track/shared/normal.wgsl
// include: trackoverlay/track/shared/reduce.wgsl
// include: trackoverlay/track/shared/solve.wgsl
// include: trackoverlay/track/shared/scale.wgsl

var<immediate> params: FitParams;
@group(0) @binding(0) var<storage, read> track: Track;
@group(0) @binding(1) var<storage, read> levels: array<f32>;
@group(0) @binding(2) var<storage, read> rendered: array<vec4f>;
@group(0) @binding(3) var<storage, read> memory: array<vec2f>;
@group(0) @binding(4) var<storage, read_write> candidates: array<Candidate>;

var<workgroup> pose: mat3x3f;
// Bias of each square.
var<workgroup> biases: array<f32, 64>;
// A grid begins with the coarser one's scale of residuals times this factor.
const COARSER: f32 = 1.5;
var<workgroup> light: array<vec4f, 2>;

// Required by shared/normal; this kernel does not judge.
fn note_residual(index: u32, squared: f32, gradient: vec2f, is_seen: bool) {}

// Stage 0 begins with the known light, stage 1 fits the light first. The last candidate, the pose in which the plane
// was last seen, is aligned at the finest of these levels only: at the coarser ones, what was moved on the plane or
// stands in front of it could pull it away from where it is right.
@compute @workgroup_size(32)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
    look_at_grid(params.grid);
    let is_seen = group.x == CANDIDATES - 1u && params.when == MODE_HUNT;
    if ((track.mode & params.when) == 0u || candidates[group.x].fit.w == 0.0 || (is_seen && on.number > 1u)) {
        return;
    }
    let first = candidates[group.x].light;
    if (lane == 0u) {
        pose = candidates[group.x].h;
        light = first;
        light[1].w = COARSER * first[1].w;
    }
    for (var square = lane; square < square_count(on.number); square += LANES) {
        square_weights[square] = 1.0;
        biases[square] = 0.0;
    }
    workgroupBarrier();
    for (var round = 0u; round < params.rounds; round++) {
        let is_fresh = round == 0u && params.stage == 1u;
        clear_products();
        for (var square = lane; square < square_count(on.number); square += LANES) {
            let weight = square_weights[square];
            let found = add_square(square, pose, light, weight, biases[square], is_fresh);
            energies[square] = found.xy;
            biases[square] = found.z;
        }
        reduce_products(lane);
        if (!is_fresh) {
            find_scale(lane, light[1].w);
        } else if (lane == 0u) {
            found_scale = light[1].w;
        }
        workgroupBarrier();
        solve_step(lane, first, found_scale);
        if (lane == 0u) {
            let next = stepped(pose);
            if (is_plausible(next)) {
                if (!is_fresh) {
                    pose = next;
                }
                light = relit(light);
            }
            light[1].w = found_scale;
        }
        workgroupBarrier();
    }
    if (lane == 0u) {
        candidates[group.x].h = pose;
        candidates[group.x].light = light;
    }
}
