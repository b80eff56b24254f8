//! What the user asked for, and whether it can be done.

use gst::prelude::*;
use std::fs::OpenOptions;
use std::path::{Path, PathBuf};

/// The text of `--help`.
pub const HELP: &str = "\
Usage: cargo xtask demo [INPUT] [OUTPUT] [--elements \"ELEMENT ! ...\"] [--compare]
                        [--place PICTURE [--points \"X,Y X,Y X,Y X,Y\"]]

INPUT     a file or URI that GStreamer can decode; without it a noisy clip is made
OUTPUT    the cleaned video: .mp4, .mov, .mkv or .webm (default: in this folder)
--elements  the elements between decoder and encoder (default: wgpudenoise, or none with --place)
--compare   leave a second video too, each frame before and after beside one another
--place     pin a PNG, JPEG or WebP to a plane of the video
--points    the plane's corners in the first frame, from its top-left one on; without them a window
            shows that frame: click the four corners, then press Enter
Sound, subtitles and chapters are copied where OUTPUT can hold them, and what it cannot is said.
";

/// Where the video comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// A file of the user's.
    File(PathBuf),
    /// Anything with a scheme, such as `https://…`.
    Uri(String),
    /// The clip that the demo makes itself, and where it is kept.
    Clip(PathBuf),
}

/// The command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// What to clean.
    pub input: Input,
    /// The video file to write.
    pub output: PathBuf,
    /// The elements to run, as `gst-launch-1.0` takes them.
    pub elements: String,
    /// Whether a video of before and after is wanted.
    pub compare: bool,
    /// A picture to pin to a plane.
    pub place: Option<PathBuf>,
    /// The plane's corners.
    pub points: Option<String>,
}

impl Options {
    /// Reads the words of the command line.
    pub fn parse(arguments: &[String]) -> Result<Self, String> {
        let (mut elements, mut place, mut points, mut compare) = (None, None, None, false);
        let mut files = Vec::new();
        let mut words = arguments.iter().map(String::as_str);
        while let Some(word) = words.next() {
            let (name, value) = match word.split_once('=') {
                Some((name, value)) if word.starts_with("--") => (name, Some(value)),
                _ => (word, None),
            };
            let mut value = |example: &str| {
                let value = value.or_else(|| words.next());
                let value = value.ok_or_else(|| format!("{name} needs a value, as {example}"))?;
                Ok::<_, String>(Some(value.to_owned()))
            };
            match name {
                "--elements" => elements = value("\"wgpudenoise\"")?,
                "--place" => place = value("advert.png")?,
                "--points" => points = value("\"412,180 868,204 860,520 405,488\"")?,
                "--compare" => compare = true,
                _ if word.starts_with("--") => {
                    return Err(format!("no option '{word}'; see --help"));
                }
                _ => files.push(word),
            }
        }
        if files.len() > 2 {
            return Err(format!("'{}' is one file too many; see --help", files[2]));
        }
        if points.is_some() && place.is_none() {
            return Err("--points says where; --place PICTURE says what".to_owned());
        }
        let usual = if place.is_some() { "" } else { "wgpudenoise" };
        let output = files.get(1).map(PathBuf::from);
        let (input, output) = places(files.first().copied(), output);
        Ok(Self {
            input,
            output,
            elements: elements.unwrap_or_else(|| usual.to_owned()),
            compare,
            place: place.map(PathBuf::from),
            points,
        })
    }

    /// All elements between decoder and encoder.
    pub fn parse_elements(&self) -> Result<gst::Bin, String> {
        let placement = self
            .place
            .as_ref()
            .map(|picture| crate::placement::line(picture, self.points.as_deref()));
        let parts = [Some(self.elements.clone()), placement];
        let parts: Vec<String> = parts
            .into_iter()
            .flatten()
            .filter(|p| !p.is_empty())
            .collect();
        let line = parts.join(" ! ");
        let bin = gst::parse::bin_from_description_with_name(&line, true, "elements")
            .map_err(|error| format!("{}: {error}", self.elements_named()))?;
        match (bin.static_pad("sink"), bin.static_pad("src")) {
            (Some(_), Some(_)) => Ok(bin),
            _ => Err(format!(
                "{}: needs one input and one output, as \"wgpudenoise\" has",
                self.elements_named()
            )),
        }
    }

    /// The input as error messages name it.
    pub fn named(&self) -> String {
        match &self.input {
            Input::File(path) | Input::Clip(path) => format!("INPUT '{}'", path.display()),
            Input::Uri(uri) => format!("INPUT '{uri}'"),
        }
    }

    /// The elements as error messages name them.
    pub fn elements_named(&self) -> String {
        match &self.place {
            Some(picture) => format!("--place '{}'", picture.display()),
            None => format!("--elements \"{}\"", self.elements),
        }
    }

    /// Whether the input is a file of this machine.
    pub fn is_file(&self) -> bool {
        !matches!(self.input, Input::Uri(_))
    }

    /// The video of before and after, if it is wanted.
    pub fn compare(&self) -> Option<PathBuf> {
        let stem = self.output.file_stem().unwrap_or_default();
        let extension = self.output.extension().unwrap_or_default();
        let name = format!(
            "{}-compare.{}",
            stem.to_string_lossy(),
            extension.to_string_lossy()
        );
        self.compare.then(|| self.output.with_file_name(name))
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
        if let Some(picture) = &self.place
            && !picture.is_file()
        {
            return Err(format!(
                "--place '{}' is no file; name a PNG, JPEG or WebP",
                picture.display()
            ));
        }
        self.compare().as_deref().map_or(Ok(()), writable)?;
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
        _ if crate::quicktime::lost_index(path) => Err(refuse(
            &"it was cut off: its index, which stands at its end, is missing",
        )),
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
        assert!(parse(&["--points", "1,2"]).is_err_and(|text| text.contains("--place")));
    }

    #[test]
    fn a_placement_runs_alone_unless_elements_are_named() {
        let options = parse(&["a.mp4", "--place", "b.png", "--compare"]).expect("options");
        assert_eq!(
            (options.elements.as_str(), options.points.as_deref()),
            ("", None)
        );
        assert_eq!(options.compare(), Some(PathBuf::from("a-wgpu-compare.mp4")));
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
