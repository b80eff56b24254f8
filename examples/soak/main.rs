//! Abuses the elements as a long day does, and says what broke.
//!
//! Started by `cargo xtask soak`. Each part runs for some seconds; what is random follows from a seed that
//! is printed, so that a run can be repeated.

mod chance;
mod parts;
mod storm;
mod watch;

use std::process::ExitCode;
use std::time::{Duration, Instant};

use chance::Chance;
use parts::PARTS;

const HELP: &str = "\
Usage: cargo xtask soak [SECONDS] [--seed N] [PART ...]

Runs each PART for SECONDS (20 if not given); all parts if none is named.
";

/// What a part had to say.
#[derive(Debug, Default)]
pub struct Outcome {
    /// What it did, counted.
    pub done: u64,
    /// What should not have happened.
    pub faults: Vec<String>,
}

struct Options {
    seconds: u64,
    seed: u64,
    parts: Vec<String>,
}

fn options() -> Result<Options, String> {
    let mut options = Options {
        seconds: 20,
        seed: 1,
        parts: Vec::new(),
    };
    let mut arguments = std::env::args().skip(1);
    while let Some(word) = arguments.next() {
        let number = |text: &str| {
            text.parse()
                .map_err(|_| format!("'{text}' is no whole number\n\n{HELP}"))
        };
        match word.as_str() {
            "--seed" => options.seed = number(&arguments.next().unwrap_or_default())?,
            name if PARTS.iter().any(|part| part.name == name) => options.parts.push(word),
            _ => options.seconds = number(&word)?,
        }
    }
    Ok(options)
}

fn main() -> ExitCode {
    let options = match options() {
        Ok(options) => options,
        Err(message) => {
            eprintln!("error: {message}");
            return ExitCode::FAILURE;
        }
    };
    if let Err(error) = gst::init().and_then(|()| {
        gstwgpu::plugin_register_static()
            .map_err(|error| glib::Error::new(gst::CoreError::Failed, &error.to_string()))
    }) {
        eprintln!("error: GStreamer does not start: {error}");
        return ExitCode::FAILURE;
    }
    match soak(&options) {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    }
}

/// Runs the parts, and prints a line for each. True if nothing broke.
fn soak(options: &Options) -> bool {
    println!("seed {}, {} s a part", options.seed, options.seconds);
    println!("| part | what | done | memory before and after, MiB | faults |");
    println!("|---|---|---|---|---|");
    let mut is_sound = true;
    for part in PARTS {
        if !options.parts.is_empty() && !options.parts.iter().any(|name| name == part.name) {
            continue;
        }
        let mut chance = Chance::new(options.seed);
        let end = Instant::now() + Duration::from_secs(options.seconds);
        let before = watch::resident();
        let outcome = (part.run)(&mut chance, end);
        let after = watch::resident();
        println!(
            "| {} | {} | {} | {before:.0}, {after:.0} | {} |",
            part.name,
            part.what,
            outcome.done,
            outcome.faults.len()
        );
        for fault in &outcome.faults {
            println!("    {fault}");
        }
        is_sound &= outcome.faults.is_empty();
    }
    is_sound
}
