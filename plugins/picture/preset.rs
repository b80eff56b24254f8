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

    /// The preset so many steps faster, or the fastest.
    #[must_use]
    pub fn faster_by(self, steps: u32) -> Self {
        match (self, steps) {
            (preset, 0) => preset,
            (Self::Quality, 1) => Self::Balanced,
            _ => Self::Fast,
        }
    }

    /// This preset and all faster ones, if those may be gone down to; else this one alone.
    pub fn and_faster(self, may_degrade: bool) -> impl Iterator<Item = Self> {
        let all = [Self::Quality, Self::Balanced, Self::Fast];
        let own = all.iter().position(|preset| *preset == self).unwrap_or(0);
        let count = if may_degrade { all.len() } else { 1 };
        all.into_iter().skip(own).take(count)
    }

    /// How many steps faster than a value of the property `preset` others are, and the name of the next one.
    /// `auto` is taken for what it is on a GPU.
    pub fn faster_than(number: u32) -> (u32, Option<&'static str>) {
        match Self::resolve(number, false) {
            Self::Fast => (0, None),
            Self::Balanced => (1, Some(Self::Fast.name())),
            Self::Quality => (2, Some(Self::Balanced.name())),
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
