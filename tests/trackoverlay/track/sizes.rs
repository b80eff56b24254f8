//! Sizes of buffers and workgroups that the host counts on, as the shaders have them.

use gstwgpu::gpu::KernelSpec;
use gstwgpu::trackoverlay::track::buffers::SUM_BYTES;
use gstwgpu::trackoverlay::track::chain::{BOUND, LANES, SHARED_BYTES};
use gstwgpu::trackoverlay::track::gates::{
    DRAWING_TILE, GATES_BYTES, PLACES_TILE, SHAPES, SHIFTS_TILE, SQUARES_TILE, TILE_COLUMNS,
    TILE_ROWS,
};
use gstwgpu::trackoverlay::track::passes::*;

fn module(spec: &KernelSpec) -> naga::Module {
    naga::front::wgsl::parse_str(&spec.load().unwrap().0).unwrap()
}

/// The number that a shader, or what it includes, gives a constant.
fn constant(spec: &KernelSpec, name: &str) -> u64 {
    let module = module(spec);
    let mut constants = module.constants.iter().map(|(_, one)| one);
    let found = constants.find(|one| one.name.as_deref() == Some(name));
    let init = found
        .unwrap_or_else(|| panic!("{}: no {name}", spec.name))
        .init;
    match module.global_expressions[init] {
        naga::Expression::Literal(naga::Literal::U32(value)) => value.into(),
        ref other => panic!("{}: {name} is {other:?}", spec.name),
    }
}

/// Bytes of a variable.
fn bytes(spec: &KernelSpec, name: &str) -> u64 {
    let module = module(spec);
    let mut variables = module.global_variables.iter().map(|(_, one)| one);
    let found = variables.find(|one| one.name.as_deref() == Some(name));
    let inner = &module.types[found.unwrap().ty].inner;
    u64::from(inner.size(module.to_ctx()))
}

fn workgroup(spec: &KernelSpec) -> [u32; 2] {
    let [x, y, z] = spec.load().unwrap().1.workgroup;
    assert_eq!(z, 1);
    [x, y]
}

/// The shapes follow the gates, and nothing follows them.
#[test]
fn gates_end_with_their_shapes() {
    let end = constant(&TRACK_PREDICT, "SHAPES_AT") + SHAPES;
    assert_eq!(4 * end, GATES_BYTES);
}

#[test]
fn buffers_hold_what_shaders_keep_in_them() {
    // What a workgroup sums in its own memory is what it leaves.
    assert_eq!(bytes(&TRACK_GATHER, "total"), SUM_BYTES);
    assert_eq!(bytes(&TRACK_SOLVE, "total"), SUM_BYTES);
}

/// Samples that an invocation makes, times the invocations of a workgroup, are what the host
/// divides by.
#[test]
fn workgroups_cover_their_tiles() {
    let [shrink, smooth, halve] = TILE_ROWS;
    for (spec, each, tile) in [
        (&TRACK_SHRINK, [8, 1], [TILE_COLUMNS, shrink]),
        (&TRACK_SMOOTH, [8, 8], [TILE_COLUMNS, smooth]),
        (&TRACK_HALVE, [8, 4], [TILE_COLUMNS, halve]),
        (&TRACK_SEARCH, [1, 1], [SHIFTS_TILE; 2]),
        (&TRACK_HUNT, [4, 1], PLACES_TILE),
        (&TRACK_RENDER, [1, 1], [DRAWING_TILE, 1]),
        (&TRACK_GATHER, [1, 1], [SQUARES_TILE, 1]),
    ] {
        let [x, y] = workgroup(spec);
        assert_eq!([x * each[0], y * each[1]], tile, "{}", spec.name);
    }
}

/// The limits that a device must offer are those that the chain uses.
#[test]
fn chains_need_what_is_asked_for() {
    let (mut shared, mut bound, mut lanes) = (0, 0, 0);
    for spec in [
        &TRACK_PYRAMID,
        &TRACK_EXPECT,
        &TRACK_SEEK,
        &TRACK_FIT,
        &TRACK_CONCLUDE,
    ] {
        let [x, y] = workgroup(spec);
        assert_eq!(y, 1, "{}", spec.name);
        lanes = lanes.max(x);
        let (module, slots) = (module(spec), spec.load().unwrap().1.slots);
        let variables = module.global_variables.iter().map(|(_, one)| one);
        let bytes = variables
            .filter(|one| one.space == naga::AddressSpace::WorkGroup)
            .map(|one| module.types[one.ty].inner.size(module.to_ctx()));
        shared = shared.max(bytes.sum());
        bound = bound.max(slots.len() as u32);
    }
    assert!(shared <= SHARED_BYTES, "{shared}");
    assert_eq!((bound, lanes), (BOUND, LANES));
}
