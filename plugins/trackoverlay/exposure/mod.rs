//! The exposure report: how long, how large and how well each placement was seen.
//!
//! * [`measure`]: the pass that measures on the GPU what one frame shows of the placement
//! * [`meter`]: records it for each frame, and has the results in order without waiting
//! * [`view`]: what a frame shows, from these results
//! * [`ledger`]: adds frames up to appearances, and appearances to a total
//! * [`lines`]: their fields

pub mod ledger;
pub mod lines;
pub mod measure;
pub mod meter;
pub mod view;
