// Sums of a column, half an input channel group at a time. The including shader defines the type of products
// and reads the weights: alias Four = vec4f; alias Parts = Sums; fn weight(at: u32) -> Four.
//
// Rows are written out instead of looped over: compilers may keep an array in memory, not in registers, if
// it is indexed in a loop.

// Number of vec4f with the weights between an output and an input channel group. Their order: kernel
// columns, halves of the input channel group, kernel rows, input channels of the half, halves of the output
// channel group.
const CHANNEL_GROUP_WEIGHTS: u32 = 144u;
// Number of these for one kernel column and one half of the input channel group.
const HALF_WEIGHTS: u32 = 24u;

@group(0) @binding(0) var<storage, read> inputs: array<vec4u>;
@group(0) @binding(1) var<storage, read> weights: array<vec4f>;

fn add(sum: Four, x: Four, a: Four, b: Four, c: Four, d: Four) -> Four {
    return sum + a * x.x + b * x.y + c * x.z + d * x.w;
}

// Adds one kernel row.
fn add_rows(
    sums: ptr<function, Parts>,
    x0: Four, x1: Four, x2: Four, x3: Four, x4: Four, x5: Four, x6: Four, x7: Four,
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

// Adds one kernel column: ten rows of inputs for eight rows of outputs.
fn add_column(
    sums: ptr<function, Parts>,
    x0: Four, x1: Four, x2: Four, x3: Four, x4: Four,
    x5: Four, x6: Four, x7: Four, x8: Four, x9: Four,
    at: u32,
) {
    add_rows(sums, x0, x1, x2, x3, x4, x5, x6, x7, at);
    add_rows(sums, x1, x2, x3, x4, x5, x6, x7, x8, at + 8u);
    add_rows(sums, x2, x3, x4, x5, x6, x7, x8, x9, at + 16u);
}
