// How much of a network's correction is used, kept steady from picture to picture.
// include: deartifact/shared/damage_model.wgsl

struct CorrectionShareParams {
    // Quantizer that the operator knows, on the scale of H.264; negative to go by the gate.
    quantizer: f32,
    // 1 to forget all earlier pictures.
    first: u32,
}

var<immediate> params: CorrectionShareParams;
// For the planes of a cell: four of luma, then U and V.
@group(0) @binding(0) var<storage, read> gate: array<f32>;
@group(0) @binding(1) var<storage, read> model: DamageModel;
// For luma, then for chroma.
@group(0) @binding(2) var<storage, read_write> share: array<f32>;

// Most change from picture to picture within a scene, and the change that tells another scene.
const PACE: f32 = 0.02;
const ANOTHER_SCENE: f32 = 0.4;
// What is left of the gate where the analysis finds no damage. The two are fooled by different pictures,
// so that both have to agree before everything is used.
const DOUBTED: f32 = 0.3;
// From the quantizer that leaves no visible damage to the one from which the network gains in full.
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
    share[0] = steadied(share[0], gate[0] * trust);
    share[1] = steadied(share[1], gate[4] * trust);
}
