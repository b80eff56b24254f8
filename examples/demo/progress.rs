//! A progress bar on a terminal, a line now and then elsewhere.

use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

/// Shows frames, speed and remaining time.
pub struct Progress {
    start: Instant,
    shown: Option<Instant>,
    terminal: bool,
}

impl Progress {
    /// Starts the clock.
    pub fn new() -> Self {
        Self {
            start: Instant::now(),
            shown: None,
            terminal: std::io::stderr().is_terminal(),
        }
    }

    /// Time since the start.
    pub fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }

    /// Shows how far the work is; `fraction` is `None` where the length is unknown.
    pub fn show(&mut self, frames: u64, fraction: Option<f64>) {
        let pause = Duration::from_millis(if self.terminal { 100 } else { 5000 });
        if frames == 0 || self.shown.is_some_and(|shown| shown.elapsed() < pause) {
            return;
        }
        self.shown = Some(Instant::now());
        let line = line(frames, fraction, self.elapsed());
        if self.terminal {
            eprint!("\r{line}\x1b[K");
        } else {
            eprintln!("{line}");
        }
        let _ = std::io::stderr().flush();
    }

    /// Leaves the line free for other text.
    pub fn finish(&self) {
        if self.terminal && self.shown.is_some() {
            eprint!("\r\x1b[K");
        }
    }
}

fn line(frames: u64, fraction: Option<f64>, elapsed: Duration) -> String {
    const WIDTH: usize = 30;
    let seconds = elapsed.as_secs_f64().max(1e-3);
    let speed = frames as f64 / seconds;
    let Some(fraction) = fraction.filter(|fraction| *fraction > 0.0) else {
        return format!("{frames} frames, {speed:.1} fps");
    };
    let full = (fraction * WIDTH as f64).round() as usize;
    let bar = "#".repeat(full.min(WIDTH)) + &"-".repeat(WIDTH.saturating_sub(full));
    let left = (seconds / fraction - seconds).round() as u64;
    let total = (frames as f64 / fraction).round();
    format!(
        "[{bar}] {:3.0}%  {frames}/{total} frames  {speed:.1} fps  {}:{:02} left",
        fraction * 100.0,
        left / 60,
        left % 60
    )
}

#[cfg(test)]
mod tests {
    use super::line;
    use std::time::Duration;

    #[test]
    fn half_way_shows_half_a_bar_and_the_time_left() {
        let text = line(50, Some(0.5), Duration::from_secs(70));
        assert!(text.starts_with("[###############---------------]  50%  50/100 frames"));
        assert!(text.ends_with("0.7 fps  1:10 left"));
    }

    #[test]
    fn an_unknown_length_still_shows_the_speed() {
        assert_eq!(
            line(50, None, Duration::from_secs(2)),
            "50 frames, 25.0 fps"
        );
    }
}
