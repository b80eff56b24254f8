//! Texels of a source from packed pixels.

/// Premultiplied R'G'B' and alpha, 0 to 1, row after row.
#[derive(Debug, Clone, PartialEq)]
pub struct Texels {
    pub width: usize,
    pub height: usize,
    pub data: Vec<[f64; 4]>,
}

impl Texels {
    /// The texel at a position, clamped to the picture.
    pub fn nearest(&self, x: i64, y: i64) -> [f64; 4] {
        let x = x.clamp(0, self.width as i64 - 1) as usize;
        let y = y.clamp(0, self.height as i64 - 1) as usize;
        self.data[y * self.width + x]
    }
}

/// `order` says which byte of a pixel is red, green, blue and alpha; without alpha it is opaque.
pub fn source_rgba(bytes: &[u8], width: usize, order: [Option<usize>; 4]) -> Texels {
    let texel = |pixel: &[u8]| {
        let [red, green, blue, alpha] =
            order.map(|at| at.map_or(1.0, |at| f64::from(pixel[at]) / 255.0));
        [red * alpha, green * alpha, blue * alpha, alpha]
    };
    let data: Vec<_> = bytes.chunks(4).map(texel).collect();
    Texels {
        width,
        height: data.len() / width,
        data,
    }
}
