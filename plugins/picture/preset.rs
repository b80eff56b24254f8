//! The choice between quality and GPU time that all filters offer.

/// Amount of work that a filter does for a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Preset {
    /// Fewest passes, for software Vulkan and integrated GPUs.
    Fast,
    /// For any discrete GPU.
    #[default]
    Balanced,
    /// Best quality without a network in `wgpudenoise`, with one in `wgpudeartifact`.
    Quality,
    /// A network behind the recursion, in `wgpudenoise` alone.
    Neural,
}

/// All presets, slowest first.
const ALL: [Preset; 4] = [
    Preset::Neural,
    Preset::Quality,
    Preset::Balanced,
    Preset::Fast,
];

impl Preset {
    /// The preset for a value of the property `preset`. 0 is `auto`: `balanced`, or on a software adapter `fast`
    /// to begin with.
    pub fn resolve(number: u32, software: bool) -> Self {
        match number {
            1 => Self::Fast,
            2 => Self::Balanced,
            3 => Self::Quality,
            4 => Self::Neural,
            _ if software => Self::Fast,
            _ => Self::Balanced,
        }
    }

    /// The preset so many steps up from this one, of those that `auto` chooses among in software.
    #[must_use]
    pub fn slower_by(self, steps: u32) -> Self {
        match (self, steps) {
            (preset, 0) => preset,
            (Self::Fast, 1) => Self::Balanced,
            _ => Self::Quality,
        }
    }

    /// Presets that a filter may run soon: the one that a value of the property `preset` begins with; faster
    /// ones if those may be gone down to; and in software the next that `auto` tries.
    pub fn likely(number: u32, software: bool, may_degrade: bool) -> Vec<Self> {
        let first = Self::resolve(number, software);
        let mut all: Vec<Self> = first.and_faster(may_degrade).collect();
        if software && number == 0 {
            all.push(first.slower_by(1));
        }
        all
    }

    /// The preset so many steps faster, or the fastest.
    #[must_use]
    pub fn faster_by(self, steps: u32) -> Self {
        let slower = self.and_faster(true).take(steps as usize + 1);
        slower.last().unwrap_or(Self::Fast)
    }

    /// This preset and all faster ones, if those may be gone down to; else this one alone.
    pub fn and_faster(self, may_degrade: bool) -> impl Iterator<Item = Self> {
        let own = ALL.iter().position(|preset| *preset == self).unwrap_or(0);
        let count = if may_degrade { ALL.len() } else { 1 };
        ALL.into_iter().skip(own).take(count)
    }

    /// How many steps faster than a value of the property `preset` others are, and the name of the next one.
    /// `auto` is taken for what it is on a GPU.
    pub fn faster_than(number: u32) -> (u32, Option<&'static str>) {
        let mut faster = Self::resolve(number, false).and_faster(true).skip(1);
        let next = faster.next();
        let steps = faster.count() as u32 + u32::from(next.is_some());
        (steps, next.map(Self::name))
    }

    /// The name in the property `preset` and in the statistics.
    pub fn name(self) -> &'static str {
        match self {
            Self::Fast => "fast",
            Self::Balanced => "balanced",
            Self::Quality => "quality",
            Self::Neural => "neural",
        }
    }
}
