//! The noise that was taken away, as a film-grain table for AV1 encoders.
//!
//! 1. [`sites`]: a few places of each picture are read back from the GPU, before and after denoising
//! 2. [`patch`], [`lags`], [`tally`]: what was taken away at the flat ones: its variance by luma, its correlation
//! 3. [`prediction`], [`template`], [`params`]: parameters with which a decoder makes the same
//! 4. [`segments`], [`table`], [`writer`]: a text file, written on a thread of its own

pub mod lags;
pub mod params;
pub mod patch;
pub mod prediction;
pub mod sample;
pub mod segments;
pub mod sites;
pub mod table;
pub mod tally;
pub mod template;
pub mod writer;
