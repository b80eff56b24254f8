//! Twin of `packed_split.wgsl` and `packed_join.wgsl`: samples of all components in one plane.

use gstwgpu::gpu::{FrameLayout, PackedOrder};

/// Where sample `x` of a component begins in a row, in bits.
fn bit_of(order: &PackedOrder, component: usize, x: usize) -> usize {
    let places = [order.y, order.u, order.v][component];
    let group = x / places.len() * order.words as usize * 32;
    group + usize::from(places[x % places.len()])
}

/// A sample of `bits` from a bit of a row on, the lowest first.
fn read(row: &[u8], bit: usize, bits: u32) -> u32 {
    let one = |at: usize| u32::from(row[at / 8] >> (at % 8) & 1);
    (0..bits as usize).map(|i| one(bit + i) << i).sum()
}

fn write(row: &mut [u8], bit: usize, bits: u32, value: u32) {
    for i in 0..bits as usize {
        let at = bit + i;
        row[at / 8] |= ((value >> i & 1) as u8) << (at % 8);
    }
}

fn size(layout: &FrameLayout, component: usize) -> (usize, usize) {
    let (width, height) = match component {
        0 => (layout.width, layout.height),
        _ => layout.chroma_size(),
    };
    (width as usize, height as usize)
}

/// Planes of samples, from rows of packed ones.
pub fn split(layout: &FrameLayout, rows: &[Vec<u8>]) -> [Vec<u32>; 3] {
    let order = layout.packed.unwrap();
    [0, 1, 2].map(|component| {
        let (width, height) = size(layout, component);
        let places = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
        places
            .map(|(x, y)| read(&rows[y], bit_of(&order, component, x), order.bits))
            .collect()
    })
}

/// Rows of packed samples of so many bytes. Where a group reaches beyond the last column, its samples are
/// repeated; other bits are 0.
pub fn join(layout: &FrameLayout, planes: &[Vec<u32>; 3], bytes: usize) -> Vec<Vec<u8>> {
    let order = layout.packed.unwrap();
    let groups = (layout.width as usize).div_ceil(order.y.len());
    let row = |y: usize| {
        let mut row = vec![0; bytes];
        for component in 0..3 {
            let (width, _) = size(layout, component);
            let count = groups * [order.y, order.u, order.v][component].len();
            for x in 0..count {
                let value = planes[component][y * width + x.min(width - 1)];
                write(&mut row, bit_of(&order, component, x), order.bits, value);
            }
        }
        row
    };
    (0..layout.height as usize).map(row).collect()
}
