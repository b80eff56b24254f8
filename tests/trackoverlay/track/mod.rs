//! The tracker: its kernels against their twins, and its accuracy.

mod beginning;
mod chain;
mod equations;
mod finishing;
mod fit;
mod flat;
mod hunting;
mod judging;
mod known_rig;
mod levels;
pub mod lost;
mod matting;
pub mod rig;
mod searching;
mod shutters;
mod sight_rig;
mod sizes;
mod tracker;
mod tracker_rig;
