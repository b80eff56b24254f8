//! How long the loops of a kernel are, read from its shader and the parameters of a recorded pass.
//!
//! A GPU waits some 80 ns for each load of a loop that goes from one to the next, whatever else it could
//! do. Bounds are evaluated upwards: of a minimum the side that is known, of a choice the larger one.
//!
//! * here: nests of loops, and the loads in them
//! * [`turns`]: how often one loop runs
//! * [`values`]: the most that an expression can be
//! * [`known`]: what has to be said beforehand

mod known;
mod tests;
mod turns;
mod values;

use std::collections::HashMap;

use gstwgpu::gpu::pass::Pass;
use naga::{AddressSpace, Block, Expression, Function, Handle, Module, Statement};

use crate::denoise::kernels::ALL;
use known::{ITERATIONS, STATED};

/// What is known of a value: at most so much.
type Bound = Option<f64>;

/// Lengths of the kernels of recorded passes; shaders are read once.
#[derive(Default)]
pub struct Lengths(HashMap<&'static str, Module>);

impl Lengths {
    /// Loads one after another in the longest nest of loops of a pass.
    pub fn of(&mut self, pass: &Pass) -> f64 {
        let name = pass.kernel.name();
        let module = self.0.entry(name).or_insert_with(|| {
            let all = ALL.concat();
            let spec = all.iter().find(|spec| spec.name == name).unwrap();
            naga::front::wgsl::parse_str(&spec.load().unwrap().0).unwrap()
        });
        let loops = Loops {
            name,
            module,
            params: &pass.params,
            switches: pass.kernel.switches().iter().copied().collect(),
        };
        let longest = loops.longest();
        longest.unwrap_or_else(|function| panic!("{name}: who knows how long {function} runs?"))
    }
}

/// A shader with the parameters and switches that it runs with.
struct Loops<'a> {
    name: &'a str,
    module: &'a Module,
    params: &'a [u8],
    switches: HashMap<&'static str, bool>,
}

/// A function with what it was called with.
#[derive(Clone, Copy)]
struct Frame<'a> {
    function: &'a Function,
    arguments: &'a [Bound],
}

impl<'a> Loops<'a> {
    /// Loads one after another in the longest nest of loops of the entry point; or the function whose
    /// loop nobody knows the end of.
    fn longest(&self) -> Result<f64, String> {
        let function = &self.module.entry_points[0].function;
        let arguments = vec![None; function.arguments.len()];
        self.in_block(
            &function.body,
            Frame {
                function,
                arguments: &arguments,
            },
        )
    }

    /// Turns of the loops of a function, where they are known beforehand.
    fn stated(&self, function: &str) -> Bound {
        let is_one_turn = ITERATIONS
            .iter()
            .any(|(kernel, own)| self.name.starts_with(kernel) && *own == function);
        let mut all = STATED.iter();
        let stated = all.find(|(own, _)| *own == function);
        is_one_turn
            .then_some(1.0)
            .or(stated.map(|(_, turns)| *turns))
    }

    /// What a condition is, where a switch alone decides it.
    fn is_always(&self, condition: Handle<Expression>, function: &Function) -> Option<bool> {
        match function.expressions[condition] {
            Expression::Override(own) => Some(self.switch(own)? != 0.0),
            Expression::Unary {
                op: naga::UnaryOperator::LogicalNot,
                expr,
            } => self.is_always(expr, function).map(|holds| !holds),
            _ => None,
        }
    }

    fn in_block(&self, block: &Block, frame: Frame<'a>) -> Result<f64, String> {
        let mut longest = 0.0f64;
        let mut earlier: Vec<&Statement> = Vec::new();
        for statement in block {
            let here = match statement {
                Statement::Block(inner) => self.in_block(inner, frame)?,
                Statement::If {
                    condition,
                    accept,
                    reject,
                } => match self.is_always(*condition, frame.function) {
                    Some(holds) => {
                        let taken = if holds { accept } else { reject };
                        longest = longest.max(self.in_block(taken, frame)?);
                        if matches!(taken.last(), Some(Statement::Return { .. })) {
                            return Ok(longest);
                        }
                        0.0
                    }
                    None => self
                        .in_block(accept, frame)?
                        .max(self.in_block(reject, frame)?),
                },
                Statement::Switch { cases, .. } => {
                    let cases = cases.iter().map(|case| self.in_block(&case.body, frame));
                    cases
                        .collect::<Result<Vec<_>, _>>()?
                        .into_iter()
                        .fold(0.0, f64::max)
                }
                Statement::Call {
                    function,
                    arguments,
                    ..
                } => {
                    let known: Vec<Bound> = arguments
                        .iter()
                        .map(|argument| self.value(*argument, frame))
                        .collect();
                    let function = &self.module.functions[*function];
                    self.in_block(
                        &function.body,
                        Frame {
                            function,
                            arguments: &known,
                        },
                    )?
                }
                Statement::Loop {
                    body,
                    continuing,
                    break_if,
                } => {
                    let inner = self
                        .in_block(body, frame)?
                        .max(self.in_block(continuing, frame)?);
                    match self.loads(body, frame.function) || self.loads(continuing, frame.function)
                    {
                        false => inner,
                        true => {
                            let name = frame.function.name.as_deref().unwrap_or("main");
                            let turns = self
                                .stated(name)
                                .or_else(|| {
                                    self.turns((body, continuing, *break_if), &earlier, frame)
                                })
                                .ok_or_else(|| name.to_string())?;
                            turns * inner.max(1.0)
                        }
                    }
                }
                _ => 0.0,
            };
            longest = longest.max(here);
            earlier.push(statement);
        }
        Ok(longest)
    }

    /// True where a block reads memory that others share.
    fn loads(&self, block: &Block, function: &Function) -> bool {
        block.iter().any(|statement| match statement {
            Statement::Emit(range) => {
                range
                    .clone()
                    .any(|expression| match function.expressions[expression] {
                        Expression::Load { pointer } => self.is_shared(pointer, function),
                        Expression::ImageLoad { .. } => true,
                        _ => false,
                    })
            }
            Statement::Atomic { .. } => true,
            Statement::Block(inner) => self.loads(inner, function),
            Statement::If { accept, reject, .. } => {
                self.loads(accept, function) || self.loads(reject, function)
            }
            Statement::Switch { cases, .. } => {
                cases.iter().any(|case| self.loads(&case.body, function))
            }
            Statement::Loop {
                body, continuing, ..
            } => self.loads(body, function) || self.loads(continuing, function),
            Statement::Call { function, .. } => {
                let function = &self.module.functions[*function];
                self.loads(&function.body, function)
            }
            _ => false,
        })
    }

    fn is_shared(&self, pointer: Handle<Expression>, function: &Function) -> bool {
        match function.expressions[pointer] {
            Expression::GlobalVariable(variable) => {
                let space = self.module.global_variables[variable].space;
                matches!(
                    space,
                    AddressSpace::Storage { .. } | AddressSpace::WorkGroup
                )
            }
            Expression::Access { base, .. } | Expression::AccessIndex { base, .. } => {
                self.is_shared(base, function)
            }
            _ => false,
        }
    }
}
