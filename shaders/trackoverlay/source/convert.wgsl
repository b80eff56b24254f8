// Converts texels from the coding of their source to that of the frames: code to display light, other
// primaries, a lower range where that is needed, and code again. Light is relative to 10,000 cd/m2.
// include: trackoverlay/shared/source_texel.wgsl

// Codings of the source and of the frames; standard range where both are false.
override FROM_HLG: bool = false;
override FROM_PQ: bool = true;
override TO_HLG: bool = true;
override TO_PQ: bool = false;

struct SourceConvertParams {
    // Rows of the matrix between primaries (xyz); shares of the source's red, green and blue in luminance (w).
    red: vec4f,
    green: vec4f,
    blue: vec4f,
    // Shares of the frames' red, green and blue in luminance (xyz); light of white in standard range (w).
    weights: vec4f,
    // Number of texels, and invocations in a row.
    count: u32,
    width: u32,
    // PQ codes of the brightest light of the frames and of the source.
    most: f32,
    brightest: f32,
}

var<immediate> params: SourceConvertParams;
@group(0) @binding(0) var<storage, read_write> source: array<vec2u>;

// Light of HLG's largest code.
const HLG_PEAK: f32 = 0.1;
// Gamma of a standard display, ITU-R BT.1886.
const GAMMA: f32 = 2.4;
// SMPTE ST 2084.
const M1: f32 = 0.1593017578125;
const M2: f32 = 78.84375;
const C1: f32 = 0.8359375;
const C2: f32 = 18.8515625;
const C3: f32 = 18.6875;
// Hybrid log-gamma of ITU-R BT.2100; the system gamma of a display of 1,000 cd/m2.
const HLG_A: f32 = 0.17883277;
const HLG_B: f32 = 0.28466892;
const HLG_C: f32 = 0.55991073;
const SYSTEM_GAMMA: f32 = 1.2;

fn pq_light(code: vec3f) -> vec3f {
    let p = pow(clamp(code, vec3f(0.0), vec3f(1.0)), vec3f(1.0 / M2));
    return pow(max(p - C1, vec3f(0.0)) / (C2 - C3 * p), vec3f(1.0 / M1));
}

fn pq_code(light: vec3f) -> vec3f {
    let p = pow(clamp(light, vec3f(0.0), vec3f(1.0)), vec3f(M1));
    return pow((C1 + C2 * p) / (1.0 + C3 * p), vec3f(M2));
}

fn hlg_light(code: vec3f) -> vec3f {
    let v = clamp(code, vec3f(0.0), vec3f(1.0));
    let scene = select((exp((v - HLG_C) / HLG_A) + HLG_B) / 12.0, v * v / 3.0, v <= vec3f(0.5));
    let luminance = dot(scene, vec3f(params.red.w, params.green.w, params.blue.w));
    return HLG_PEAK * scene * pow(max(luminance, 1e-9), SYSTEM_GAMMA - 1.0);
}

fn hlg_code(light: vec3f) -> vec3f {
    let shown = max(light / HLG_PEAK, vec3f(0.0));
    let luminance = max(dot(shown, params.weights.xyz), 1e-9);
    let scene = clamp(shown * pow(luminance, 1.0 / SYSTEM_GAMMA - 1.0), vec3f(0.0), vec3f(1.0));
    let bright = HLG_A * log(max(12.0 * scene - HLG_B, vec3f(1e-9))) + HLG_C;
    return select(bright, sqrt(3.0 * scene), scene <= vec3f(1.0 / 12.0));
}

fn light_of(code: vec3f) -> vec3f {
    if (FROM_HLG) {
        return hlg_light(code);
    }
    if (FROM_PQ) {
        return pq_light(code);
    }
    return sign(code) * pow(abs(code), vec3f(GAMMA)) * params.weights.w;
}

fn code_of(light: vec3f) -> vec3f {
    if (TO_HLG) {
        return hlg_code(light);
    }
    if (TO_PQ) {
        return pq_code(light);
    }
    return pow(clamp(light / params.weights.w, vec3f(0.0), vec3f(1.0)), vec3f(1.0 / GAMMA));
}

// The curve of ITU-R BT.2390 on the strongest component, so that hues stay. It bends from the knee on.
fn toned(light: vec3f) -> vec3f {
    let strongest = max(max(light.r, light.g), light.b);
    let code = min(pq_code(vec3f(strongest)).x, params.brightest);
    let knee = 1.5 * params.most - 0.5 * params.brightest;
    let rest = max(params.brightest - knee, 1e-6);
    let t = (code - knee) / rest;
    let to = (2.0 * t * t * t - 3.0 * t * t + 1.0) * knee
        + (t * t * t - 2.0 * t * t + t) * rest
        + (3.0 * t * t - 2.0 * t * t * t) * params.most;
    let bends = params.most < params.brightest && code > knee;
    return light * select(1.0, pq_light(vec3f(to)).x / max(strongest, 1e-9), bends);
}

@compute @workgroup_size(32, 2)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let at = id.y * params.width + id.x;
    if (id.x >= params.width || at >= params.count) {
        return;
    }
    let texel = texel_steps(source[SOURCE_LEVELS + at]) / TEXEL_SCALE;
    var light = light_of(texel.rgb / max(texel.a, 1e-4));
    if ((FROM_HLG || FROM_PQ) && !TO_PQ) {
        light = toned(light);
    }
    let shown = vec3f(dot(params.red.xyz, light), dot(params.green.xyz, light), dot(params.blue.xyz, light));
    source[SOURCE_LEVELS + at] = encode_texel(vec4f(code_of(shown) * texel.a, texel.a));
}
