//! `wgputone`.

pub mod element;
mod passes;
mod scenes;
mod stream;
