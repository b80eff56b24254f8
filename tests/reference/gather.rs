//! Twin of `gather.wgsl`: rows that lie anywhere in memory, to where others want them.

/// Rows of `row` bytes that begin `stride` bytes apart, in rows of `wide` bytes that end in zeros.
pub fn gather(
    memory: &[u8],
    (first, stride): (usize, usize),
    (row, rows): (usize, usize),
    wide: usize,
) -> Vec<u8> {
    let mut all = vec![0; wide * rows];
    for y in 0..rows {
        for x in 0..row {
            all[y * wide + x] = memory[first + y * stride + x];
        }
    }
    all
}
