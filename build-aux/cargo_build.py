#!/usr/bin/env python3
"""Builds the plugin with cargo, for meson.

Copies the library to where meson expects it and writes a dependency file, so that a change of any
source or shader builds again.
"""

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cargo", required=True)
    parser.add_argument("--source", type=Path, required=True)
    parser.add_argument("--target-dir", type=Path, required=True)
    parser.add_argument("--profile", choices=["debug", "release"], required=True)
    parser.add_argument("--test", action="store_true", help="run the tests instead")
    parser.add_argument("--output", type=Path)
    parser.add_argument("--depfile", type=Path)
    return parser.parse_args()


def cargo(options):
    manifest = str(options.source / "Cargo.toml")
    what = ["test", "--no-fail-fast", "--lib", "--tests"] if options.test else ["build", "--lib"]
    command = [options.cargo, *what, "--manifest-path", manifest]
    command += ["--target-dir", str(options.target_dir)]
    if options.profile == "release":
        command.append("--release")
    # Distributions build with vendored sources and no network.
    command += os.environ.get("CARGO_BUILD_ARGS", "").split()
    return subprocess.run(command, check=False).returncode


def copy_result(options):
    built = options.target_dir / options.profile / options.output.name
    shutil.copy2(built, options.output)
    inputs = built.with_suffix(".d").read_text().split(": ", 1)[1]
    options.depfile.write_text(f"{options.output.name}: {inputs}")


def main():
    options = parse_arguments()
    status = cargo(options)
    if status == 0 and not options.test:
        copy_result(options)
    return status


if __name__ == "__main__":
    sys.exit(main())
