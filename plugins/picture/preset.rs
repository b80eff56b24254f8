//! The choice between quality and GPU time that all filters offer.

/// Amount of work that a filter does for a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Preset {
    /// Fewest passes, for software Vulkan and integrated GPUs.
    Fast,
    /// For any discrete GPU.
    #[default]
    Balanced,
    /// Best quality that the filter offers.
    Quality,
}

impl Preset {
    /// The preset for a value of the property `preset`. 0 is `auto`: `fast` on a software adapter, else
    /// `balanced`.
    pub fn resolve(number: u32, software: bool) -> Self {
        match number {
            1 => Self::Fast,
            2 => Self::Balanced,
            3 => Self::Quality,
            _ if software => Self::Fast,
            _ => Self::Balanced,
        }
    }

    /// The name in the property `preset` and in the statistics.
    pub fn name(self) -> &'static str {
        match self {
            Self::Fast => "fast",
            Self::Balanced => "balanced",
            Self::Quality => "quality",
        }
    }
}
