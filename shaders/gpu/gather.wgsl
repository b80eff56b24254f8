// A plane whose rows begin at any byte, and lie any distance apart, to where rows begin at words. An invocation
// writes a word; what is behind a row's last sample becomes 0.

struct GatherParams {
    first_byte: u32,
    source_stride: u32,
    row_bytes: u32,
    rows: u32,
    first_word: u32,
    row_words: u32,
}

var<immediate> params: GatherParams;

@group(0) @binding(0) var<storage, read> source: array<u32>;
@group(0) @binding(1) var<storage, read_write> gathered: array<u32>;

@compute @workgroup_size(64, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let before = 4u * id.x;
    if (before >= params.row_bytes || id.y >= params.rows) {
        return;
    }
    let byte = params.first_byte + id.y * params.source_stride + before;
    let wanted = min(params.row_bytes - before, 4u);
    let skipped = byte % 4u;
    var word = source[byte / 4u] >> (8u * skipped);
    // Not read where the row has ended: the memory may end there, too.
    if (skipped + wanted > 4u) {
        word |= source[byte / 4u + 1u] << (32u - 8u * skipped);
    }
    if (wanted < 4u) {
        word &= (1u << (8u * wanted)) - 1u;
    }
    gathered[params.first_word + id.y * params.row_words + id.x] = word;
}
