// A 3x3 convolution by tiles of 32x8 cells, four output octs at once, with products of half floats:
// a GPU does two of those at a time. They are summed as half floats over one column of the kernel
// and one input oct, 24 of them, and as whole ones from there.
enable f16;
// include: shared/conv.wgsl

// Output octs of a tile.
const OCTS: u32 = 4u;
// Columns of a tile, and with the neighbours that the kernel reaches.
const COLUMNS: u32 = 32u;
const WIDE: u32 = 34u;
// Cells of a tile and its neighbours.
const CELLS: u32 = 340u;

var<workgroup> tile_low: array<vec4h, CELLS>;
var<workgroup> tile_high: array<vec4h, CELLS>;
var<workgroup> tile_weights: array<vec4h, OCT_WEIGHTS * OCTS>;

fn weight(at: u32) -> vec4h {
    return tile_weights[at];
}

// `first` is the map's cell above and to the left of the tile.
fn load_tile(first: u32, input_oct: u32, first_oct: u32, index: u32) {
    for (var i = index; i < CELLS; i += COLUMNS * OCTS) {
        let cell = inputs[input_oct * params.area + first + (i / WIDE) * params.pitch + i % WIDE];
        tile_low[i] = vec4h(low_half(cell));
        tile_high[i] = vec4h(high_half(cell));
    }
    for (var i = index; i < OCT_WEIGHTS * OCTS; i += COLUMNS * OCTS) {
        let oct = first_oct + i / OCT_WEIGHTS;
        let at = (oct * params.input_octs + input_oct) * OCT_WEIGHTS + i % OCT_WEIGHTS;
        tile_weights[i] = vec4h(weights[at]);
    }
}

fn add(sum: vec4h, x: vec4h, a: vec4h, b: vec4h, c: vec4h, d: vec4h) -> vec4h {
    return sum + a * x.x + b * x.y + c * x.z + d * x.w;
}

// One row of the kernel.
fn add_rows(
    sums: ptr<function, array<vec4h, 16>>,
    x0: vec4h, x1: vec4h, x2: vec4h, x3: vec4h, x4: vec4h, x5: vec4h, x6: vec4h, x7: vec4h,
    at: u32,
) {
    let al = weight(at);
    let ah = weight(at + 1u);
    let bl = weight(at + 2u);
    let bh = weight(at + 3u);
    let cl = weight(at + 4u);
    let ch = weight(at + 5u);
    let dl = weight(at + 6u);
    let dh = weight(at + 7u);
    (*sums)[0] = add((*sums)[0], x0, al, bl, cl, dl);
    (*sums)[1] = add((*sums)[1], x0, ah, bh, ch, dh);
    (*sums)[2] = add((*sums)[2], x1, al, bl, cl, dl);
    (*sums)[3] = add((*sums)[3], x1, ah, bh, ch, dh);
    (*sums)[4] = add((*sums)[4], x2, al, bl, cl, dl);
    (*sums)[5] = add((*sums)[5], x2, ah, bh, ch, dh);
    (*sums)[6] = add((*sums)[6], x3, al, bl, cl, dl);
    (*sums)[7] = add((*sums)[7], x3, ah, bh, ch, dh);
    (*sums)[8] = add((*sums)[8], x4, al, bl, cl, dl);
    (*sums)[9] = add((*sums)[9], x4, ah, bh, ch, dh);
    (*sums)[10] = add((*sums)[10], x5, al, bl, cl, dl);
    (*sums)[11] = add((*sums)[11], x5, ah, bh, ch, dh);
    (*sums)[12] = add((*sums)[12], x6, al, bl, cl, dl);
    (*sums)[13] = add((*sums)[13], x6, ah, bh, ch, dh);
    (*sums)[14] = add((*sums)[14], x7, al, bl, cl, dl);
    (*sums)[15] = add((*sums)[15], x7, ah, bh, ch, dh);
}

