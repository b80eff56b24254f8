//! A progress bar on a terminal, a line now and then elsewhere.

use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

const SOON: Duration = Duration::from_millis(500);

/// Shows frames, speed and remaining time.
pub struct Progress {
    start: Instant,
    /// When the first frame had come out: kernels are compiled before.
    first: Option<Instant>,
    /// Seconds left, as shown last: they never go up.
    left: u64,
    waiting: bool,
    shown: Option<Instant>,
    terminal: bool,
}

impl Progress {
    /// Starts the clock.
    pub fn new() -> Self {
        Self {
            start: Instant::now(),
            first: None,
            left: u64::MAX,
            waiting: false,
            shown: None,
            terminal: std::io::stderr().is_terminal(),
        }
    }

    /// Time since the first frame.
    pub fn elapsed(&self) -> Duration {
        self.first.unwrap_or(self.start).elapsed()
    }

    /// Shows how far the work is; `fraction` is `None` where the length is unknown.
    pub fn show(&mut self, frames: u64, fraction: Option<f64>) {
        let pause = Duration::from_millis(if self.terminal { 100 } else { 5000 });
        if frames == 0 {
            return self.wait();
        }
        let first = *self.first.get_or_insert_with(Instant::now);
        // Too soon to tell a speed.
        if first.elapsed() < SOON || self.shown.is_some_and(|shown| shown.elapsed() < pause) {
            return;
        }
        self.shown = Some(Instant::now());
        let elapsed = self.elapsed();
        let left = fraction.filter(|f| *f > 0.0).map(|f| remaining(f, elapsed));
        self.left = left.map_or(self.left, |left| left.min(self.left));
        let line = line(frames, fraction, elapsed, self.left);
        if self.terminal {
            eprint!("\r{line}\x1b[K");
        } else {
            eprintln!("{line}");
        }
        let _ = std::io::stderr().flush();
    }

    /// Says once what happens before the first frame.
    fn wait(&mut self) {
        if !self.waiting && self.elapsed() > Duration::from_secs(1) {
            self.waiting = true;
            eprintln!("compiling kernels for this machine");
        }
    }

    /// Leaves the line free for other text.
    pub fn finish(&self) {
        if self.terminal && self.shown.is_some() {
            eprint!("\r\x1b[K");
        }
    }
}

/// Seconds until the end, if the rest goes as fast as what is done.
fn remaining(fraction: f64, elapsed: Duration) -> u64 {
    (elapsed.as_secs_f64() * (1.0 / fraction - 1.0)).round() as u64
}

fn line(frames: u64, fraction: Option<f64>, elapsed: Duration, left: u64) -> String {
    const WIDTH: usize = 30;
    let seconds = elapsed.as_secs_f64().max(1e-3);
    let speed = frames as f64 / seconds;
    let Some(fraction) = fraction.filter(|fraction| *fraction > 0.0) else {
        return format!("{frames} frames, {speed:.1} fps");
    };
    let full = (fraction * WIDTH as f64).round() as usize;
    let bar = "#".repeat(full.min(WIDTH)) + &"-".repeat(WIDTH.saturating_sub(full));
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
    use super::{line, remaining};
    use std::time::Duration;

    #[test]
    fn half_way_shows_half_a_bar_and_the_time_left() {
        let elapsed = Duration::from_secs(70);
        let text = line(50, Some(0.5), elapsed, remaining(0.5, elapsed));
        assert!(text.starts_with("[###############---------------]  50%  50/100 frames"));
        assert!(text.ends_with("0.7 fps  1:10 left"));
    }

    #[test]
    fn an_unknown_length_still_shows_the_speed() {
        assert_eq!(
            line(50, None, Duration::from_secs(2), 0),
            "50 frames, 25.0 fps"
        );
    }
}
