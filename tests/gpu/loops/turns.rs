//! How often a loop runs: from where its variable begins, how it goes on, and where it ends.

use naga::{BinaryOperator, Block, Expression, Function, Handle, LocalVariable, Statement};

use super::values::{is_local, local};
use super::{Bound, Frame, Loops};

/// How a loop variable goes on.
#[derive(Debug, Clone, Copy)]
struct Progress {
    operator: BinaryOperator,
    by: f64,
}

impl<'a> Loops<'a> {
    /// How often a loop runs at most.
    pub(super) fn turns(
        &self,
        (body, continuing, break_if): (&Block, &Block, Option<Handle<Expression>>),
        earlier: &[&Statement],
        frame: Frame<'a>,
    ) -> Bound {
        let ends = break_if.map(|end| (end, false));
        let conditions = ends.into_iter().chain(breaks(body));
        conditions
            .flat_map(|(condition, goes_on)| self.limits(condition, goes_on, frame))
            .filter_map(|(variable, limit)| {
                let progress = progress(continuing, variable, frame.function)
                    .or_else(|| progress(body, variable, frame.function))?;
                let step = self.value(progress.1, frame)?;
                let start = self.start(variable, earlier, frame);
                count(
                    Progress {
                        operator: progress.0,
                        by: step,
                    },
                    start,
                    limit,
                )
            })
            .fold(None, |least: Bound, turns| {
                Some(least.map_or(turns, |least| least.min(turns)))
            })
    }

    /// Local variables that a condition compares, and with what at most.
    fn limits(
        &self,
        condition: Handle<Expression>,
        goes_on: bool,
        frame: Frame<'a>,
    ) -> Vec<(Handle<LocalVariable>, Bound)> {
        let Expression::Binary { op, left, right } = frame.function.expressions[condition] else {
            return Vec::new();
        };
        match op {
            BinaryOperator::LogicalAnd if goes_on => {
                let mut both = self.limits(left, goes_on, frame);
                both.extend(self.limits(right, goes_on, frame));
                both
            }
            BinaryOperator::LogicalOr if !goes_on => {
                let mut both = self.limits(left, goes_on, frame);
                both.extend(self.limits(right, goes_on, frame));
                both
            }
            _ => match local(left, frame.function) {
                Some(variable) => {
                    let limit = self.value(right, frame);
                    let includes = match goes_on {
                        true => op == BinaryOperator::LessEqual,
                        false => op == BinaryOperator::Greater,
                    };
                    vec![(variable, limit.map(|l| if includes { l + 1.0 } else { l }))]
                }
                None => Vec::new(),
            },
        }
    }

    /// What a loop variable begins with, as far as known.
    fn start(
        &self,
        variable: Handle<LocalVariable>,
        earlier: &[&Statement],
        frame: Frame<'a>,
    ) -> Bound {
        let stored = earlier.iter().rev().find_map(|statement| match statement {
            Statement::Store { pointer, value } => {
                is_local(*pointer, variable, frame.function).then_some(*value)
            }
            _ => None,
        });
        match stored.or(frame.function.local_variables[variable].init) {
            Some(value) => self.value(value, frame),
            None => Some(0.0),
        }
    }
}

/// Conditions by which a body leaves its loop, and whether it goes on where they hold.
fn breaks(body: &Block) -> Vec<(Handle<Expression>, bool)> {
    let leaves = |block: &Block| matches!(block.last(), Some(Statement::Break));
    let mut found = Vec::new();
    for statement in body {
        match statement {
            Statement::If {
                condition,
                accept,
                reject,
            } => {
                if leaves(accept) {
                    found.push((*condition, false));
                }
                if leaves(reject) {
                    found.push((*condition, true));
                }
            }
            Statement::Block(inner) => found.extend(breaks(inner)),
            _ => {}
        }
    }
    found
}

/// How a block moves a variable on: by which operation and by what.
fn progress(
    block: &Block,
    variable: Handle<LocalVariable>,
    function: &Function,
) -> Option<(BinaryOperator, Handle<Expression>)> {
    block.iter().find_map(|statement| match statement {
        Statement::Store { pointer, value } => {
            if !is_local(*pointer, variable, function) {
                return None;
            }
            match function.expressions[*value] {
                Expression::Binary { op, left, right } => {
                    (local(left, function) == Some(variable)).then_some((op, right))
                }
                _ => None,
            }
        }
        Statement::Block(inner) => progress(inner, variable, function),
        _ => None,
    })
}

/// Turns from a start to a limit. Where the start is not known, upwards from 0.
fn count(progress: Progress, start: Bound, limit: Bound) -> Bound {
    let Progress { operator, by } = progress;
    match operator {
        BinaryOperator::Add if by > 0.0 => {
            Some(((limit? - start.unwrap_or(0.0)) / by).ceil().max(0.0))
        }
        BinaryOperator::Subtract if by > 0.0 => Some((start? / by).ceil() + 1.0),
        BinaryOperator::Divide if by > 1.0 => Some(start?.log(by).floor() + 1.0),
        BinaryOperator::ShiftRight if by > 0.0 => Some((start?.log2() / by).floor() + 1.0),
        _ => None,
    }
}
