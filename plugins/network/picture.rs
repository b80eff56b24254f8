//! Format of the pictures that a network processes.

/// Size and value range of the pictures.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NetworkPicture {
    /// Width and height of luma in pixels; of one field in interlaced video.
    pub luma: (u32, u32),
    /// Width and height of U and V in pixels: those of luma, or half of them, rounded up; `None` for gray.
    pub chroma: Option<(u32, u32)>,
    /// White in code values of working planes: 255 for 8 bits, 1023/4 for 10 bits.
    pub white: f32,
}

impl NetworkPicture {
    /// Width and height of a component in pixels.
    pub(super) fn size(&self, component: usize) -> (u32, u32) {
        match component {
            0 => self.luma,
            _ => self.chroma.unwrap_or_default(),
        }
    }

    /// Samples of a component across and down a cell.
    pub(super) fn cell(&self, component: usize) -> (u32, u32) {
        let size = self.size(component);
        let samples = |side, luma| if side == luma && luma > 1 { 2 } else { 1 };
        (samples(size.0, self.luma.0), samples(size.1, self.luma.1))
    }

    /// Width and height in cells.
    pub(super) fn cells(&self) -> (u32, u32) {
        (self.luma.0.div_ceil(2), self.luma.1.div_ceil(2))
    }
}
