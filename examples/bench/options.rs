//! The command line.

use crate::pictures::Size;
use gstwgpu::denoise::Preset;
use std::path::PathBuf;

/// The text of `--help`.
pub const HELP: &str = "\
Usage: cargo xtask bench [OPTIONS]

--adapter X        index or part of the name (default: the best GPU)
--sizes WxH,...    pictures to denoise (default: 640x360,1920x1080, and 3840x2160 on a GPU)
--presets P,...    fast, balanced, quality (default: all; quality also with lookahead=3)
--frames N         most frames to measure for each row (default: 200, or 1.5 s)
--parts P,...      denoiser, deartifact, tracker, placement, pipeline, start, peers (default: all)
--ffmpeg PATH      FFmpeg for `peers` (default: $FFMPEG, then the one of python3's
                   imageio-ffmpeg, then ffmpeg)
--json FILE        write all tables to FILE as well
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
    /// Time to the first frame.
    Start,
    /// FFmpeg's filters.
    Peers,
}

/// What was asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// As the property `adapter`.
    pub adapter: String,
    /// Empty for the default.
    pub sizes: Vec<Size>,
    /// Presets to measure.
    pub presets: Vec<Preset>,
    /// `None` for the default.
    pub frames: Option<usize>,
    /// Parts to run.
    pub parts: Vec<Part>,
    /// FFmpeg's program.
    pub ffmpeg: Option<PathBuf>,
    /// Where the JSON goes.
    pub json: Option<PathBuf>,
    /// Set in child processes: measure one start and print its milliseconds.
    pub first_frame: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            adapter: String::new(),
            sizes: Vec::new(),
            presets: vec![Preset::Fast, Preset::Balanced, Preset::Quality],
            frames: None,
            parts: vec![
                Part::Denoiser,
                Part::Deartifact,
                Part::Tracker,
                Part::Placement,
                Part::Pipeline,
                Part::Start,
                Part::Peers,
            ],
            ffmpeg: None,
            json: None,
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
            let (name, value) = match word.split_once('=') {
                Some((name, value)) => (name, Some(value.to_owned())),
                None => (word.as_str(), words.next().cloned()),
            };
            options.set(name, value)?;
        }
        Ok(options)
    }

    fn set(&mut self, name: &str, value: Option<String>) -> Result<(), String> {
        const NAMES: [&str; 7] = [
            "--adapter",
            "--sizes",
            "--presets",
            "--frames",
            "--parts",
            "--ffmpeg",
            "--json",
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
            "--frames" => {
                let frames = value.parse().ok().filter(|n| *n > 0);
                self.frames = Some(frames.ok_or_else(|| refuse("a number from 1 on"))?);
            }
            "--parts" => {
                self.parts = list(&value, part).ok_or_else(|| {
                    refuse("denoiser, deartifact, tracker, placement, pipeline, start or peers")
                })?;
            }
            "--ffmpeg" => self.ffmpeg = Some(value.into()),
            _ => self.json = Some(value.into()),
        }
        Ok(())
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
    Some(match word {
        "denoiser" => Part::Denoiser,
        "deartifact" => Part::Deartifact,
        "tracker" => Part::Tracker,
        "placement" => Part::Placement,
        "pipeline" => Part::Pipeline,
        "start" => Part::Start,
        "peers" => Part::Peers,
        _ => return None,
    })
}

fn preset(word: &str) -> Option<Preset> {
    let all = [Preset::Fast, Preset::Balanced, Preset::Quality];
    all.into_iter().find(|preset| preset_name(*preset) == word)
}

/// As the property `preset` has it.
pub fn preset_name(preset: Preset) -> &'static str {
    match preset {
        Preset::Fast => "fast",
        Preset::Balanced => "balanced",
        Preset::Quality => "quality",
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
        assert_eq!(options.presets, [Preset::Fast]);
        assert_eq!(options.frames, Some(7));
    }

    #[test]
    fn wrong_words_are_named() {
        for (words, named) in [
            (&["--size", "1x1"][..], "'--size'"),
            (&["--sizes", "1x0"], "'1x0'"),
            (&["--presets=slow"], "'slow'"),
            (&["--frames", "0"], "'0'"),
            (&["--json"], "--json"),
        ] {
            assert!(parse(words).is_err_and(|text| text.contains(named)));
        }
    }
}
