//! Sites of one picture on the CPU, before and after denoising.

use crate::picture::planes::PictureShape;
use crate::shader_constant;

/// Side of a site in luma pixels.
pub const SIDE: u32 = shader_constant!("denoise/grain_sites", "SIDE");
/// Sites in a row.
pub const COLUMNS: u32 = shader_constant!("denoise/grain_sites", "COLUMNS");
/// Rows of sites.
pub const ROWS: u32 = shader_constant!("denoise/grain_sites", "ROWS");
/// Bytes before the first site.
const HEAD: usize = 8;
/// Bytes of a sample.
const WORD: usize = 2;

/// One component at a site, in 8-bit code values, row after row.
#[derive(Debug, Clone, PartialEq)]
pub struct Patch {
    /// Samples in a row.
    pub width: usize,
    /// As they came.
    pub noisy: Vec<f32>,
    /// As they go out.
    pub clean: Vec<f32>,
}

/// A site: Y, or Y, U and V.
pub type Site = Vec<Patch>;

/// Sites of a picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// Scene cuts counted so far.
    pub cuts: u32,
    /// The sites.
    pub sites: Vec<Site>,
}

/// Samples in a row of a site, and rows, in one component.
fn extent(shape: &PictureShape, component: usize) -> (usize, usize) {
    let (x, y) = match component {
        0 => (0, 0),
        _ => shape.shifts,
    };
    ((SIDE >> x) as usize, (SIDE >> y) as usize)
}

/// Bytes of one component at all sites, before and after.
fn component_bytes(shape: &PictureShape, component: usize) -> usize {
    let (width, height) = extent(shape, component);
    2 * width * height * WORD * (COLUMNS * ROWS) as usize
}

fn value(word: &[u8]) -> f32 {
    let word = word.try_into().map_or(0, u16::from_le_bytes);
    f32::from(word) / 128.0 - 64.0
}

impl Sample {
    /// Bytes of the sites of a picture, as `grain_sites.wgsl` writes them.
    pub fn bytes(shape: &PictureShape) -> usize {
        let components = 0..shape.components();
        HEAD + components.map(|c| component_bytes(shape, c)).sum::<usize>()
    }

    /// Reads such bytes.
    pub fn read(shape: &PictureShape, bytes: &[u8]) -> Self {
        let (head, mut rest) = bytes.split_at_checked(HEAD).unwrap_or_default();
        let cuts = head.first_chunk().copied().map(u32::from_le_bytes);
        let mut sites = vec![Site::new(); (COLUMNS * ROWS) as usize];
        for component in 0..shape.components() {
            let all = component_bytes(shape, component);
            let (own, others) = rest.split_at_checked(all).unwrap_or_default();
            rest = others;
            let (width, height) = extent(shape, component);
            let half = width * height * WORD;
            for (site, both) in sites.iter_mut().zip(own.chunks_exact(2 * half)) {
                let (noisy, clean) = both.split_at(half);
                let values = |bytes: &[u8]| bytes.chunks_exact(WORD).map(value).collect();
                site.push(Patch {
                    width,
                    noisy: values(noisy),
                    clean: values(clean),
                });
            }
        }
        Self {
            cuts: cuts.unwrap_or_default(),
            sites,
        }
    }
}
