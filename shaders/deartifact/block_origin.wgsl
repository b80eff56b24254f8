// Where the blocks of the coder's 8x8 grid begin, in cells of 2x2 pixels. A grid of another period, or
// one at an odd pixel, has no place between cells: then 0, which is the usual one.
// include: shared/damage_model.wgsl

@group(0) @binding(0) var<storage, read> model: DamageModel;
// Column and row, 0 to 3.
@group(0) @binding(1) var<storage, read_write> origin: array<u32>;

// Mean height of steps below which no grid is seen, in 8-bit code values.
const SEEN: f32 = 0.5;

fn cell(period: f32, offset: f32) -> u32 {
    let pixel = u32(offset);
    let fits = model.blockiness >= SEEN && period == 8.0 && (pixel & 1u) == 0u;
    return select(0u, pixel / 2u % 4u, fits);
}

@compute @workgroup_size(1)
fn main() {
    origin[0] = cell(model.period_x, model.offset_x);
    origin[1] = cell(model.period_y, model.offset_y);
}