// One column of the kernel: ten rows of inputs for eight of outputs.
fn add_column(
    sums: ptr<function, array<vec4h, 16>>,
    x0: vec4h, x1: vec4h, x2: vec4h, x3: vec4h, x4: vec4h,
    x5: vec4h, x6: vec4h, x7: vec4h, x8: vec4h, x9: vec4h,
    at: u32,
) {
    add_rows(sums, x0, x1, x2, x3, x4, x5, x6, x7, at);
    add_rows(sums, x1, x2, x3, x4, x5, x6, x7, x8, at + 8u);
    add_rows(sums, x2, x3, x4, x5, x6, x7, x8, x9, at + 16u);
}

// Parts are added to the sums and start anew.
fn gather(sums: ptr<function, array<vec4f, 16>>, parts: ptr<function, array<vec4h, 16>>) {
    (*sums)[0] += vec4f((*parts)[0]);
    (*parts)[0] = vec4h();
    (*sums)[1] += vec4f((*parts)[1]);
    (*parts)[1] = vec4h();
    (*sums)[2] += vec4f((*parts)[2]);
    (*parts)[2] = vec4h();
    (*sums)[3] += vec4f((*parts)[3]);
    (*parts)[3] = vec4h();
    (*sums)[4] += vec4f((*parts)[4]);
    (*parts)[4] = vec4h();
    (*sums)[5] += vec4f((*parts)[5]);
    (*parts)[5] = vec4h();
    (*sums)[6] += vec4f((*parts)[6]);
    (*parts)[6] = vec4h();
    (*sums)[7] += vec4f((*parts)[7]);
    (*parts)[7] = vec4h();
    (*sums)[8] += vec4f((*parts)[8]);
    (*parts)[8] = vec4h();
    (*sums)[9] += vec4f((*parts)[9]);
    (*parts)[9] = vec4h();
    (*sums)[10] += vec4f((*parts)[10]);
    (*parts)[10] = vec4h();
    (*sums)[11] += vec4f((*parts)[11]);
    (*parts)[11] = vec4h();
    (*sums)[12] += vec4f((*parts)[12]);
    (*parts)[12] = vec4h();
    (*sums)[13] += vec4f((*parts)[13]);
    (*parts)[13] = vec4h();
    (*sums)[14] += vec4f((*parts)[14]);
    (*parts)[14] = vec4h();
    (*sums)[15] += vec4f((*parts)[15]);
    (*parts)[15] = vec4h();
}

@compute @workgroup_size(32, 4)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u) {
    let index = local.y * COLUMNS + local.x;
    let first = group.y * ROWS * params.pitch + group.x * COLUMNS;
    var sums: array<vec4f, 16>;
    var parts: array<vec4h, 16>;
    for (var oct = 0u; oct < params.input_octs; oct++) {
        workgroupBarrier();
        load_tile(first, oct, group.z * OCTS, index);
        workgroupBarrier();
        for (var column = 0u; column < 3u; column++) {
            let at = local.x + column;
            let from_weight = local.y * OCT_WEIGHTS + column * 2u * HALF_WEIGHTS;
            add_column(
                &parts,
                tile_low[at], tile_low[at + WIDE], tile_low[at + 2u * WIDE], tile_low[at + 3u * WIDE],
                tile_low[at + 4u * WIDE], tile_low[at + 5u * WIDE], tile_low[at + 6u * WIDE],
                tile_low[at + 7u * WIDE], tile_low[at + 8u * WIDE], tile_low[at + 9u * WIDE],
                from_weight,
            );
            add_column(
                &parts,
                tile_high[at], tile_high[at + WIDE], tile_high[at + 2u * WIDE], tile_high[at + 3u * WIDE],
                tile_high[at + 4u * WIDE], tile_high[at + 5u * WIDE], tile_high[at + 6u * WIDE],
                tile_high[at + 7u * WIDE], tile_high[at + 8u * WIDE], tile_high[at + 9u * WIDE],
                from_weight + HALF_WEIGHTS,
            );
            gather(&sums, &parts);
        }
    }
    store_column(&sums, group.z * OCTS + local.y, group.x * COLUMNS + local.x, group.y * ROWS);
}
