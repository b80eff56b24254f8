//! The properties of `wgpudenoise`: their descriptions and values.

use crate::denoise::{DenoisePreset, DenoiseTune, Settings};
use crate::property_values;
use crate::video::filter::properties::{choice, count, file, milliseconds, number};

/// The properties, copied once for each frame.
#[derive(Debug, Clone, Copy)]
pub struct Knobs {
    /// `strength`.
    pub strength: f64,
    /// `sigma`.
    pub sigma: f64,
    /// `chroma-strength`.
    pub chroma_strength: f64,
    /// `tune`.
    pub tune: DenoiseTune,
    /// `preset`.
    pub preset: DenoisePreset,
    /// `lookahead`, in frames, also if buffers are fields.
    pub lookahead: u32,
    /// `max-latency`, in milliseconds.
    pub max_latency: u32,
}

impl Default for Knobs {
    fn default() -> Self {
        Self {
            strength: 1.0,
            sigma: -1.0,
            chroma_strength: 1.0,
            tune: DenoiseTune::Auto,
            preset: DenoisePreset::Auto,
            lookahead: 0,
            max_latency: 1000,
        }
    }
}

impl Knobs {
    /// The algorithm's settings.
    pub fn settings(&self) -> Settings {
        Settings {
            strength: self.strength as f32,
            chroma_strength: self.chroma_strength as f32,
            sigma: self.sigma as f32,
            floor: self.tune.floor(),
        }
    }
}

property_values!(Knobs {
    "strength" => strength,
    "sigma" => sigma,
    "chroma-strength" => chroma_strength,
    "tune" => tune,
    "preset" => preset,
    "lookahead" => lookahead,
    "max-latency" => max_latency,
});

/// All properties except those of the base class.
pub fn all() -> Vec<glib::ParamSpec> {
    let rest = choices().into_iter().chain([grain_table()]);
    numbers().into_iter().chain(rest).collect()
}

fn grain_table() -> glib::ParamSpec {
    file(
        "grain-table-location",
        "Grain table location",
        "File to write the grain that was taken away to, as AV1 encoders read it (SVT-AV1's --fgs-table, \
         libaom's --film-grain-table), so that players add grain like it again and the bitstream need not \
         carry it. Set it where the look of film is to be kept. Times count from the first frame; a segment is \
         in the file as soon as it has ended, at a cut, when the grain changes, and after a minute. Encoders \
         read the file when they start, so encode in a second run. Costs a small pass and 50 kB read back for \
         each frame, and a few percent of a processor core",
    )
}

fn numbers() -> [glib::ParamSpec; 3] {
    let defaults = Knobs::default();
    [
        number(
            "strength",
            "Strength",
            "How much of the noise to remove. 1 removes as much as was found; lower it to keep grain, \
             evenly over the picture (0.5 keeps half of it); raise it where noise is left: above 1 it is a \
             factor on the estimate. 0 passes frames through unchanged, at no cost; all other values cost \
             the same",
            (0.0, 4.0, defaults.strength),
        ),
        number(
            "sigma",
            "Sigma",
            "Standard deviation of the noise in 8-bit code values. -1 (any negative value) \
             estimates it continuously. Set it if the noise is known, if texture is mistaken for \
             noise, or if strongly compressed video still looks noisy: the estimate is too low where \
             compression removed most of the noise. 0 passes frames through unchanged. Costs nothing",
            (-1.0, 100.0, defaults.sigma),
        ),
        number(
            "chroma-strength",
            "Chroma strength",
            "Factor for chroma, multiplied with strength. Raise it where coloured blotches are \
             left, lower it where faint colours fade; 0 leaves chroma unchanged. Costs nothing",
            (0.0, 4.0, defaults.chroma_strength),
        ),
    ]
}

fn choices() -> [glib::ParamSpec; 4] {
    [
        choice::<DenoiseTune>(
            "tune",
            "Tune",
            "Least noise to remove, where the estimate finds less: light for old tapes and webcams, \
             medium for CCTV and phones at night, strong where detail may go with the noise. auto removes \
             what is found, which is nothing on clean video. An estimate above it stands; strength and \
             chroma-strength apply to both, and sigma, if set, to neither. Costs nothing",
        ),
        choice::<DenoisePreset>(
            "preset",
            "Preset",
            "Choice between quality and GPU time. Choose fast if frames come late (half the cost of \
             balanced), quality if the GPU has time left (about three times the cost), neural on a fast GPU (a \
             network of 59 thousand products a pixel: a hundred times the cost in software, for files \
             only; it needs 128 bytes of GPU memory for each four pixels, three times). A change \
             while playing compiles shaders, which delays the stream (in software for seconds the \
             first time, then for a frame or two); what was learned from earlier frames is kept \
             without lookahead",
        ),
        count(
            "lookahead",
            "Lookahead",
            "Number of future frames that are used for a frame. Set 2 or 3 if the stream may be \
             delayed: they remove visibly more noise, most of all behind moving objects. Each adds \
             one frame of latency, its GPU memory, and some GPU time",
            (8, Knobs::default().lookahead),
        ),
        milliseconds(
            "max-latency",
            "Maximum latency",
            "Most latency in milliseconds that lookahead may add; it uses fewer frames where they are \
             farther apart than that allows, as with cameras that slow down in the dark. 0 for no limit",
            Knobs::default().max_latency,
        ),
    ]
}
