//! The programs of `examples/programs` are built and run as their page prints it, with sinks in the place of windows.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::commands::play;
use super::{blocks, file, files, pages, read};
use crate::video::init;

/// What each prints when it has done what it is for.
const PRINTED: [(&str, &[&str]); 8] = [
    ("settings.c", &["18 frames, noise of "]),
    ("place.c", &["frame 0: tracking"]),
    ("place.py", &["idle -> tracking", "corrected: True"]),
    ("two_streams.rs", &["tracking", "18 frames tracked"]),
    ("bit_rate.py", &["eos 18 frames at ", " kbit/s"]),
    ("numpy_frames.py", &["error 9.", "before, "]),
    ("video_filter.py", &["eos 18 frames"]),
    ("ges_effect.py", &["eos strength 0.7"]),
];
/// What Python must have.
const IMPORTS: &str = "import gi, numpy\n\
    for name in 'Gst', 'GstApp', 'GES': gi.require_version(name, '1.0')";

fn sources() -> Vec<PathBuf> {
    let mut all = files(&file("examples/programs"), "");
    all.retain(|path| path.is_file());
    all
}

fn name(path: &Path) -> String {
    path.file_name().unwrap().to_string_lossy().into_owned()
}

/// An interpreter that has what the programs import: that of a virtual environment may not.
fn python() -> &'static str {
    let has_all = |python: &&str| {
        let run = Command::new(python).args(["-c", IMPORTS]).output();
        run.is_ok_and(|output| output.status.success())
    };
    let found = ["python3", "/usr/bin/python3"].into_iter().find(has_all);
    found.expect(
        "no python3 with GStreamer, Editing Services and NumPy; `cargo xtask test` installs them, or on Debian: \
         apt install python3-gi python3-numpy gir1.2-gst-plugins-base-1.0 gir1.2-ges-1.0",
    )
}

/// A folder with the programs, the videos that they read, and the plugin.
struct Desk(PathBuf);

impl Desk {
    fn new() -> Self {
        let folder = std::env::temp_dir().join(format!("gstwgpu-programs-{}", std::process::id()));
        std::fs::create_dir_all(folder.join("plugins")).unwrap();
        for source in sources() {
            let text = read(&source).replace("autovideosink", "fakesink");
            std::fs::write(folder.join(name(&source)), text).unwrap();
        }
        let place = folder.display();
        // Texture to track, for the two seconds after which a program arms, and one more.
        let clip = format!(
            "videotestsrc num-buffers=18 pattern=checkers-8 ! \
             video/x-raw,format=I420,width=960,height=540,framerate=6/1 ! x264enc speed-preset=ultrafast ! \
             mp4mux ! filesink location={place}/in.mp4"
        );
        let picture =
            format!("videotestsrc num-buffers=1 ! pngenc ! filesink location={place}/advert.png");
        for line in [clip, picture] {
            play(&line.split_whitespace().collect::<Vec<_>>());
        }
        let desk = Self(folder);
        desk.place_plugin();
        desk
    }

    /// The library that was built for this test, in a folder of its own.
    fn place_plugin(&self) {
        let (prefix, suffix) = (std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX);
        let library = format!("{prefix}gstwgpu{suffix}");
        let built = beside_this_test(&library);
        std::fs::hard_link(&built, self.0.join("plugins").join(&library))
            .or_else(|_| std::fs::copy(&built, self.0.join("plugins").join(&library)).map(|_| ()))
            .unwrap();
        // With what GStreamer knows of its other plugins, it looks only at ours.
        let known = std::env::var("HOME").map(|home| {
            let arch = std::env::consts::ARCH;
            PathBuf::from(home).join(format!(".cache/gstreamer-1.0/registry.{arch}.bin"))
        });
        if let Ok(known) = known {
            let _ = std::fs::copy(known, self.0.join("registry"));
        }
    }

    fn run(&self, line: &str) -> String {
        let output = Command::new("sh")
            .args(["-c", line])
            .current_dir(&self.0)
            .env("GST_PLUGIN_PATH", self.0.join("plugins"))
            .env("GST_REGISTRY", self.0.join("registry"))
            .output()
            .unwrap();
        let (text, errors) = (&output.stdout, &output.stderr);
        let (text, errors) = (
            String::from_utf8_lossy(text),
            String::from_utf8_lossy(errors),
        );
        assert!(output.status.success(), "{line}: {text}{errors}");
        assert!(!errors.contains("CRITICAL"), "{line}: {errors}");
        text.into_owned()
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A file of the same build.
fn beside_this_test(name: &str) -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let path = test.parent().unwrap().join(name);
    assert!(path.is_file(), "{} is not built", path.display());
    path
}

/// The program in Rust, built now if it is not: tests come without examples.
fn built(example: &str) -> PathBuf {
    let mut cargo = Command::new(env!("CARGO"));
    cargo
        .args(["build", "--quiet", "--example", example])
        .current_dir(env!("CARGO_MANIFEST_DIR"));
    assert!(cargo.status().unwrap().success());
    beside_this_test(&format!("../examples/{example}"))
}

/// The line with what a test has: this build of Rust, and a Python that has all.
fn replaced(line: &str) -> String {
    let line = line.replace("python3 ", &format!("{} ", python()));
    match line.strip_prefix("cargo run --example ") {
        Some(example) => built(example).display().to_string(),
        None => line,
    }
}

#[test]
fn programs_run_as_printed() {
    init();
    for (program, package) in [("cc", "gcc"), ("pkg-config", "pkg-config")] {
        let found = Command::new(program).arg("--version").output();
        assert!(
            found.is_ok(),
            "no {program}: install {package}, or run `cargo xtask test`"
        );
    }
    let page = read(&file("docs/PROGRAMS.md"));
    let desk = Desk::new();
    for source in sources() {
        let name = name(&source);
        let stem = name.split('.').next().unwrap().to_owned();
        let block = blocks(&page, "sh").concat();
        let rust = format!("--example {stem}");
        let line = block
            .lines()
            .find(|line| line.contains(&name) || line.ends_with(&rust));
        let line = line.unwrap_or_else(|| panic!("docs/PROGRAMS.md does not run {name}"));
        let text = desk.run(&replaced(line));
        let wanted = PRINTED.iter().find(|(of, _)| *of == name);
        for words in wanted
            .unwrap_or_else(|| panic!("what does {name} print?"))
            .1
        {
            assert!(text.contains(words), "{name} prints {text}");
        }
    }
}

#[test]
fn programs_in_pages_are_these_files() {
    let files: Vec<String> = sources().iter().map(|path| read(path)).collect();
    let mut count = 0;
    for page in pages() {
        let text = read(&page);
        let programs = ["c", "python", "rust"]
            .map(|language| blocks(&text, language))
            .concat();
        for program in programs {
            let whole = ["import gi", "\nmain (", "fn main("]
                .iter()
                .any(|word| program.contains(word));
            if whole {
                assert!(files.contains(&program), "{}: {program}", page.display());
                count += 1;
            }
        }
    }
    assert!(count >= 2, "only {count} programs found");
}
