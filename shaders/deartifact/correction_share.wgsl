// Share of a network's correction that is applied, smoothed over pictures.
// include: deartifact/shared/damage_model.wgsl

struct CorrectionShareParams {
    // The user's quantizer on H.264's scale; negative to use the network's gate.
    quantizer: f32,
    // 1 to forget all earlier pictures.
    first: u32,
}

var<immediate> params: CorrectionShareParams;
// For each plane of a cell: four of luma, then U and V.
@group(0) @binding(0) var<storage, read> gate: array<f32>;
@group(0) @binding(1) var<storage, read> model: DamageModel;
// [0] for luma, [1] for chroma.
@group(0) @binding(2) var<storage, read_write> share: array<f32>;

// Largest change between pictures of a scene, and the change that is taken for a new scene.
const PACE: f32 = 0.02;
const ANOTHER_SCENE: f32 = 0.4;
// Factor on the gate if the analysis finds no damage. Gate and analysis err on different pictures, so the
// full correction is applied only if both agree.
const DOUBTED: f32 = 0.3;
// From the quantizer that causes no visible damage to the one from which on the correction is applied in
// full.
const HARMLESS: f32 = 18.0;
const HARMFUL: f32 = 28.0;

fn steadied(before: f32, found: f32) -> f32 {
    let change = found - before;
    if (params.first == 1u || abs(change) > ANOTHER_SCENE) {
        return found;
    }
    return before + clamp(0.15 * change, -PACE, PACE);
}

@compute @workgroup_size(1)
fn main() {
    if (params.quantizer >= 0.0) {
        let known = smoothstep(HARMLESS, HARMFUL, params.quantizer);
        share[0] = known;
        share[1] = known;
        return;
    }
    let trust = mix(DOUBTED, 1.0, model.share);
    // Of clean structures at once nothing is corrected.
    share[0] = min(steadied(share[0], gate[0] * trust), model.believed);
    share[1] = min(steadied(share[1], gate[4] * trust), model.believed);
}
