//! `wgpucompare`.

mod element;
mod mix;
