//! `cargo xtask warm`: compiles all kernels once, so that the first start of a system finds them on disk.

use std::process::Command;

use crate::command::{self, Failure, cargo, root};
use crate::packages;

/// Formats whose way into and out of the kernels differs, and a width that is no multiple of 16.
const FRAMES: [&str; 5] = [
    "format=I420,width=1280,height=720",
    "format=NV12,width=1280,height=720",
    "format=I420_10LE,width=1280,height=720",
    "format=P010_10LE,width=1280,height=720",
    "format=I420,width=854,height=480",
];

/// Elements with the settings that decide which kernels they need.
const FILTERS: [&str; 8] = [
    "wgpudenoise preset=fast",
    "wgpudenoise preset=balanced lookahead=1",
    "wgpudenoise preset=quality",
    "wgpudenoise preset=quality lookahead=1",
    "wgpudeartifact preset=fast",
    "wgpudeartifact preset=balanced",
    "wgpudeartifact preset=quality",
    "wgputone",
];

/// Builds the release plugin and runs each filter for a few frames on the adapter given, or on the one that
/// elements choose. What is compiled goes where `GSTWGPU_CACHE_DIR` says.
pub fn run(arguments: &[String], install: bool) -> Result<(), Failure> {
    let adapter = match arguments {
        [] => "auto",
        [adapter] => adapter,
        _ => return Err("warm takes one argument, the adapter".to_owned().into()),
    };
    packages::ensure(install)?;
    let root = root();
    command::run(
        cargo()
            .args(["build", "--release", "--lib"])
            .current_dir(&root),
    )?;
    for line in lines(adapter) {
        println!("{line}");
        let built = std::env::var_os("CARGO_TARGET_DIR")
            .map_or_else(|| root.join("target"), |path| root.join(path));
        command::run(
            Command::new("gst-launch-1.0")
                .arg("-q")
                .args(line.split_whitespace())
                .env("GST_PLUGIN_PATH", built.join("release")),
        )?;
    }
    Ok(())
}

/// A pipeline for each filter, and for each kind of frame.
fn lines(adapter: &str) -> Vec<String> {
    let source = |frame: &str| format!("videotestsrc num-buffers=4 ! video/x-raw,{frame}");
    let filter = |frame: &str, filter: &str| {
        format!("{} ! {filter} adapter={adapter} ! fakesink", source(frame))
    };
    let [usual, others @ ..] = FRAMES;
    let placed = |frame: &str| {
        format!(
            "{} ! wgputrackoverlay name=o adapter={adapter} points=100,100,500,100,500,400,100,400 ! \
             fakesink {} ! o.overlay_0",
            source(frame),
            source(usual)
        )
    };
    let filters = FILTERS.iter().map(|each| filter(usual, each));
    let frames = others.iter().map(|frame| filter(frame, FILTERS[0]));
    let placements = FRAMES.iter().map(|frame| placed(frame));
    filters.chain(frames).chain(placements).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_filter_and_each_kind_of_frame_is_run() {
        let all = lines("1");
        for filter in FILTERS {
            assert!(all.iter().any(|line| line.contains(filter)), "{filter}");
        }
        for frame in FRAMES {
            let with = |element: &str| {
                all.iter()
                    .any(|line| line.contains(frame) && line.contains(element))
            };
            assert!(with("wgpudenoise") && with("wgputrackoverlay"), "{frame}");
        }
        assert!(all.iter().all(|line| line.contains("adapter=1")));
    }
}
