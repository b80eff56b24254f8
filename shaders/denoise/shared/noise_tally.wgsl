// Counts the luma sites by mark and by luma bin. The shader that includes this binds the sites as `luma`.

var<workgroup> bins: array<atomic<u32>, 16>;
// Number of sites by mark: moved, standing, flat, dead, changed but not dead.
var<workgroup> tallies: array<atomic<u32>, 5>;

fn clear_counts(index: u32) {
    if (index < BINS) {
        atomicStore(&bins[index], 0u);
    }
    if (index < 5u) {
        atomicStore(&tallies[index], 0u);
    }
}

fn tally(marks: u32) -> array<u32, 5> {
    let dead = (marks & SITE_DEAD) != 0u;
    return array<u32, 5>(
        u32((marks & SITE_MOVED) != 0u),
        u32((marks & SITE_STANDS) != 0u),
        u32((marks & SITE_FLAT) != 0u),
        u32(dead),
        u32(!dead && (marks & SITE_CHANGED) != 0u),
    );
}

// Counts the marks of luma's sites, and the sites in each bin of luma.
fn count_sites(index: u32, sites: u32) {
    var sums = array<u32, 5>();
    for (var i = index; i < sites; i += 256u) {
        let site = luma[i];
        let one = tally(u32(site.w));
        sums[0] += one[0];
        sums[1] += one[1];
        sums[2] += one[2];
        sums[3] += one[3];
        sums[4] += one[4];
        atomicAdd(&bins[luma_bin(site.z)], 1u);
        count_white(0u, site, params.first == 1u);
        count_coarse(0u, site);
    }
    atomicAdd(&tallies[0], sums[0]);
    atomicAdd(&tallies[1], sums[1]);
    atomicAdd(&tallies[2], sums[2]);
    atomicAdd(&tallies[3], sums[3]);
    atomicAdd(&tallies[4], sums[4]);
}

fn luma_bin(y: f32) -> u32 {
    return u32(clamp(y / 16.0, 0.0, 15.0));
}

// True if the scene certainly stands still: many sites have detail far above their temporal difference.
fn scene_stands() -> bool {
    let moved = atomicLoad(&tallies[0]);
    return moved >= FEWEST_SITES && f32(atomicLoad(&tallies[1])) >= 0.03 * f32(moved);
}

fn has_flats(sites: u32) -> bool {
    return f32(atomicLoad(&tallies[2])) > 0.05 * f32(sites);
}

// Share of changed sites among those that are not of one value.
fn changed_share(sites: u32) -> f32 {
    let living = sites - min(atomicLoad(&tallies[3]), sites);
    return f32(atomicLoad(&tallies[4])) / f32(max(living, 1u));
}
