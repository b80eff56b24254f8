//! The command line.

use std::net::SocketAddr;

use crate::access::Access;

pub const HELP: &str = "\
Usage: cargo xtask control [--listen ADDRESS:PORT] [--token TOKEN] PIPELINE

Plays a pipeline as gst-launch-1.0 does, and serves beside it:
  /         a page with pictures before and after, all properties of our elements, plots, and marking of corners
  /metrics  figures for Prometheus

  --listen  where to listen; 127.0.0.1:8080 unless told otherwise. Port 0 takes a free one
  --token   whoever asks must know it; needed to listen beyond this machine
";

/// What was asked for.
#[derive(Debug)]
pub struct Options {
    /// Where to listen.
    pub listen: SocketAddr,
    /// Who may ask.
    pub access: Access,
    /// The pipeline.
    pub line: String,
}

impl Options {
    /// Reads the arguments.
    ///
    /// # Errors
    /// What is wrong with them.
    pub fn parse(arguments: &[String]) -> Result<Self, String> {
        let mut listen = SocketAddr::from(([127, 0, 0, 1], 8080));
        let mut token = None;
        let mut rest = arguments.iter();
        let mut words: Vec<&str> = Vec::new();
        while let Some(word) = rest.next() {
            match word.as_str() {
                "--listen" if words.is_empty() => {
                    let value = rest.next().ok_or("--listen needs ADDRESS:PORT")?;
                    let wrong = |_| format!("--listen is \"{value}\", which is no ADDRESS:PORT");
                    listen = value.parse().map_err(wrong)?;
                }
                "--token" if words.is_empty() => {
                    token = Some(rest.next().ok_or("--token needs a value")?.clone());
                }
                _ => words.push(word),
            }
        }
        if words.is_empty() {
            return Err("no pipeline; --help tells what to write".to_owned());
        }
        Ok(Self {
            listen,
            access: Access::new(listen, token)?,
            line: words.join(" "),
        })
    }
}
