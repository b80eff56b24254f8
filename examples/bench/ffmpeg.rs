//! Finding FFmpeg and running its filters on raw pictures.

use crate::clock::milliseconds;
use crate::options::Options;
use crate::pictures::SCENE;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Instant;

/// FFmpeg's program and version.
#[derive(Debug, Clone)]
pub struct Ffmpeg {
    program: PathBuf,
    /// The first words that it says of itself.
    pub version: String,
}

/// One run of a filter.
#[derive(Debug)]
pub struct Filtered {
    /// I420 pictures, one after another.
    pub pictures: Vec<u8>,
    /// Milliseconds of the process.
    pub wall: f64,
    /// Milliseconds of its processor time.
    pub cpu: Option<f64>,
}

impl Ffmpeg {
    /// The given one, else `$FFMPEG`, else python3's imageio-ffmpeg, else `ffmpeg`.
    ///
    /// # Errors
    /// Where a named one does not start. `Ok(None)` where none is named and none found.
    pub fn find(options: &Options) -> Result<Option<Self>, String> {
        let named = options.ffmpeg.clone();
        let named = named.or_else(|| std::env::var_os("FFMPEG").map(PathBuf::from));
        if let Some(program) = named {
            return match Self::try_start(&program) {
                Some(found) => Ok(Some(found)),
                None => Err(format!("FFmpeg '{}' does not start", program.display())),
            };
        }
        let others = bundled().into_iter().chain([PathBuf::from("ffmpeg")]);
        Ok(others
            .into_iter()
            .find_map(|program| Self::try_start(&program)))
    }

    fn try_start(program: &Path) -> Option<Self> {
        let output = Command::new(program).arg("-version").output().ok()?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let words: Vec<&str> = text.lines().next()?.split(' ').take(3).collect();
        output.status.success().then(|| Self {
            program: program.to_path_buf(),
            version: words.join(" "),
        })
    }

    /// Number of the Vulkan device of this name; an error tells what was found instead.
    pub fn vulkan_device(&self, name: &str) -> Result<usize, String> {
        let mut command = self.command();
        command.args(["-v", "verbose", "-init_hw_device", "vulkan=vk"]);
        command.args([
            "-f",
            "lavfi",
            "-i",
            "nullsrc",
            "-frames:v",
            "1",
            "-f",
            "null",
            "-",
        ]);
        let output = command.output().map_err(|error| error.to_string())?;
        let text = String::from_utf8_lossy(&output.stderr);
        device_of(&text, name).ok_or_else(|| {
            let reason = text.lines().find(|line| line.contains("ulkan"));
            format!(
                "its Vulkan does not list '{name}': {}",
                reason.unwrap_or("it was built without Vulkan").trim()
            )
        })
    }

    /// Runs a filter on a file of raw pictures, on one thread.
    pub fn run(&self, input: &Path, filter: &Filter) -> Result<Filtered, String> {
        let mut command = self.command();
        command.args([
            "-nostats",
            "-benchmark",
            "-threads",
            "1",
            "-filter_threads",
            "1",
        ]);
        command.args(&filter.before);
        let size = format!("{}x{}", SCENE.0, SCENE.1);
        command.args(["-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", &size, "-i"]);
        command.arg(input);
        command.args(["-vf", &filter.graph, "-fps_mode", "passthrough"]);
        command.args(["-f", "rawvideo", "-pix_fmt", "yuv420p", "-"]);
        let begin = Instant::now();
        let output = command.output().map_err(|error| error.to_string())?;
        let wall = milliseconds(begin.elapsed());
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        if !output.status.success() || output.stdout.is_empty() {
            return Err(reason(&output, &told));
        }
        Ok(Filtered {
            pictures: output.stdout,
            wall,
            cpu: cpu(&told),
        })
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.args(["-nostdin", "-hide_banner"]);
        command
    }
}

/// A filter and what its device needs.
#[derive(Debug, Clone)]
pub struct Filter {
    /// Arguments before the input.
    pub before: Vec<String>,
    /// The value of `-vf`.
    pub graph: String,
}

/// The static FFmpeg of the Python package `imageio-ffmpeg`, where it is installed.
fn bundled() -> Option<PathBuf> {
    let code = "import imageio_ffmpeg; print(imageio_ffmpeg.get_ffmpeg_exe())";
    let output = Command::new("python3").args(["-c", code]).output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout);
    output.status.success().then(|| text.trim().into())
}

fn device_of(text: &str, name: &str) -> Option<usize> {
    // As "[Vulkan @ 0x55]     0: llvmpipe (LLVM 15) (software) (0x0)".
    let lines = text.lines().filter_map(|line| line.split_once("] "));
    let mut devices = lines.filter_map(|(_, line)| line.trim().split_once(": "));
    devices.find_map(|(number, device)| match device.strip_prefix(name) {
        Some(rest) if rest.starts_with(" (") => number.parse().ok(),
        _ => None,
    })
}

/// Processor time from "bench: utime=0.039s stime=0.008s rtime=0.031s", in milliseconds.
fn cpu(text: &str) -> Option<f64> {
    let line = text
        .lines()
        .find_map(|line| line.split_once("bench: utime="))?
        .1;
    let (user, rest) = line.split_once("s stime=")?;
    let (system, _) = rest.split_once('s')?;
    let seconds = user.parse::<f64>().ok()? + system.parse::<f64>().ok()?;
    Some(seconds * 1e3)
}

/// What FFmpeg said of an error.
fn reason(output: &Output, told: &str) -> String {
    let signs = ["rror", "ailed", "nvalid", "No such", "not "];
    let telling = |line: &&str| signs.iter().any(|sign| line.contains(sign));
    let line = told.lines().find(telling).or_else(|| told.lines().last());
    format!("{}: {}", output.status, line.unwrap_or("no message").trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn devices_are_found_by_their_whole_name() {
        let text = "[Vulkan @ 0x5] GPU listing:\n\
                    [Vulkan @ 0x5]     0: NVIDIA H100 PCIe (discrete) (0x2331)\n\
                    [Vulkan @ 0x5]     1: llvmpipe (LLVM 15.0.6, 256 bits) (software) (0x0)\n";
        let name = "llvmpipe (LLVM 15.0.6, 256 bits)";
        assert_eq!(device_of(text, name), Some(1));
        assert_eq!(device_of(text, "NVIDIA H100"), None);
    }

    #[test]
    fn processor_time_is_user_and_system() {
        let text = "x\n[out] y\nbench: utime=0.250s stime=0.125s rtime=0.031s\nbench: maxrss=1KiB";
        assert_eq!(cpu(text), Some(375.0));
        assert_eq!(cpu("nothing"), None);
    }
}
