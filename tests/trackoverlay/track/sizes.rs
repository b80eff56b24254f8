//! Constants that shaders and host both have: the shader's values are read from its text.

use gstwgpu::gpu::KernelSpec;
use gstwgpu::trackoverlay::track::buffers::SUM_BYTES;
use gstwgpu::trackoverlay::track::chain::{
    BOUND, LANES, LANES_OF_SAMPLE, PATCH, SEATS, SHARED_BYTES,
};
use gstwgpu::trackoverlay::track::gates::{
    CANDIDATES, DRAWING_TILE, GATES_BYTES, MODES, PLACES_TILE, SHAPES, SHIFTS_TILE, SHUTTERS,
    SQUARES_TILE, TILE_COLUMNS, TILE_ROWS,
};
use gstwgpu::trackoverlay::track::grid::{CELLS_ALONG, SAMPLES, SIDES};
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

#[test]
fn constants_are_those_of_the_shaders() {
    let side = |n| constant(&TRACK_RENDER, ["SIDE_0", "SIDE_1", "SIDE_2", "SIDE_3"][n]);
    assert_eq!([0, 1, 2, 3].map(side), SIDES.map(u64::from));
    assert_eq!(constant(&TRACK_RENDER, "SAMPLES"), SAMPLES);
    assert_eq!(constant(&TRACK_JUDGE, "CELLS"), u64::from(CELLS_ALONG));
    let cells = u64::from(CELLS_ALONG * CELLS_ALONG);
    assert_eq!(constant(&TRACK_JUDGE, "CELL_COUNT"), cells);
    for (spec, name, host) in [
        (&TRACK_FINDS, "CANDIDATES", CANDIDATES),
        (&TRACK_ACCEPT, "CANDIDATES", CANDIDATES),
        (&TRACK_BLUR, "SHUTTERS", SHUTTERS),
        (&TRACK_SHUTTER, "SHUTTERS", SHUTTERS),
        (&TRACK_RENDER, "SHARERS", LANES_OF_SAMPLE),
        (&TRACK_GATHER, "LANES", SQUARES_TILE),
        (&TRACK_PAIRS, "PATCH", PATCH),
        (&TRACK_PYRAMID, "PATCH", PATCH),
        (&TRACK_SEEK, "SEATS", SEATS),
        (&TRACK_FIT, "CANDIDATES", CANDIDATES),
        (&TRACK_PREDICT, "MODE_FOLLOW", FOLLOW),
        (&TRACK_PREDICT, "MODE_REFINE", REFINE),
        (&TRACK_PREDICT, "MODE_HUNT", HUNT),
        (&TRACK_PREDICT, "MODE_SEARCH", SEARCH),
        (&TRACK_PREDICT, "MODE_APPROACH", APPROACH),
        (&TRACK_PREDICT, "TILE_COLUMNS", TILE_COLUMNS),
        (&TRACK_PREDICT, "SHRINK_ROWS", TILE_ROWS[0]),
        (&TRACK_PREDICT, "SMOOTH_ROWS", TILE_ROWS[1]),
        (&TRACK_PREDICT, "HALVE_ROWS", TILE_ROWS[2]),
    ] {
        assert_eq!(
            constant(spec, name),
            u64::from(host),
            "{}, {name}",
            spec.name
        );
    }
    for (name, host) in [("SHAPES", SHAPES), ("MODES", MODES)] {
        assert_eq!(constant(&TRACK_PREDICT, name), host);
    }
    // The shapes follow the gates, and nothing follows them.
    for spec in [&TRACK_PREDICT, &TRACK_PLAN] {
        assert_eq!(4 * (constant(spec, "SHAPES_AT") + SHAPES), GATES_BYTES);
    }
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
