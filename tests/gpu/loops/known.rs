//! What no shader and no parameter says of loops, at 1080p.

/// Turns of loops whose ends depend on where they begin, at 1080p, by the function that they are in.
pub(super) const STATED: [(&str, f64); 13] = [
    // Rows, and columns, of the cells of a site and beside it.
    ("is_near_dead", 5.0),
    // Boundaries of an axis, 1920, in steps of FOLD.
    ("fold", 20.0),
    // Boundaries of a grid in FOLD, 96; the shortest period is 8.
    ("comb", 12.0),
    // Workgroups of the pass, 75, in GROUP_PARTS.
    ("add_groups", 15.0),
    // Samples along a block of the coarsest grid.
    ("block_fit", 4.0),
    // Places of a hunt, 16384, for 1024 lanes.
    ("best_apart", 16.0),
    // Cells of a square of the coarsest grid.
    ("share_tallies", 64.0),
    // Cells of a lane that holds products; and lanes that hold those of a square of the coarsest grid.
    ("hold_products", 4.0),
    ("join_rows", 15.0),
    // Holders of products in a part, and parts.
    ("total_half", 8.0),
    // Lanes with bins of a histogram.
    ("find_quantile", 16.0),
    // Samples of the second grid, less its border: 48 by 48 for 512 lanes.
    ("sums_of_lane", 5.0),
    // Samples of a tile of the finest level: 32 by 32 for 256 lanes.
    ("keep", 4.0),
];

/// Loops of the tracker whose turns wait for each other whatever the GPU, by kernel and function: what
/// counts is how long one turn is.
pub(super) const ITERATIONS: [(&str, &str); 5] = [
    // Places of a hunt, each apart from those before.
    ("", "find_place"),
    // Rounds of the alignment, and grids from coarse to fine.
    ("", "refine"),
    ("trackoverlay/track/fit", "main"),
    ("trackoverlay/track/conclude", "main"),
    ("trackoverlay/track/expect", "main"),
];

/// The most that a field of a struct is at 1080p, where no parameter says it.
pub(super) const FIELDS: [(&str, &str, f64); 1] = [
    // Samples along the finest grid.
    ("Grid", "side", 96.0),
];
