//! `wgputrackoverlay`: its parts without GStreamer, and the element.

mod element;
mod known_rig;
mod picture;
pub mod placement;
mod placement_bounds;
mod placement_rig;
mod playout;
mod pose;
mod pose_set;
mod quad;
mod sight_rig;
mod source;
mod track_beginning;
mod track_equations;
mod track_file;
mod track_finishing;
mod track_fit;
mod track_hunting;
mod track_judging;
mod track_levels;
mod track_rig;
mod track_searching;
mod track_shutters;
mod tracker;
pub mod tracker_lost;
mod tracker_rig;
