//! The command line.

use crate::pictures::Size;
use gstwgpu::denoise::Preset;
use std::path::PathBuf;

/// The text of `--help`.
pub const HELP: &str = "\
Usage: cargo xtask bench [OPTIONS]

--adapter X        index or part of the name (default: the best GPU)
--sizes WxH,...    pictures to work on (default: 640x360,1920x1080, and 3840x2160 on a GPU;
                   `streams`: 1920x1080, and 3840x2160 on a GPU)
--presets P,...    fast, balanced, quality (default: all, quality also with lookahead=3;
                   `streams`: balanced)
--frames N         most frames to measure for each row (default: 200, or 1.5 s)
--parts P,...      denoiser, deartifact, tracker, placement, pipeline, streams, start, peers
                   (default: all)
--ffmpeg PATH      FFmpeg for `peers` (default: $FFMPEG, then the one of python3's
                   imageio-ffmpeg, then ffmpeg)
--json FILE        write all tables to FILE as well
--html FILE        the same as a page with plots
--compare A B      measure nothing, but compare two files of --json (with --html: and plot both)

Live streams in one process, 1, 2, 4 ... until the rate is lost:
--rate N           frames a second of each (default: 60)
--streams N        most of them (default: 64)
--seconds N        how long each number of them is measured (default: 5)
--chain \"E ! E\"    their elements (default: denoising, repair and a picture on a tracked plane)
";

/// A part of the benchmark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The denoiser without GStreamer.
    Denoiser,
    /// The repair of compression damage without GStreamer.
    Deartifact,
    /// Following a plane without GStreamer.
    Tracker,
    /// Placing pictures and streams without GStreamer.
    Placement,
    /// The elements in pipelines.
    Pipeline,
    /// Live channels beside one another.
    Streams,
    /// Time to the first frame.
    Start,
    /// FFmpeg's filters.
    Peers,
}

/// All parts by name, in the order in which they run.
const PARTS: [(&str, Part); 8] = [
    ("denoiser", Part::Denoiser),
    ("deartifact", Part::Deartifact),
    ("tracker", Part::Tracker),
    ("placement", Part::Placement),
    ("pipeline", Part::Pipeline),
    ("streams", Part::Streams),
    ("start", Part::Start),
    ("peers", Part::Peers),
];

/// What was asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// As the property `adapter`.
    pub adapter: String,
    /// Empty for the default.
    pub sizes: Vec<Size>,
    /// Empty for the default.
    presets: Vec<Preset>,
    /// `None` for the default.
    pub frames: Option<usize>,
    /// Parts to run.
    pub parts: Vec<Part>,
    /// FFmpeg's program.
    pub ffmpeg: Option<PathBuf>,
    /// Where the JSON goes.
    pub json: Option<PathBuf>,
    /// Where the page goes.
    pub html: Option<PathBuf>,
    /// Two files of JSON to compare.
    pub compare: Option<[PathBuf; 2]>,
    /// Frames a second of a live stream.
    pub rate: u32,
    /// Most live streams.
    pub streams: usize,
    /// How long each number of live streams is measured.
    pub seconds: u32,
    /// Elements of a live stream; `None` for the default.
    pub chain: Option<String>,
    /// Set in child processes: measure one start and print its milliseconds.
    pub first_frame: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            adapter: String::new(),
            sizes: Vec::new(),
            presets: Vec::new(),
            frames: None,
            parts: PARTS.map(|(_, part)| part).to_vec(),
            ffmpeg: None,
            json: None,
            html: None,
            compare: None,
            rate: 60,
            streams: 64,
            seconds: 5,
            chain: None,
            first_frame: false,
        }
    }
}

impl Options {
    /// Reads the words of the command line.
    pub fn parse(arguments: &[String]) -> Result<Self, String> {
        let mut options = Self::default();
        let mut words = arguments.iter();
        while let Some(word) = words.next() {
            if word == "--first-frame" {
                options.first_frame = true;
                continue;
            }
            if word == "--compare" {
                let files = [words.next(), words.next()].map(|file| file.map(PathBuf::from));
                let [Some(a), Some(b)] = files else {
                    return Err("--compare needs two files; see --help".into());
                };
                options.compare = Some([a, b]);
                continue;
            }
            let (name, value) = match word.split_once('=') {
                Some((name, value)) if name.starts_with("--") => (name, Some(value.to_owned())),
                _ => (word.as_str(), words.next().cloned()),
            };
            options.set(name, value)?;
        }
        Ok(options)
    }

    fn set(&mut self, name: &str, value: Option<String>) -> Result<(), String> {
        const NAMES: [&str; 12] = [
            "--adapter",
            "--sizes",
            "--presets",
            "--frames",
            "--parts",
            "--ffmpeg",
            "--json",
            "--html",
            "--rate",
            "--streams",
            "--seconds",
            "--chain",
        ];
        if !NAMES.contains(&name) {
            return Err(format!("no option '{name}'; see --help"));
        }
        let value = value.ok_or_else(|| format!("{name} needs a value; see --help"))?;
        let refuse = |wanted: &str| format!("{name} '{value}': give {wanted}");
        match name {
            "--adapter" => self.adapter = value,
            "--sizes" => {
                self.sizes = list(&value, size).ok_or_else(|| refuse("sizes as 640x360"))?;
            }
            "--presets" => {
                self.presets =
                    list(&value, preset).ok_or_else(|| refuse("fast, balanced or quality"))?;
            }
            "--parts" => {
                let names = PARTS.map(|(name, _)| name).join(", ");
                self.parts = list(&value, part).ok_or_else(|| refuse(&names))?;
            }
            "--ffmpeg" => self.ffmpeg = Some(value.into()),
            "--json" => self.json = Some(value.into()),
            "--html" => self.html = Some(value.into()),
            "--chain" => self.chain = Some(value),
            _ => self.set_number(name, &value)?,
        }
        Ok(())
    }

