//! `cargo xtask demo` and `cargo xtask bench`: programs that link the plugin live in `examples/`.

use crate::command::{self, Failure, cargo, root};
use crate::packages;

/// Installs, builds and runs an example; `arguments` go to it as they are.
pub fn run(name: &str, arguments: &[String], install: bool) -> Result<(), Failure> {
    packages::ensure(install)?;
    // The working folder stays the user's, so that relative paths mean what they say.
    command::run(
        cargo()
            .args(["run", "--release", "--example", name])
            .arg("--manifest-path")
            .arg(root().join("Cargo.toml"))
            .arg("--")
            .args(arguments),
    )
}
