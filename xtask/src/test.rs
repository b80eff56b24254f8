//! `cargo xtask test`: everything that must hold before a change lands.

use crate::command::{Failure, capture, cargo, exists, in_ci, root, run};
use crate::{packages, vulkan, walls};
use std::process::Command;
use std::time::Instant;

/// Runs all checks, the quick ones first, and stops at the first that fails.
pub fn all(install: bool) -> Result<(), Failure> {
    step("system packages", || packages::ensure_for_tests(install))?;
    step("rust components", || components(install))?;
    step("vulkan device", vulkan::check)?;
    step("format", || check(&["fmt", "--all", "--check"]))?;
    step("design rules", design_rules)?;
    step("clippy", || {
        check(&[
            "clippy",
            "--workspace",
            "--all-targets",
            "--",
            "-D",
            "warnings",
        ])
    })?;
    step("documentation tests", || check(&["test", "--doc"]))?;
    // Last, so that the runner's own summary is what a reader sees at the end.
    announce("tests");
    tests()
}

fn tests() -> Result<(), Failure> {
    // Once more, next to the results it puts in doubt.
    vulkan::check()?;
    let everything = ["--workspace", "--all-targets"];
    if !exists("cargo-nextest") {
        return check(&[&["test", "--no-fail-fast"], &everything[..]].concat());
    }
    let profile = if in_ci() { "ci" } else { "default" };
    let runner = ["nextest", "run", "--profile", profile];
    check(&[&runner[..], &everything[..]].concat())
}

fn check(arguments: &[&str]) -> Result<(), Failure> {
    run(cargo().args(arguments).current_dir(root()))
}

fn components(install: bool) -> Result<(), Failure> {
    for (component, program) in [("rustfmt", "fmt"), ("clippy", "clippy")] {
        if capture(cargo().args([program, "--version"])).is_some() {
            continue;
        }
        let advice = format!("install it with `rustup component add {component}`");
        if !install || !exists("rustup") {
            return Err(Failure::Message(format!(
                "{component} is missing; {advice}"
            )));
        }
        run(Command::new("rustup").args(["component", "add", component]))?;
    }
    Ok(())
}

/// The rules that no compiler knows.
pub fn design_rules() -> Result<(), Failure> {
    let broken = walls::check(&root())?;
    for breach in &broken {
        eprintln!("{breach}");
    }
    match broken.len() {
        0 => Ok(()),
        count => Err(Failure::Message(format!("{count} breaches of the design"))),
    }
}

fn step(name: &str, work: impl FnOnce() -> Result<(), Failure>) -> Result<(), Failure> {
    announce(name);
    let start = Instant::now();
    let result = work();
    if in_ci() {
        eprintln!("[{name}: {:.1} s]", start.elapsed().as_secs_f64());
    }
    result
}

fn announce(name: &str) {
    if in_ci() {
        eprintln!("== {name}");
    }
}
