//! What the user asked for, and whether it can be done.

use std::fs::OpenOptions;
use std::path::{Path, PathBuf};

/// The text of `--help`.
pub const HELP: &str = "\
Usage: cargo xtask demo [INPUT] [OUTPUT] [--elements \"ELEMENT ! ...\"]

INPUT     a file or URI that GStreamer can decode; without it a noisy clip is made
OUTPUT    the cleaned video: .mp4, .mov, .mkv or .webm (default: in this folder)
--elements  the elements between decoder and encoder (default: wgpudenoise)
";

/// Where the video comes from.
#[derive(Debug, PartialEq, Eq)]
pub enum Input {
    /// A file of the user's.
    File(PathBuf),
    /// Anything with a scheme, such as `https://…`.
    Uri(String),
    /// The clip that the demo makes itself, and where it is kept.
    Clip(PathBuf),
}

/// The command line.
#[derive(Debug, PartialEq, Eq)]
pub struct Options {
    /// What to clean.
    pub input: Input,
    /// The video file to write.
    pub output: PathBuf,
    /// The elements to run, as `gst-launch-1.0` takes them.
    pub elements: String,
}

impl Options {
    /// Reads the words of the command line.
    pub fn parse(arguments: &[String]) -> Result<Self, String> {
        let mut elements = "wgpudenoise".to_owned();
        let mut files = Vec::new();
        let mut words = arguments.iter();
        while let Some(word) = words.next() {
            if word == "--elements" {
                let value = words.next();
                elements.clone_from(value.ok_or("--elements needs a value, as \"wgpudenoise\"")?);
            } else if let Some(value) = word.strip_prefix("--elements=") {
                elements = value.to_owned();
            } else if word.starts_with("--") {
                return Err(format!("no option '{word}'; see --help"));
            } else {
                files.push(word.as_str());
            }
        }
        if files.len() > 2 {
            return Err(format!("'{}' is one file too many; see --help", files[2]));
        }
        let output = files.get(1).map(PathBuf::from);
        let (input, output) = places(files.first().copied(), output);
        Ok(Self {
            input,
            output,
            elements,
        })
    }

    /// The URI to decode.
    pub fn uri(&self) -> Result<String, String> {
        let path = match &self.input {
            Input::Uri(uri) => return Ok(uri.clone()),
            Input::File(path) | Input::Clip(path) => path,
        };
        let absolute = std::path::absolute(path).unwrap_or_else(|_| path.clone());
        gst::glib::filename_to_uri(&absolute, None)
            .map(Into::into)
            .map_err(|error| format!("INPUT '{}': {error}", path.display()))
    }

    /// The before/after picture, next to the video.
    pub fn picture(&self) -> PathBuf {
        self.output.with_extension("png")
    }

    /// Refuses what cannot work before any time is spent.
    pub fn check(&self) -> Result<(), String> {
        crate::containers::of(&self.output)?;
        if let Input::File(path) = &self.input {
            readable(path)?;
            let same = path.canonicalize().ok() == self.output.canonicalize().ok();
            if same {
                return Err(format!(
                    "OUTPUT '{}' is the INPUT; name another file",
                    self.output.display()
                ));
            }
        }
        writable(&self.output)?;
        writable(&self.picture())
    }
}

fn places(input: Option<&str>, output: Option<PathBuf>) -> (Input, PathBuf) {
    let Some(input) = input else {
        let folder = Path::new("wgpu-demo-noisy.mkv").to_path_buf();
        return (Input::Clip(folder), "wgpu-demo.mp4".into());
    };
    let stem = Path::new(input).file_stem().unwrap_or_default();
    let beside = format!("{}-wgpu.mp4", stem.to_string_lossy());
    let output = output.unwrap_or_else(|| beside.into());
    let input = match input.contains("://") {
        true => Input::Uri(input.to_owned()),
        false => Input::File(input.into()),
    };
    (input, output)
}

fn readable(path: &Path) -> Result<(), String> {
    let refuse = |why: &dyn std::fmt::Display| {
        format!(
            "INPUT '{}' cannot be read: {why}; name a video file",
            path.display()
        )
    };
    let file = std::fs::File::open(path).map_err(|error| refuse(&error))?;
    let data = file.metadata().map_err(|error| refuse(&error))?;
    match (data.is_file(), data.len()) {
        (true, 0) => Err(refuse(&"it is empty")),
        (false, _) if data.is_dir() => Err(refuse(&"it is a folder")),
        _ => Ok(()),
    }
}

/// Tries it, and leaves nothing behind.
fn writable(path: &Path) -> Result<(), String> {
    let existed = path.exists();
    let mut how = OpenOptions::new();
    how.write(true).create(true).truncate(false);
    how.open(path).map_err(|error| {
        format!(
            "OUTPUT '{}' cannot be written: {error}; name a file in a folder that exists and that you may write to",
            path.display()
        )
    })?;
    if !existed {
        let _ = std::fs::remove_file(path);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(words: &[&str]) -> Result<Options, String> {
        Options::parse(&words.iter().map(ToString::to_string).collect::<Vec<_>>())
    }

    #[test]
    fn nothing_given_means_a_made_clip() {
        let options = parse(&[]).expect("options");
        assert!(matches!(options.input, Input::Clip(_)));
        assert_eq!(options.elements, "wgpudenoise");
    }

    #[test]
    fn a_file_gets_an_output_of_its_name_here() {
        let options = parse(&["/films/a.b.mkv", "--elements", "identity"]).expect("options");
        assert_eq!(options.input, Input::File("/films/a.b.mkv".into()));
        assert_eq!(options.output, PathBuf::from("a.b-wgpu.mp4"));
        assert_eq!(options.picture(), PathBuf::from("a.b-wgpu.png"));
        assert_eq!(options.elements, "identity");
    }

    #[test]
    fn wrong_words_are_named() {
        assert!(parse(&["--loud"]).is_err_and(|text| text.contains("--loud")));
        assert!(parse(&["a", "b", "c"]).is_err_and(|text| text.contains("'c'")));
        assert!(parse(&["--elements"]).is_err());
    }

    #[test]
    fn a_missing_input_and_a_bad_output_are_refused() {
        let missing = parse(&["no-such-file.mp4", "/tmp/x.mp4"]).expect("options");
        assert!(
            missing
                .check()
                .is_err_and(|text| text.contains("no-such-file.mp4"))
        );
        let folder = parse(&[file!(), "/no-such-folder/x.mp4"]).expect("options");
        assert!(
            folder
                .check()
                .is_err_and(|text| text.contains("/no-such-folder/x."))
        );
        let kind = parse(&[file!(), "x.avi"]).expect("options");
        assert!(kind.check().is_err_and(|text| text.contains("mkv")));
    }
}
