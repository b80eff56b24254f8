//! Cleans a video file through the plugin's elements and shows what they did.
//!
//! Leaves the cleaned video, a before/after picture and one line of statistics. Started by
//! `cargo xtask demo`.

mod capture;
mod clip;
mod containers;
mod font;
mod interrupt;
mod options;
mod picture;
mod pipeline;
mod placement;
mod progress;
mod quicktime;
mod report;
mod side_by_side;
mod source;
mod streams;
#[cfg(test)]
mod tests;
mod timestamps;
mod tracks;

use options::{Input, Options};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments
        .iter()
        .any(|word| word == "--help" || word == "-h")
    {
        print!("{}", options::HELP);
        return ExitCode::SUCCESS;
    }
    match demo(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}

fn demo(arguments: &[String]) -> Result<(), String> {
    let options = Options::parse(arguments)?;
    options.check()?;
    gst::init().map_err(|error| format!("GStreamer does not start: {error}"))?;
    gstwgpu::plugin_register_static()
        .map_err(|error| format!("the plugin does not register: {error}"))?;
    let videos = [Some(options.output.clone()), options.compare()];
    let new: Vec<PathBuf> = videos
        .into_iter()
        .flatten()
        .filter(|path| !path.exists())
        .collect();
    let outcome = clean(options);
    if outcome.is_err() {
        // Half a video file plays nowhere.
        for video in new {
            let _ = std::fs::remove_file(video);
        }
    }
    outcome
}

fn clean(mut options: Options) -> Result<(), String> {
    options.parse_elements()?;
    let scene = match &options.input {
        Input::Clip(path) => {
            eprintln!("making a noisy clip: {}", path.display());
            let scene = clip::Scene::new();
            clip::write(&scene, path)?;
            Some(scene)
        }
        _ => None,
    };
    if options.place.is_some() && options.points.is_none() {
        options.points = Some(placement::marked(&options, "autovideosink", &|_| ())?);
    }
    let done = pipeline::run(&options)?;
    let picture = options.picture();
    let pair = done.capture.pair();
    if let Some(pair) = &pair {
        picture::write(pair, &picture)?;
    }
    let gain = scene.zip(pair).and_then(|(scene, pair)| pair.gain(&scene));
    println!("{}", report::line(&options, &done, gain));
    for hint in report::advice(&done) {
        println!("{hint}");
    }
    println!("video:   {}", shown(&options.output));
    if let Some(compare) = options.compare() {
        println!("compare: {}", shown(&compare));
    }
    println!("picture: {}", shown(&picture));
    Ok(())
}

fn shown(path: &Path) -> String {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    absolute.display().to_string()
}
