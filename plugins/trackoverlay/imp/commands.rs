//! The user's commands that no frame has carried out yet.

use crate::trackoverlay::quad::Quad;

/// A command.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Command {
    /// Track this quad, which is right in the next frame.
    Arm(Quad),
    /// Correct the tracked quad: it is here in the next frame.
    Correct(Quad),
    /// Stop tracking.
    Release,
}

/// Commands in the order they were given.
#[derive(Debug, Default)]
pub struct Commands {
    next: Vec<Command>,
    /// Quads to arm later, with running times in nanoseconds.
    later: Vec<(u64, Quad)>,
    /// A quad is being tracked.
    pub armed: bool,
}

impl Commands {
    /// Adds a command for the next frame.
    pub fn push(&mut self, command: Command) {
        self.next.push(command);
    }

    /// Arms a quad at the first frame with this running time or a later one.
    pub fn push_at(&mut self, running_time: u64, quad: Quad) {
        self.later.push((running_time, quad));
        self.later.sort_by_key(|(time, _)| *time);
    }

    /// True if nothing is tracked and no command waits.
    pub fn is_idle(&self) -> bool {
        !self.armed && self.next.is_empty() && self.later.is_empty()
    }

    /// Takes the commands that are due at a frame. Commands with a time need a frame with a running time.
    pub fn due(&mut self, running_time: Option<u64>) -> Vec<Command> {
        let mut due = std::mem::take(&mut self.next);
        let is_due = |(time, _): &(u64, Quad)| running_time.is_some_and(|now| *time <= now);
        let count = self.later.iter().take_while(|later| is_due(later)).count();
        due.extend(
            self.later
                .drain(..count)
                .map(|(_, quad)| Command::Arm(quad)),
        );
        for command in &due {
            self.armed = !matches!(command, Command::Release);
        }
        due
    }

    /// The quad that will be tracked from the next frame on.
    pub fn first_quad(&self) -> Option<Quad> {
        self.next.iter().rev().find_map(|command| match command {
            Command::Arm(quad) | Command::Correct(quad) => Some(*quad),
            Command::Release => None,
        })
    }

    /// Orders to follow a plane anew from where it was seen last, unless there is an order already.
    pub fn take_up_again(&mut self, last: Option<Quad>) {
        self.armed = false;
        if let (Some(quad), None) = (last, self.first_quad()) {
            self.push(Command::Arm(quad));
        }
    }

    /// Drops all commands.
    pub fn clear(&mut self) {
        *self = Self::default();
    }
}
