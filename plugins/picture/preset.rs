//! The trade between quality and GPU time that all filters offer.

/// How much work a filter puts into a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Preset {
    /// Few dispatches, for software Vulkan and integrated GPUs.
    Fast,
    /// For any discrete GPU.
    #[default]
    Balanced,
    /// The best that a filter can do.
    Quality,
}

impl Preset {
    /// By the number of an element's property `preset`, of which 0 is `auto`: `fast` on a software
    /// adapter, else `balanced`.
    pub fn resolve(number: u32, software: bool) -> Self {
        match number {
            1 => Self::Fast,
            2 => Self::Balanced,
            3 => Self::Quality,
            _ if software => Self::Fast,
            _ => Self::Balanced,
        }
    }

    /// As the property `preset` and the statistics have it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Fast => "fast",
            Self::Balanced => "balanced",
            Self::Quality => "quality",
        }
    }
}
