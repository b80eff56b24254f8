//! `cargo xtask demo` and `cargo xtask bench`: programs that link the plugin live in `examples/`.

use std::env;
use std::process::Command;
use std::thread::available_parallelism;

use crate::command::{Failure, cargo, root};
use crate::packages;

/// How many threads Mesa's software device takes.
const SOFTWARE_THREADS: &str = "LP_NUM_THREADS";

/// Installs, builds and runs an example; `arguments` go to it as they are.
pub fn run(name: &str, arguments: &[String], install: bool) -> Result<(), Failure> {
    packages::ensure(install)?;
    // The working folder stays the user's, so that relative paths mean what they say.
    let mut example = cargo();
    example
        .env(SOFTWARE_THREADS, software_threads())
        .args(["run", "--release"])
        .args(target(name))
        .arg("--manifest-path")
        .arg(root().join("Cargo.toml"))
        .arg("--")
        .args(arguments);
    replace(&mut example)
}

/// What cargo calls an example. The control page is a package of its own, for a web server is none of the plugin's
/// dependencies.
fn target(name: &str) -> [&str; 2] {
    match name {
        "control" => ["--package", "wgpu-control"],
        _ => ["--example", name],
    }
}

/// Runs a program in the place of this one, as far as the system can: Ctrl-C is for it alone.
#[cfg(unix)]
fn replace(command: &mut Command) -> Result<(), Failure> {
    use std::os::unix::process::CommandExt;
    let error = command.exec();
    Err(Failure::Message(format!("cannot start cargo: {error}")))
}

#[cfg(not(unix))]
fn replace(command: &mut Command) -> Result<(), Failure> {
    crate::command::run(command)
}

/// Twice as many as cores, unless the environment says otherwise. With as many as cores, the scheduler
/// of Linux leaves them all on one core for whole runs of short passes.
fn software_threads() -> String {
    let cores = available_parallelism().map_or(1, usize::from);
    env::var(SOFTWARE_THREADS).unwrap_or_else(|_| (2 * cores).to_string())
}
