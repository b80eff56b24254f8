// Keeps what is done to pictures steady inside a scene, and takes up a new scene at once.

// Tiles whose luma differs from the picture before, and from the last seconds.
var<workgroup> moved: atomic<u32>;
var<workgroup> strange: atomic<u32>;
var<workgroup> lumas: array<f32, 144>;
// 1 if this picture begins a scene.
var<workgroup> is_new: u32;

// Luma that a tile must differ by, and the part of its luma, to count.
const LEAST_CHANGE: f32 = 0.02;
const CHANGE_SHARE: f32 = 0.12;
// Part of the tiles that differ in a picture which begins a scene.
const CUT_SHARE: f32 = 0.5;
// What a scene is remembered by changes this slowly, relative to estimates.
const MEMORY: f32 = 0.5;
// Differences of estimates that are left as they are: in stops, luma, stops and luma.
const NEAR_EXPOSURE: f32 = 0.1;
const NEAR_LIFT: f32 = 0.01;
const NEAR_CAST: f32 = 0.03;
const NEAR_PEAK: f32 = 0.02;
// Seconds that another correction must be wanted for: somebody who passes in front of the camera is gone by then.
const PATIENCE: f32 = 1.5;

fn differs(a: f32, b: f32) -> bool {
    return abs(a - b) > LEAST_CHANGE + CHANGE_SHARE * max(a, b);
}

fn compare_scenes(lane: u32) {
    if (lane == 0u) {
        atomicStore(&moved, 0u);
        atomicStore(&strange, 0u);
    }
    workgroupBarrier();
    if (lane < TILES) {
        let count = atomicLoad(&tiles[lane * WORDS + COUNT_WORD]);
        let sum = f32(bitcast<i32>(atomicLoad(&tiles[lane * WORDS + LUMA_WORD]))) / FIXED;
        let luma = sum / max(f32(count), 1.0);
        lumas[lane] = luma;
        if (differs(luma, scene[lane])) {
            atomicAdd(&moved, 1u);
        }
        if (differs(luma, scene[TILES + lane])) {
            atomicAdd(&strange, 1u);
        }
    }
    workgroupBarrier();
}

fn has_changed() -> bool {
    return f32(atomicLoad(&moved)) > CUT_SHARE * f32(TILES);
}

fn keep_scene(lane: u32) {
    if (lane < TILES) {
        let memory = mix(scene[TILES + lane], lumas[lane], MEMORY * params.pace);
        scene[lane] = lumas[lane];
        scene[TILES + lane] = select(memory, lumas[lane], is_new == 1u);
    }
}

// A step towards what is wanted; small differences stay.
fn stepped(now: f32, wanted: f32, ignored: f32, most: f32) -> f32 {
    let way = wanted - now;
    let far = sign(way) * max(abs(way) - ignored, 0.0);
    return now + clamp(far * params.pace, -most, most);
}

fn is_near(wanted: Estimate) -> bool {
    return abs(wanted.exposure - model.exposure) <= NEAR_EXPOSURE && abs(wanted.lift - model.lift) <= NEAR_LIFT
        && max(abs(wanted.red - model.red), abs(wanted.blue - model.blue)) <= NEAR_CAST;
}

fn steer(wanted: Estimate, is_cut: bool) {
    is_new = select(0u, 1u, is_cut);
    model.cut = f32(is_new);
    if (params.first == 1u) {
        model.pictures = 0.0;
        model.cuts = 0.0;
    } else if (is_cut) {
        model.cuts += 1.0;
    }
    model.pictures += 1.0;
    model.waited = select(model.waited + params.seconds, 0.0, is_cut || is_near(wanted));
    if (is_cut) {
        model.exposure = wanted.exposure;
        model.lift = wanted.lift;
        model.red = wanted.red;
        model.blue = wanted.blue;
        model.peak = wanted.peak;
        return;
    }
    if (model.waited < PATIENCE) {
        return;
    }
    // Slowly, and twice as fast where the camera has turned elsewhere.
    let most = params.most * (1.0 + smoothstep(0.35, 0.75, f32(atomicLoad(&strange)) / f32(TILES)));
    model.exposure = stepped(model.exposure, wanted.exposure, NEAR_EXPOSURE, most);
    model.lift = stepped(model.lift, wanted.lift, NEAR_LIFT, 0.03 * most);
    model.red = stepped(model.red, wanted.red, NEAR_CAST, 0.25 * most);
    model.blue = stepped(model.blue, wanted.blue, NEAR_CAST, 0.25 * most);
    model.peak = stepped(model.peak, wanted.peak, NEAR_PEAK, 0.25 * most);
}

// Brightness of codes grows with this power of light.
const GAMMA: f32 = 2.2;

fn apply_factors() {
    model.black = clamp(model.lift * params.contrast, 0.0, 0.5);
    model.gain = exp2(-model.exposure * params.exposure / GAMMA);
    let power = -params.white_balance / GAMMA;
    let red = exp2(model.red * power);
    let blue = exp2(model.blue * power);
    let weight = vec2f(params.levels.weight_red, params.levels.weight_blue);
    // Grey keeps its luma.
    let green = 1.0 / (weight.x * red + (1.0 - weight.x - weight.y) + weight.y * blue);
    model.gain_red = red * green;
    model.gain_green = green;
    model.gain_blue = blue * green;
    model.top = max(model.peak * model.gain, 1.0);
}
