// Histograms of log variances in workgroup memory, and noise levels from their low quantiles: texture and
// motion only add variance, so the lowest variances are the noise.

const LEVELS: u32 = 216u;
const LEVELS_PER_OCTAVE: f32 = 12.0;
// log2 of the variance of the lowest level.
const LOWEST: f32 = -6.0;
const BINS: u32 = 16u;
// The row with the sum of all others.
const TOTAL: u32 = 16u;
const FEWEST_SITES: u32 = 6u;

// Rows of levels. Low half of a word: count by spatial variance; high half: by temporal variance.
var<workgroup> histogram: array<atomic<u32>, 3672>;

// Noise level by one kind of variance; negative if not measured.
struct Low {
    level: f32,
    // Width of the low quantiles relative to pure noise: above 1 if texture or motion affects them.
    spread: f32,
    sites: f32,
}

// Noise level by both kinds of variance; negative if not measured.
struct Mixed {
    level: f32,
    trust: f32,
    sites: f32,
}

// Sums over chunks of 18 levels, 12 to a row, so that no invocation sums a whole row.
const CHUNKS: u32 = 12u;
const CHUNK_LEVELS: u32 = 18u;
var<workgroup> chunks: array<u32, 204>;
// Levels of four quantiles in each row, for both kinds of variance.
var<workgroup> quantiles: array<f32, 136>;

var<workgroup> spatial: array<Low, 17>;
var<workgroup> temporal: array<Low, 17>;
var<workgroup> mixed: array<Mixed, 17>;

fn clear_histogram(index: u32) {
    for (var i = index; i < LEVELS * 17u; i += 256u) {
        atomicStore(&histogram[i], 0u);
    }
}

fn count(row: u32, log_variance: f32, one: u32) {
    let level = clamp((log_variance - LOWEST) * LEVELS_PER_OCTAVE, 0.0, f32(LEVELS - 1u));
    atomicAdd(&histogram[row * LEVELS + u32(level)], one);
}

fn add_up_rows(index: u32) {
    if (index < LEVELS) {
        var sum = 0u;
        for (var row = 0u; row < BINS; row++) {
            sum += atomicLoad(&histogram[row * LEVELS + index]);
        }
        atomicStore(&histogram[TOTAL * LEVELS + index], sum);
    }
}

// Expected variances of pure noise of variance 1, at the 2, 5, 10 and 25 % quantiles.
fn expected_quantiles(is_temporal: bool, side: u32) -> vec4f {
    if (side >= 3u) {
        return select(vec4f(0.727, 0.771, 0.813, 0.888), vec4f(0.862, 0.893, 0.909, 0.949), is_temporal);
    }
    return select(vec4f(0.620, 0.679, 0.736, 0.838), vec4f(0.812, 0.847, 0.874, 0.927), is_temporal);
}

// Sums a chunk of a row's levels, both kinds of variance packed as in `histogram`.
fn add_up_chunks(index: u32) {
    if (index < 17u * CHUNKS) {
        var sum = 0u;
        for (var i = 0u; i < CHUNK_LEVELS; i++) {
            sum += atomicLoad(&histogram[index * CHUNK_LEVELS + i]);
        }
        chunks[index] = sum;
    }
}

fn sites_in(row: u32, shift: u32) -> u32 {
    var sites = 0u;
    for (var i = 0u; i < CHUNKS; i++) {
        sites += (chunks[row * CHUNKS + i] >> shift) & 0xffffu;
    }
    return sites;
}

