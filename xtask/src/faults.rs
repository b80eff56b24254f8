//! `cargo xtask faults`: every fault of a driver, for every element, and what went out.

use crate::command::{Failure, cargo, root, run};

/// The test that prints the table.
const TEST: &str = "faults::table::every_fault_loses_one_frame_at_most";

/// Runs the test with all elements. It takes some minutes in software.
pub fn run_table() -> Result<(), Failure> {
    run(cargo()
        .args([
            "test",
            "--test",
            "all",
            TEST,
            "--",
            "--exact",
            "--nocapture",
        ])
        .env("GSTWGPU_TEST_FAULTS", "all")
        .current_dir(root()))
}
