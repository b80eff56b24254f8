//! FFmpeg's filters: which settings are tried, and how each is measured.

use crate::clock::median;
use crate::ffmpeg::{Ffmpeg, Filter, Filtered};
use crate::peers::Line;
use crate::pictures::{Clip, SCENE, bytes};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Runs of the best setting, fewer where they take too long.
const ROUNDS: usize = 3;
const LIMIT: Duration = Duration::from_secs(6);
/// Pictures on which settings are compared, and those for the time of quick filters.
const FEW: usize = 2;
const MANY: usize = 100;

/// A filter with settings to try.
#[derive(Debug)]
pub struct Rival {
    /// The filter's name.
    pub name: &'static str,
    settings: Vec<Filter>,
    /// Remembers pictures, and is quick: it is compared and timed on many.
    quick: bool,
}

/// Name of the filter that does on the processor what `nlmeans_vulkan` does.
pub const SAME_ON_PROCESSOR: &str = "nlmeans as on Vulkan";

/// Filters that run on the processor. The strengths suit noise of about the clip's, a standard
/// deviation of 10.
pub fn on_processor() -> Vec<Rival> {
    let rival = |name, quick, settings: &[&str]| Rival {
        name,
        quick,
        settings: settings.iter().map(|graph| filter(graph)).collect(),
    };
    vec![
        rival(
            "hqdn3d",
            true,
            &[
                "hqdn3d=18:18:10:10",
                "hqdn3d=25:25:8:8",
                "hqdn3d=12:12:8:8",
                "hqdn3d=8:8:6:6",
            ],
        ),
        rival(
            "nlmeans",
            false,
            &[
                "nlmeans=s=3:p=3:r=15",
                "nlmeans=s=4:p=3:r=15",
                "nlmeans=s=5:p=5:r=15",
            ],
        ),
        rival(
            SAME_ON_PROCESSOR,
            false,
            &[
                "nlmeans=s=2:p=3:r=5",
                "nlmeans=s=4:p=3:r=5",
                "nlmeans=s=6:p=3:r=5",
            ],
        ),
        rival(
            "fftdnoiz",
            false,
            &[
                "fftdnoiz=sigma=25:block=32:overlap=0.5:prev=1:next=1",
                "fftdnoiz=sigma=36:block=32:overlap=0.5:prev=1:next=1",
                "fftdnoiz=sigma=36:block=32:overlap=0.75:prev=1:next=1",
            ],
        ),
    ]
}

/// Non-local means on FFmpeg's Vulkan device of this number, with the patch and the search window
/// of [`SAME_ON_PROCESSOR`].
pub fn on_vulkan(device: usize) -> Rival {
    let device = format!("vulkan=vk:{device}");
    let before = ["-init_hw_device", &device, "-filter_hw_device", "vk"];
    let setting = |strength: &str| Filter {
        before: before.iter().map(ToString::to_string).collect(),
        graph: format!(
            "format=yuv420p,hwupload,nlmeans_vulkan=p=3:r=5:s={strength},hwdownload,format=yuv420p"
        ),
    };
    Rival {
        name: "nlmeans_vulkan",
        settings: ["2", "4", "6", "10"].map(setting).into(),
        quick: false,
    }
}

fn filter(graph: &str) -> Filter {
    Filter {
        before: Vec::new(),
        graph: graph.into(),
    }
}

impl Rival {
    /// Finds the best setting and measures it.
    pub fn measure(&self, ffmpeg: &Ffmpeg, files: &Files, clip: &Clip) -> Result<Line, String> {
        let best = self.best(ffmpeg, files, clip)?;
        let (file, count) = match self.quick {
            true => (&files.many, MANY),
            false => (&files.clip, clip.noisy.len()),
        };
        let between = (count - 1) as f64;
        let (mut wall, mut cpu, mut psnr) = (Vec::new(), Vec::new(), f64::NAN);
        let start = Instant::now();
        while wall.is_empty() || (wall.len() < ROUNDS && start.elapsed() < LIMIT) {
            let first = ffmpeg.run(&files.first, best)?;
            let all = ffmpeg.run(file, best)?;
            whole(&all, count)?;
            psnr = clip.psnr(split(&all));
            wall.push((all.wall - first.wall) / between);
            cpu.extend(
                all.cpu
                    .zip(first.cpu)
                    .map(|(all, first)| (all - first) / between),
            );
        }
        Ok(Line {
            rival: Some(self.name),
            name: shown(&best.graph),
            frames: count - 1,
            wall,
            cpu: Some(median(&cpu)),
            psnr,
        })
    }

    /// The setting with the best PSNR.
    fn best(&self, ffmpeg: &Ffmpeg, files: &Files, clip: &Clip) -> Result<&Filter, String> {
        let file = if self.quick { &files.clip } else { &files.few };
        let mut best = None;
        for setting in &self.settings {
            let psnr = clip.psnr(split(&ffmpeg.run(file, setting)?));
            if best.is_none_or(|(most, _)| psnr > most) {
                best = Some((psnr, setting));
            }
        }
        best.map(|(_, setting)| setting)
            .ok_or_else(|| "no setting to try".into())
    }
}

/// Without the steps to the device and back.
fn shown(graph: &str) -> String {
    let steps = graph.split(',');
    let own = |step: &&str| !step.starts_with("format=") && !step.starts_with("hw");
    steps.filter(own).collect::<Vec<_>>().join(",")
}

fn whole(filtered: &Filtered, count: usize) -> Result<(), String> {
    match split(filtered).count() {
        given if given == count => Ok(()),
        given => Err(format!("gave {given} pictures for {count}")),
    }
}

fn split(filtered: &Filtered) -> impl Iterator<Item = &[u8]> {
    filtered.pictures.chunks_exact(bytes(SCENE))
}

/// The noisy pictures as files, gone when dropped.
#[derive(Debug)]
pub struct Files {
    folder: PathBuf,
    first: PathBuf,
    few: PathBuf,
    clip: PathBuf,
    many: PathBuf,
}

impl Files {
    /// Writes them to the folder for temporary files.
    pub fn new(clip: &Clip) -> Result<Self, String> {
        let name = format!("gstwgpu-bench-{}-peers", std::process::id());
        let folder = std::env::temp_dir().join(name);
        let files = Self {
            first: folder.join("first.yuv"),
            few: folder.join("few.yuv"),
            clip: folder.join("clip.yuv"),
            many: folder.join("many.yuv"),
            folder,
        };
        let cycle = clip.cycle(SCENE);
        std::fs::create_dir_all(&files.folder)
            .and_then(|()| write(&files.first, &cycle, 1))
            .and_then(|()| write(&files.few, &cycle, FEW))
            .and_then(|()| write(&files.clip, &cycle, clip.noisy.len()))
            .and_then(|()| write(&files.many, &cycle, MANY))
            .map_err(|error| format!("cannot write {}: {error}", files.folder.display()))?;
        Ok(files)
    }
}

impl Drop for Files {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn write(file: &Path, cycle: &[Arc<[u8]>], count: usize) -> std::io::Result<()> {
    let pictures: Vec<&[u8]> = cycle.iter().cycle().take(count).map(|p| &p[..]).collect();
    std::fs::write(file, pictures.concat())
}