    fn set_number(&mut self, name: &str, value: &str) -> Result<(), String> {
        let number = value.parse().ok().filter(|number: &u32| *number > 0);
        let number = number.ok_or_else(|| format!("{name} '{value}': give a number from 1 on"))?;
        match name {
            "--frames" => self.frames = Some(number as usize),
            "--rate" => self.rate = number,
            "--streams" => self.streams = number as usize,
            _ => self.seconds = number,
        }
        Ok(())
    }

    /// Presets to measure.
    pub fn presets(&self) -> &[Preset] {
        match self.presets.is_empty() {
            true => &[Preset::Fast, Preset::Balanced, Preset::Quality],
            false => &self.presets,
        }
    }

    /// Presets to measure in live streams, which take long.
    pub fn stream_presets(&self) -> &[Preset] {
        match self.presets.is_empty() {
            true => &[Preset::Balanced],
            false => &self.presets,
        }
    }

    /// The property `adapter` for a launch line, with a space before it.
    pub fn adapter_property(&self) -> String {
        match self.adapter.as_str() {
            "" => String::new(),
            adapter => format!(" adapter=\"{adapter}\""),
        }
    }
}

fn list<T>(text: &str, read: impl Fn(&str) -> Option<T>) -> Option<Vec<T>> {
    text.split(',').map(|word| read(word.trim())).collect()
}

fn size(word: &str) -> Option<Size> {
    let (width, height) = word.split_once('x')?;
    let side = |text: &str| text.parse().ok().filter(|side| *side > 0);
    Some((side(width)?, side(height)?))
}

fn part(word: &str) -> Option<Part> {
    PARTS
        .iter()
        .find(|(name, _)| *name == word)
        .map(|(_, part)| *part)
}

fn preset(word: &str) -> Option<Preset> {
    let all = [
        Preset::Fast,
        Preset::Balanced,
        Preset::Quality,
        Preset::Neural,
    ];
    all.into_iter().find(|preset| preset_name(*preset) == word)
}

/// As the property `preset` has it.
pub fn preset_name(preset: Preset) -> &'static str {
    match preset {
        Preset::Fast => "fast",
        Preset::Balanced => "balanced",
        Preset::Quality => "quality",
        Preset::Neural => "neural",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(words: &[&str]) -> Result<Options, String> {
        Options::parse(&words.iter().map(ToString::to_string).collect::<Vec<_>>())
    }

    #[test]
    fn values_follow_or_are_joined() {
        let options = parse(&["--sizes", "640x360,64x48", "--presets=fast", "--frames=7"]);
        let options = options.expect("options");
        assert_eq!(options.sizes, [(640, 360), (64, 48)]);
        assert_eq!(options.presets(), [Preset::Fast]);
        assert_eq!(options.stream_presets(), [Preset::Fast]);
        assert_eq!(options.frames, Some(7));
    }

    #[test]
    fn streams_have_a_rate_a_most_and_a_chain() {
        let usual = Options::default();
        assert_eq!((usual.rate, usual.streams, usual.seconds), (60, 64, 5));
        assert_eq!(usual.stream_presets(), [Preset::Balanced]);
        assert_eq!(usual.presets().len(), 3);
        let words = ["--parts=streams", "--rate", "25", "--streams=4"];
        let options = parse(&[&words[..], &["--chain", "identity sleep-time=1"]].concat());
        let options = options.expect("options");
        assert_eq!(options.parts, [Part::Streams]);
        assert_eq!((options.rate, options.streams), (25, 4));
        assert_eq!(options.chain.as_deref(), Some("identity sleep-time=1"));
    }

    #[test]
    fn two_files_are_compared() {
        let options = parse(&["--compare", "a.json", "b.json", "--html=c.html"]);
        let options = options.expect("options");
        assert_eq!(
            options.compare,
            Some(["a.json", "b.json"].map(PathBuf::from))
        );
        assert_eq!(options.html, Some("c.html".into()));
    }

    #[test]
    fn wrong_words_are_named() {
        for (words, named) in [
            (&["--size", "1x1"][..], "'--size'"),
            (&["--sizes", "1x0"], "'1x0'"),
            (&["--presets=slow"], "'slow'"),
            (&["--frames", "0"], "'0'"),
            (&["--streams=0"], "'0'"),
            (&["--rate=fast"], "'fast'"),
            (&["--parts=stream"], "'stream'"),
            (&["--json"], "--json"),
            (&["--compare", "a.json"], "--compare"),
        ] {
            assert!(parse(words).is_err_and(|text| text.contains(named)));
        }
    }
}
