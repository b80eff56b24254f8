//! Measures how fast the elements are, beside other filters on the same machine.
//!
//! Started by `cargo xtask bench`. Times are medians and depend on what else the machine does;
//! nothing here passes or fails by time.

mod bandwidth;
mod clock;
mod device;
mod elements;
mod ffmpeg;
mod first_frame;
mod live;
mod options;
mod passes;
mod peers;
mod pictures;
mod pipeline;
mod placing;
mod report;
mod rival;
mod speed;
mod stopwatch;
mod streams;
mod tracking;
mod waves;
mod worker;

use clock::Effort;
use device::Ground;
use gstwgpu::gpu::{AdapterSelector, Gpu};
use options::{Options, Part};
use pictures::{Clip, Size};
use report::Report;
use std::process::ExitCode;
use std::time::{Duration, Instant};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments
        .iter()
        .any(|word| word == "--help" || word == "-h")
    {
        print!("{}", options::HELP);
        return ExitCode::SUCCESS;
    }
    match Options::parse(&arguments).and_then(|options| run(&options)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> Result<(), String> {
    if let Some(files) = &options.compare {
        return report::compare(options, files);
    }
    gst::init().map_err(|error| format!("GStreamer does not start: {error}"))?;
    gstwgpu::plugin_register_static()
        .map_err(|error| format!("the plugin does not register: {error}"))?;
    if options.first_frame {
        return first_frame::child(options);
    }
    let begin = Instant::now();
    let mut report = Report::default();
    Bench::new(options, &mut report)?.run(&mut report)?;
    println!("{:.0} s in all", begin.elapsed().as_secs_f64());
    report.write(options)
}

/// What all parts share.
struct Bench<'a> {
    options: &'a Options,
    ground: Ground,
    clip: Clip,
}

impl<'a> Bench<'a> {
    fn new(options: &'a Options, report: &mut Report) -> Result<Self, String> {
        let adapter = AdapterSelector::from(options.adapter.as_str());
        let gpu = Gpu::open(&adapter).map_err(|error| error.to_string())?;
        let effort = Effort {
            frames: options.frames.unwrap_or(200),
            limit: Duration::from_millis(1500),
        };
        let ground = Ground::new(gpu, effort)?;
        report.add([device::table(&ground)]);
        Ok(Self {
            options,
            ground,
            clip: Clip::new(),
        })
    }

    fn run(&self, report: &mut Report) -> Result<(), String> {
        for part in &self.options.parts {
            match part {
                Part::Denoiser => {
                    let variants = speed::denoisers(self.options.presets());
                    self.filter("Denoiser", &variants, report)?;
                }
                Part::Deartifact => {
                    let variants = speed::repairers(self.options.presets());
                    self.filter("Repairer of compression damage", &variants, report)?;
                }
                Part::Tracker => {
                    for size in self.sizes() {
                        report.add(tracking::tables(&self.ground, size)?);
                    }
                }
                Part::Placement => {
                    for size in self.sizes() {
                        report.add(placing::tables(&self.ground, size)?);
                    }
                }
                Part::Pipeline => {
                    let effort = self.ground.effort;
                    report.add([elements::table(self.options, &self.clip, effort)?]);
                    report.add([live::table(self.options, &self.clip, effort)?]);
                }
                Part::Streams => {
                    let is_software = self.ground.gpu.is_software();
                    streams::run(self.options, is_software, report)?;
                }
                Part::Start => report.add([first_frame::table(self.options)?]),
                Part::Peers => {
                    report.add([peers::table(&self.ground, self.options, &self.clip)?]);
                }
            }
        }
        Ok(())
    }

    fn filter(
        &self,
        what: &str,
        variants: &[worker::Variant],
        report: &mut Report,
    ) -> Result<(), String> {
        for size in self.sizes() {
            let ground = &self.ground;
            report.add(speed::tables(what, ground, &self.clip, size, variants)?);
        }
        Ok(())
    }

    fn sizes(&self) -> Vec<Size> {
        let usual = [(640, 360), (1920, 1080), (3840, 2160)];
        match (self.options.sizes.as_slice(), self.ground.gpu.is_software()) {
            // A minute for a few frames of 4K would tell nothing that 1080p does not.
            ([], true) => usual[..2].to_vec(),
            ([], false) => usual.to_vec(),
            (given, _) => given.to_vec(),
        }
    }
}
