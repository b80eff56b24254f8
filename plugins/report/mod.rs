//! Reports as files of JSON lines, for programs that read them during and after a stream.
//!
//! * [`lines`]: named values, and their line
//! * [`file`]: a file of lines, whole at any time
//! * [`seconds`]: adds the figures of frames up to seconds

pub mod file;
pub mod lines;
pub mod seconds;
