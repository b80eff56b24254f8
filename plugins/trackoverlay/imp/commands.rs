//! What the operator has ordered and no frame has carried out yet.

use crate::trackoverlay::quad::Quad;

/// One order.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Command {
    /// The plane is here in the next frame; follow it from there.
    Arm(Quad),
    /// The plane that is followed is here in the next frame.
    Correct(Quad),
    /// Follow nothing any more.
    Release,
}

/// Orders in the sequence they were given.
#[derive(Debug, Default)]
pub struct Commands {
    next: Vec<Command>,
    /// Running times in nanoseconds.
    later: Vec<(u64, Quad)>,
    /// A quad is being followed.
    pub armed: bool,
}

impl Commands {
    /// For the next frame.
    pub fn push(&mut self, command: Command) {
        self.next.push(command);
    }

    /// For the first frame at this running time or after it.
    pub fn push_at(&mut self, running_time: u64, quad: Quad) {
        self.later.push((running_time, quad));
        self.later.sort_by_key(|(time, _)| *time);
    }

    /// True where no frame has to be looked at.
    pub fn is_idle(&self) -> bool {
        !self.armed && self.next.is_empty() && self.later.is_empty()
    }

    /// Takes the commands that are due at a frame. A frame without running time makes no timed command due.
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

    /// The quad that is to be followed from the next frame on.
    pub fn first_quad(&self) -> Option<Quad> {
        self.next.iter().rev().find_map(|command| match command {
            Command::Arm(quad) | Command::Correct(quad) => Some(*quad),
            Command::Release => None,
        })
    }

    /// Forgets all orders.
    pub fn clear(&mut self) {
        *self = Self::default();
    }
}
