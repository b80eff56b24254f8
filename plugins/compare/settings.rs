//! What to show of two pictures.

/// How they are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[repr(u32)]
pub enum Mode {
    /// The first left of a line, the second right of it.
    #[default]
    Wipe,
    /// The middle of both, beside one another.
    SideBySide,
    /// Their difference on grey.
    Difference,
}

/// Settings of a frame.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// How the pictures are shown.
    pub mode: Mode,
    /// Where the line of a wipe stands, 0 to 1 from the left edge.
    pub position: f64,
    /// Factor on the difference.
    pub gain: f64,
}
