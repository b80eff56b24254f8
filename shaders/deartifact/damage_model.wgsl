// From the findings of all blocks to what is known of the damage and done about it. One workgroup.
// What changes slowly is kept from picture to picture, so that repairs do not pump.
// include: shared/damage_model.wgsl

struct DamageModelParams {
    // Blocks looked at across the grid, and as many on it.
    blocks: u32,
    // Quantizer that the operator knows, on the scale of H.264; negative to estimate.
    quantizer: f32,
    // Factors of the operator.
    strength: f32,
    deblock: f32,
    dering: f32,
    deband: f32,
    // One code of the frame in 8-bit code values.
    code: f32,
    // 1 to forget all earlier pictures.
    first: u32,
}

var<immediate> params: DamageModelParams;
@group(0) @binding(0) var<storage, read> findings: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> model: DamageModel;

const THREADS: u32 = 128u;
// The quantizer of codecs that smooth their blocks, as a sum over means of findings; fitted on photographs in
// motion coded by x264.
const SMOOTH_ACROSS = array<vec4f, 3>(
    vec4f(3.12, -12.21, 4.531, 9.109),
    vec4f(-9.207, 0.0, 0.0, -19.87),
    vec4f(133.8, -61.43, -114.7, -18.96),
);
const SMOOTH_ON = array<vec4f, 3>(
    vec4f(0.5323, 14.81, -11.44, -16.04),
    vec4f(-5.708, 0.0, 0.0, 0.0),
    vec4f(-106.7, 22.85, 66.46, -21.35),
);
const SMOOTH_BASE: f32 = 109.9;
// The logarithm of the quantizer of codecs that do not; fitted on the same coded by MPEG-2 and MJPEG.
const BLOCKED_ACROSS = array<vec4f, 3>(
    vec4f(-0.004887, 0.6107, 0.3376, 0.3424),
    vec4f(-1.163, 0.0, 0.0, 2.924),
    vec4f(4.654, 1.123, -2.875, -11.01),
);
const BLOCKED_ON = array<vec4f, 3>(
    vec4f(-0.09648, -0.2137, -0.1634, -0.1863),
    vec4f(-0.04908, 0.0, 0.0, 0.0),
    vec4f(-3.457, -2.463, 0.6051, 10.33),
);
const BLOCKED_BASE: f32 = 1.468;
// From logarithms to levels, and the blockiness between which the curves of one
// kind of codec give way to those of the other; from training with the curves, but for BLOCKED_LEVEL, which
// is 0.2 lower: training sees the first pictures of a stream, of which the later ones are predicted and less damaged.
const BLOCKED_LEVEL: f32 = 1.23;
const BLOCKED_SLOPE: f32 = 0.6128;
const BLOCKED_FROM: f32 = -0.1791;
const BLOCKED_AT: f32 = 1.884;
// Pictures of a quantizer up to CLEAN are left alone, those from DAMAGED on fully repaired.
const CLEAN: f32 = 20.0;
const DAMAGED: f32 = 29.0;
// Most change of the quantizer between pictures of a scene, and the change that tells another scene.
const PACE: f32 = 0.15;
const ANOTHER_SCENE: f32 = 13.5;
// Most change of the share, as a part of itself and more where there was next to none.
const SHARE_PACE: f32 = 0.04;
const SHARE_START: f32 = 0.001;

// Sums over blocks across the grid and on it, in the order of the findings.
struct Sums {
    across: array<vec4f, 3>,
    on: array<vec4f, 3>,
}

var<workgroup> shares: array<Sums, 128>;

fn add(a: Sums, b: Sums) -> Sums {
    return Sums(
        array(a.across[0] + b.across[0], a.across[1] + b.across[1], a.across[2] + b.across[2]),
        array(a.on[0] + b.on[0], a.on[1] + b.on[1], a.on[2] + b.on[2]),
    );
}

fn findings_at(block: u32) -> array<vec4f, 3> {
    return array(findings[block * 3u], findings[block * 3u + 1u], findings[block * 3u + 2u]);
}

// A weighted sum of means over blocks, whose fields are weighted in the order of the findings.
fn fitted(sums: Sums, across: array<vec4f, 3>, on: array<vec4f, 3>) -> f32 {
    var sum = 0.0;
    for (var i = 0; i < 3; i++) {
        sum += dot(across[i], sums.across[i]) + dot(on[i], sums.on[i]);
    }
    return sum / max(f32(params.blocks), 1.0);
}

// The quantizer that the picture seems to have had.
fn fresh_quantizer(sums: Sums, is_plain: f32) -> f32 {
    let quantizer = fitted(sums, SMOOTH_ACROSS, SMOOTH_ON) + SMOOTH_BASE;
    let coarseness = fitted(sums, BLOCKED_ACROSS, BLOCKED_ON) + BLOCKED_BASE;
    let level = BLOCKED_LEVEL + BLOCKED_SLOPE * coarseness;
    return clamp(mix(quantizer, 32.0 + (level - LEVEL_AT_32) / LEVEL_SLOPE, is_plain), 0.0, 51.0);
}

fn conclude(sums: Sums) {
    let is_first = params.first == 1u;
    var estimate = fresh_quantizer(sums, smoothstep(0.9, 1.9, model.blockiness));
    let change = estimate - model.estimate;
    let is_steady = !is_first && abs(change) < ANOTHER_SCENE;
    if (is_steady) {
        estimate = model.estimate + clamp(0.15 * change, -PACE, PACE);
    }
    model.pictures = select(model.pictures + 1.0, 1.0, is_first);
    model.estimate = estimate;
    model.blocked = smoothstep(BLOCKED_FROM, BLOCKED_AT, model.blockiness);
    model.ringing = sqrt(sums.across[1].z / max(sums.across[1].y, 1.0));
    choose(is_steady);
}

// What is done about it.
fn choose(is_steady: bool) {
    var quantizer = model.estimate;
    var share = select(smoothstep(CLEAN, DAMAGED, quantizer), 0.0, params.blocks == 0u);
    if (is_steady) {
        let most = SHARE_PACE * model.share + SHARE_START;
        share = model.share + clamp(share - model.share, -most, most);
    }
    if (params.quantizer >= 0.0) {
        quantizer = params.quantizer;
        share = 1.0;
    }
    let wish = params.strength * params.dering;
    model.quantizer = quantizer;
    model.share = share;
    model.wanted = share * min(wish, 1.0);
    model.threshold = min(exp2(level_at(quantizer)) * wish, 200.0);
    let limit = min(1.5 * model.blockiness, 12.0) * smoothstep(0.4, 1.0, model.blockiness);
    model.deblock = limit * params.strength * params.deblock;
    model.deband = 1.25 * params.code * share * params.strength * params.deband;
}

@compute @workgroup_size(128)
fn main(@builtin(local_invocation_index) thread: u32) {
    var sums: Sums;
    for (var i = thread; i < params.blocks; i += THREADS) {
        sums = add(sums, Sums(findings_at(i), findings_at(i + params.blocks)));
    }
    shares[thread] = sums;
    for (var half = THREADS / 2u; half > 0u; half /= 2u) {
        workgroupBarrier();
        if (thread < half) {
            shares[thread] = add(shares[thread], shares[thread + half]);
        }
    }
    if (thread == 0u) {
        conclude(shares[0]);
    }
}