// The level below which `wanted` (more than 0) of a row's sites lie.
fn level_of(row: u32, shift: u32, wanted: f32) -> f32 {
    var below = 0u;
    var chunk = 0u;
    for (; chunk < CHUNKS - 1u; chunk++) {
        let upto = below + ((chunks[row * CHUNKS + chunk] >> shift) & 0xffffu);
        if (wanted <= f32(upto)) {
            break;
        }
        below = upto;
    }
    for (var i = 0u; i < CHUNK_LEVELS; i++) {
        let level = chunk * CHUNK_LEVELS + i;
        let here = (atomicLoad(&histogram[row * LEVELS + level]) >> shift) & 0xffffu;
        if (wanted <= f32(below + here)) {
            return f32(level) + (wanted - f32(below)) / f32(max(here, 1u));
        }
        below += here;
    }
    return 0.0;
}

// Finds the levels below which 2, 5, 10 and 25 % of the sites lie, one invocation for each. Of the eight
// invocations for a row, the first four take the spatial variance, the others the temporal variance.
fn find_quantiles(index: u32, rows: u32) {
    if (index < 8u * rows) {
        let row = index / 8u;
        let shift = select(0u, 16u, (index & 4u) != 0u);
        let shares = vec4f(0.02, 0.05, 0.10, 0.25);
        quantiles[index] = level_of(row, shift, shares[index & 3u] * f32(sites_in(row, shift)));
    }
}

fn low_level(row: u32, is_temporal: bool, side: u32) -> Low {
    let shift = select(0u, 16u, is_temporal);
    let sites = sites_in(row, shift);
    let n = f32(sites);
    if (sites < FEWEST_SITES) {
        return Low(-1.0, 9.0, n);
    }
    let first = row * 8u + select(0u, 4u, is_temporal);
    let at = vec4f(quantiles[first], quantiles[first + 1u], quantiles[first + 2u], quantiles[first + 3u]);
    let q = exp2(at / LEVELS_PER_OCTAVE + LOWEST) / expected_quantiles(is_temporal, side);
    let least = min(min(q.x, q.y), min(q.z, q.w));
    let spread = q.w / least;
    let power = select(1.0, 0.5, is_temporal) * n / (n + 100.0);
    return Low(least / pow(min(spread, select(4.0, 1.6, is_temporal)), power), spread, n);
}

// Confidence in a distribution: 1 if `spread` is up to `narrow`, 0 from `wide` on.
fn trust(spread: f32, narrow: f32, wide: f32) -> f32 {
    return clamp((wide - spread) / (wide - narrow), 0.0, 1.0);
}

// Uses the temporal variance where it is concentrated; elsewhere the smaller of both.
fn mix_levels(s: Low, t: Low, stands: bool) -> Mixed {
    let sites = max(s.sites, t.sites);
    let trust_s = trust(s.spread, 1.25, 1.6);
    var trust_t = trust(t.spread, 1.25, 1.6);
    if (t.level < 0.0) {
        return Mixed(s.level, trust_s, sites);
    }
    if (s.level < 0.0) {
        return Mixed(t.level, trust_t, sites);
    }
    if (!stands) {
        // Unless the scene is known to stand still, a small temporal variance may be soft texture in motion.
        trust_t *= clamp((12.0 - t.level / max(s.level, 0.02)) / 6.0, 0.0, 1.0);
    }
    let least = log(min(s.level, t.level) + 1e-4);
    let level = exp(mix(least, log(t.level + 1e-4), trust_t));
    return Mixed(level, select(max(trust_t, trust_s), trust_t, s.level > t.level), sites);
}

// Fills spatial, temporal and mixed for the first `rows` rows. Uniform control flow only.
fn read_rows(index: u32, rows: u32, side: u32, stands: bool) {
    add_up_chunks(index);
    workgroupBarrier();
    find_quantiles(index, rows);
    workgroupBarrier();
    let row = index / 2u;
    if (row < rows) {
        let is_temporal = index % 2u == 1u;
        let low = low_level(row, is_temporal, side);
        if (is_temporal) {
            temporal[row] = low;
        } else {
            spatial[row] = low;
        }
    }
    workgroupBarrier();
    if (index < rows) {
        mixed[index] = mix_levels(spatial[index], temporal[index], stands);
    }
    workgroupBarrier();
}
