// How well each cell agrees with the frame once all is aligned, and how far each sample is off.
// include: shared/track_state.wgsl
// include: shared/track_level.wgsl
// include: shared/track_correlation.wgsl
// include: shared/track_normal.wgsl

var<immediate> params: TrackParams;
@group(0) @binding(0) var<storage, read> track: Track;
@group(0) @binding(1) var<storage, read> level: array<f32>;
@group(0) @binding(2) var<storage, read> rendered: array<vec4f>;
@group(0) @binding(3) var<storage, read> memory: array<vec2f>;
// Bias of each square, which here is a cell.
@group(0) @binding(4) var<storage, read> biases: array<f32>;
// Energy, correlation, variance of the template, 1 where enough is in sight; and samples.
@group(0) @binding(5) var<storage, read_write> agreement: array<vec4f>;
// Squared residuals in squares of what is usual there; negative out of sight.
@group(0) @binding(6) var<storage, read_write> residuals: array<f32>;

// An error of this many pixels explains a residual where the template is steep.
const SLACK: f32 = 0.3;

@compute @workgroup_size(32)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let cell = id.x;
    if ((track.mode & params.when) == 0u || cell >= CELL_COUNT) {
        return;
    }
    let light = track.light;
    let scale = light[1].w;
    let most = CLIPPED * CLIPPED * scale * scale;
    let pixel = SLACK * 2.0 / track.size.xy;
    let bias = biases[cell];
    let m = params.side / CELLS;
    let taps = track.image_taps[params.level];
    let inner = inner_part();
    let h = track.now;
    var energy = vec2f(0.0);
    var n = 0.0;
    var first = vec2f(0.0);
    var second = vec3f(0.0);
    for (var k = 0u; k < m * m; k++) {
        let column = (cell % CELLS) * m + k % m;
        let row = (cell / CELLS) * m + k / m;
        let index = row * params.side + column;
        let t = rendered[params.first + index];
        let p = place_of(column, row, params.side);
        let q = h * vec3f(p, 1.0);
        let at = q.xy / q.z;
        if (t.w < 0.5 || !(q.z > 0.05) || !is_in_sight(at)) {
            residuals[index] = -1.0;
            continue;
        }
        let v = frame_at(at, taps);
        let r = v - light[0].x * t.x - bias_at(p, light) - bias;
        let steep = light[0].x * length(t.yz * pixel);
        residuals[index] = r * r / (scale * scale + steep * steep);
        energy += trust_at(p, inner) * vec2f(min(r * r, most), 1.0);
        n += 1.0;
        first += vec2f(v, t.x);
        second += vec3f(v * v, t.x * t.x, v * t.x);
    }
    let fit = correlation(n, first, second);
    agreement[cell] = vec4f(select(-1.0, energy.x / energy.y, energy.y > 0.0), fit);
}
