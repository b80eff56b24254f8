//! A control page beside a running pipeline, and its figures for Prometheus. Started by `cargo xtask control`.
//!
//! * [`pipeline`]: the pipeline, our elements in it, and what its bus says
//! * [`thumbnail`]: pictures of a pad as JPEG, on demand
//! * [`properties`]: GObject's own description of the properties, and changes to them
//! * [`figures`]: statistics as JSON
//! * [`metrics`]: the same for Prometheus
//! * [`answers`]: what each address answers
//! * [`server`]: HTTP in front of that
//! * [`access`]: who may ask

mod access;
mod answers;
mod figures;
mod metrics;
mod options;
mod pipeline;
mod properties;
mod server;
#[cfg(test)]
mod tests;
mod thumbnail;

use std::process::ExitCode;
use std::sync::Arc;

use answers::Desk;
use options::Options;
use pipeline::Watched;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.is_empty() || arguments.iter().any(|word| word == "--help") {
        print!("{}", options::HELP);
        return ExitCode::SUCCESS;
    }
    match control(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}

fn control(arguments: &[String]) -> Result<(), String> {
    let options = Options::parse(arguments)?;
    gst::init().map_err(|error| format!("GStreamer does not start: {error}"))?;
    gstwgpu::plugin_register_static()
        .map_err(|error| format!("the plugin does not register: {error}"))?;
    let watched = Arc::new(Watched::launch(&options.line)?);
    let desk = Desk::new(&watched, options.access.clone());
    let address = server::serve(options.listen, desk)?;
    println!("http://{address}/ and http://{address}/metrics");
    watched.play()
}
