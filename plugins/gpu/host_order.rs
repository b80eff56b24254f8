//! Sample orders of host memory that differ from a frame's planes, such as those of YUY2 and v210.

/// Bits in a word.
const WORD: u32 = 32;

/// Order of the samples of a group of pixels in host memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct HostOrder {
    /// One letter per sample (Y, U, V or A) from the lowest bit of the group's first word upward; a dash for
    /// unused bits, and a bar before the next plane. At most 8 luma samples, and 4 of each other component.
    pub samples: &'static str,
    /// Bits of a sample, unused ones included. No sample crosses a 32-bit word.
    pub bits: u32,
    /// Significant bits of R, G and B, whose letters then stand for Y, U and V. On the GPU, the frame is
    /// Y'CbCr with the matrix of BT.709, in 16 bits: enough to give each R, G and B back exactly.
    pub rgb: Option<u32>,
}

/// Position of a component's samples in host memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostPlaces {
    /// Index of the plane.
    pub plane: usize,
    /// First bit of each sample in a group.
    pub bits: Vec<u8>,
}

impl HostPlaces {
    /// First bit of sample `x` in a row whose groups have `words` words; `None` if the component is absent.
    fn bit_of(&self, x: u32, words: u32) -> Option<u32> {
        let count = self.bits.len() as u32;
        let group = x.checked_div(count)?;
        let bit = self.bits.get((x % count) as usize)?;
        Some(group * words * WORD + u32::from(*bit))
    }
}

impl HostOrder {
    /// Length of a group in 32-bit words, for each plane.
    pub fn words(&self) -> Vec<u32> {
        let samples = self.samples.split('|').map(|plane| plane.len() as u32);
        samples.map(|all| all.div_ceil(self.in_word())).collect()
    }

    /// Positions of Y, U, V and alpha.
    pub fn places(&self) -> [HostPlaces; 4] {
        let all = self.samples.split('|').enumerate();
        let all = all.flat_map(|(plane, letters)| {
            let places = letters.chars().enumerate();
            places.map(move |(at, letter)| (plane, self.first_bit(at as u32), letter))
        });
        let mut places = [(); 4].map(|()| HostPlaces {
            plane: 0,
            bits: Vec::new(),
        });
        for (plane, bit, letter) in all {
            if let Some(place) = component_of(letter).and_then(|one| places.get_mut(one)) {
                place.plane = plane;
                place.bits.push(bit as u8);
            }
        }
        places
    }

    /// Bytes in a row and number of rows of each plane, for components of these sizes. A row ends with the
    /// byte of its last sample, or with the word if samples are not bytes. No row is longer than luma's.
    pub fn rows(&self, sizes: [(u32, u32); 4]) -> Vec<(u32, u32)> {
        let places = self.places();
        let mut most = u32::MAX;
        let rows = |(plane, words): (usize, u32)| {
            let own = places.iter().zip(sizes);
            let own = own.filter(|(place, _)| place.plane == plane && !place.bits.is_empty());
            let ends = own.clone().filter_map(|(place, (width, _))| {
                let bit = place.bit_of(width.saturating_sub(1), words)?;
                Some(match self.bits {
                    8 | 16 => (bit + self.bits) / 8,
                    _ => (bit / WORD + 1) * (WORD / 8),
                })
            });
            most = ends.max().unwrap_or_default().min(most);
            let heights = own.map(|(_, (_, height))| height);
            (most, heights.max().unwrap_or_default())
        };
        self.words().into_iter().enumerate().map(rows).collect()
    }

    /// Number of V samples in a row. GStreamer's rows of NV12_10LE32 have no room for the last one at odd
    /// multiples of 3 pixels.
    pub fn columns_of_v(&self, sizes: [(u32, u32); 4]) -> u32 {
        let (rows, words, [_, _, v, _]) = (self.rows(sizes), self.words(), self.places());
        let [_, _, (width, _), _] = sizes;
        let row = rows.get(v.plane).map_or(0, |(bytes, _)| bytes * 8);
        let words = words.get(v.plane).copied().unwrap_or_default();
        let is_inside = |x: &u32| v.bit_of(*x, words).is_none_or(|bit| bit < row);
        (0..width).rev().find(is_inside).map_or(1, |last| last + 1)
    }

    /// Number of samples that begin in a word. With 10 bits, the fourth has the remaining two bits.
    fn in_word(&self) -> u32 {
        WORD.div_ceil(self.bits)
    }

    fn first_bit(&self, sample: u32) -> u32 {
        sample / self.in_word() * WORD + sample % self.in_word() * self.bits
    }
}

fn component_of(letter: char) -> Option<usize> {
    match letter {
        'Y' | 'R' => Some(0),
        'U' | 'G' => Some(1),
        'V' | 'B' => Some(2),
        'A' => Some(3),
        _ => None,
    }
}
