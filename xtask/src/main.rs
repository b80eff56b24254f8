//! The project's task runner: `cargo xtask help` lists the tasks.
//!
//! It uses the standard library only, so that it compiles on a machine that has no GStreamer yet
//! and can install what the other builds need.

mod command;
mod example;
mod faults;
mod package;
mod packages;
mod source;
mod test;
mod training_archive;
mod vulkan;
mod walls;
mod warm;

use command::Failure;
use std::process::ExitCode;

const HELP: &str = "\
Usage: cargo xtask TASK [ARGS]

Tasks:
  demo [INPUT] [OUTPUT] [--elements \"...\"] [--compare] [--place PICTURE [--points \"...\"]]
            clean a video and leave the video, a before/after picture and statistics;
            without INPUT a noisy test clip is made first; `demo --help` tells all
  test      format check, design rules, clippy, all tests
  rules     the design rules alone
  faults    what goes out of each element while calls of the driver fail, as a table
  soak [SECONDS] [--seed N] [PART ...]
            abuse the elements for SECONDS a part, and say what broke
  bench     measure speed; ARGS go to the benchmark
  control [--listen ADDRESS:PORT] [--token TOKEN] PIPELINE
            play a pipeline with a control page and Prometheus metrics beside it (docs/CONTROL.md)
  adapters  the GPUs of this machine, what of them matters, and which adapter=VALUE takes each
  package [--deb]
            build an installable archive under target/package, or a package for Debian and Ubuntu, which is
            installed into an empty root and looked at
  training-archive NETWORK PHOTOS [CLIPS]
            pack all that trains a network (denoise, repair) into one file under target/training-archive, from a
            folder of photos; PYTHON names an interpreter that has NumPy and Pillow; for repair, OpenCV and imageio-ffmpeg
  warm [ADAPTER]
            compile all kernels into the cache on disk, so that the first start is quick;
            GSTWGPU_CACHE_DIR says where it lies
  help      this text

Options of demo, test, bench, control, adapters, package and warm:
  --no-install   leave system packages alone, even when some are missing
";

fn main() -> ExitCode {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let task = if arguments.is_empty() {
        "help".to_owned()
    } else {
        arguments.remove(0)
    };
    match dispatch(&task, arguments) {
        Ok(()) => ExitCode::SUCCESS,
        // The child has already said what was wrong.
        Err(Failure::Child(code)) => ExitCode::from(code),
        Err(Failure::Message(message)) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(task: &str, mut arguments: Vec<String>) -> Result<(), Failure> {
    if matches!(task, "help" | "--help" | "-h") {
        print!("{HELP}");
        return Ok(());
    }
    if !matches!(
        task,
        "demo"
            | "test"
            | "rules"
            | "faults"
            | "soak"
            | "bench"
            | "control"
            | "adapters"
            | "package"
            | "training-archive"
            | "warm"
    ) {
        return Err(Failure::Message(format!(
            "no task '{task}'; tasks are demo, test, rules, faults, soak, bench, control, adapters, package, training-archive, warm, help"
        )));
    }
    let given = arguments.len();
    arguments.retain(|argument| argument != "--no-install");
    let install = arguments.len() == given;
    match task {
        "demo" | "bench" | "soak" | "control" | "adapters" => {
            example::run(task, &arguments, install)
        }
        "training-archive" => training_archive::run(&arguments),
        "warm" => warm::run(&arguments, install),
        "package" => package::run(&arguments, install),
        _ if !arguments.is_empty() => Err(Failure::Message(format!(
            "task '{task}' does not know '{}'",
            arguments.join(" ")
        ))),
        "rules" => test::design_rules(),
        "faults" => faults::run_table(),

        _ => test::all(install),
    }
}
