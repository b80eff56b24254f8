//! The tracker: its kernels against their twins, and its accuracy.

mod beginning;
mod chain;
mod edges;
mod equations;
mod finishing;
mod fit;
mod flat;
mod hunting;
mod in_front;
mod judging;
mod known_rig;
mod levels;
pub mod lost;
mod masked;
mod matting;
mod matting_rig;
pub mod rig;
mod searching;
mod shutters;
mod sight_rig;
mod sizes;
mod stage;
mod tracker;
mod tracker_rig;
