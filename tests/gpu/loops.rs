//! How long the loops of a kernel are, read from its shader and the parameters of a recorded pass.
//!
//! A GPU waits some 80 ns for each load of a loop that goes from one to the next, whatever else it could
//! do. Bounds are evaluated upwards: of a minimum the side that is known, of a choice the larger one.

use std::collections::HashMap;

use gstwgpu::gpu::pass::Pass;
use naga::{
    AddressSpace, BinaryOperator, Block, Expression, Function, Handle, Literal, LocalVariable,
    MathFunction, Module, Statement, TypeInner,
};

use crate::denoise::kernels::ALL;

/// Turns of loops whose ends depend on where they begin, at 1080p, by the function that they are in.
const STATED: [(&str, f64); 13] = [
    // Rows, and columns, of the cells of a site and beside it.
    ("is_near_dead", 5.0),
    // Boundaries of an axis, 1920, in steps of FOLD.
    ("fold", 20.0),
    // Boundaries of a grid in FOLD, 96; the shortest period is 8.
    ("comb", 12.0),
    // Workgroups of the pass, 75, in GROUP_PARTS.
    ("add_groups", 15.0),
    // Samples along a block of the coarsest grid.
    ("block_fit", 4.0),
    // Places of a hunt, 16384, for 1024 lanes.
    ("best_apart", 16.0),
    // Cells of a square of the coarsest grid.
    ("share_tallies", 64.0),
    // Cells of a lane that holds products; and lanes that hold those of a square of the coarsest grid.
    ("hold_products", 4.0),
    ("join_rows", 15.0),
    // Holders of products in a part, and parts.
    ("total_half", 8.0),
    // Lanes with bins of a histogram.
    ("find_quantile", 16.0),
    // Samples of the second grid, less its border: 48 by 48 for 512 lanes.
    ("sums_of_lane", 5.0),
    // Samples of a tile of the finest level: 32 by 32 for 256 lanes.
    ("keep", 4.0),
];

/// Loops of the tracker whose turns wait for each other whatever the GPU, by kernel and function: what
/// counts is how long one turn is.
const ITERATIONS: [(&str, &str); 5] = [
    // Places of a hunt, each apart from those before.
    ("", "find_place"),
    // Rounds of the alignment, and grids from coarse to fine.
    ("", "refine"),
    ("trackoverlay/track/fit", "main"),
    ("trackoverlay/track/conclude", "main"),
    ("trackoverlay/track/expect", "main"),
];

/// The most that a field of a struct is at 1080p, where no parameter says it.
const FIELDS: [(&str, &str, f64); 1] = [
    // Samples along the finest grid.
    ("Grid", "side", 96.0),
];

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

/// How a loop variable goes on.
#[derive(Debug, Clone, Copy)]
struct Progress {
    operator: BinaryOperator,
    by: f64,
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

    /// A field that `FIELDS` knows.
    fn field(&self, pointer: Handle<Expression>, function: &Function) -> Bound {
        let Expression::AccessIndex { base, index } = function.expressions[pointer] else {
            return None;
        };
        let Expression::GlobalVariable(variable) = function.expressions[base] else {
            return None;
        };
        let ty = &self.module.types[self.module.global_variables[variable].ty];
        let TypeInner::Struct { members, .. } = &ty.inner else {
            return None;
        };
        let member = members.get(index as usize)?;
        let known = |(of, name, _): &&(&str, &str, f64)| {
            ty.name.as_deref() == Some(*of) && member.name.as_deref() == Some(*name)
        };
        FIELDS.iter().find(known).map(|(_, _, most)| *most)
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

    /// How often a loop runs at most.
    fn turns(
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
                let own = Expression::LocalVariable(variable);
                matches(&frame.function.expressions[*pointer], &own).then_some(*value)
            }
            _ => None,
        });
        match stored.or(frame.function.local_variables[variable].init) {
            Some(value) => self.value(value, frame),
            None => Some(0.0),
        }
    }

    /// The most that a value can be.
    fn value(&self, expression: Handle<Expression>, frame: Frame<'a>) -> Bound {
        let value = |handle| self.value(handle, frame);
        match &frame.function.expressions[expression] {
            Expression::Literal(literal) => number(literal),
            Expression::Constant(constant) => self.global(self.module.constants[*constant].init),
            Expression::Override(own) => self.switch(*own),
            Expression::FunctionArgument(index) => {
                frame.arguments.get(*index as usize).copied().flatten()
            }
            Expression::As { expr, .. } => value(*expr),
            Expression::Load { pointer } => match local(expression, frame.function) {
                Some(variable) => {
                    let is_set = stores(&frame.function.body, variable, frame.function);
                    let init = frame.function.local_variables[variable].init;
                    init.filter(|_| !is_set).and_then(value)
                }
                None => self
                    .parameter(*pointer, frame.function)
                    .or_else(|| self.field(*pointer, frame.function)),
            },
            Expression::Binary { op, left, right } => {
                let (left, right) = (value(*left), value(*right));
                match op {
                    BinaryOperator::Divide => Some((left? / right?).floor()),
                    BinaryOperator::Modulo => right.map(|right| right - 1.0),
                    BinaryOperator::Add => Some(left? + right?),
                    BinaryOperator::Subtract => Some(left? - right.unwrap_or(0.0)),
                    BinaryOperator::Multiply => Some(left? * right?),
                    BinaryOperator::And => match (left, right) {
                        (Some(left), Some(right)) => Some(left.min(right)),
                        (one, other) => one.or(other),
                    },
                    BinaryOperator::ShiftLeft => Some(left? * 2f64.powf(right?)),
                    BinaryOperator::ShiftRight => {
                        Some((left? / 2f64.powf(right.unwrap_or(0.0))).floor())
                    }
                    _ => None,
                }
            }
            Expression::Select { accept, reject, .. } => Some(value(*accept)?.max(value(*reject)?)),
            Expression::Math {
                fun,
                arg,
                arg1,
                arg2,
                ..
            } => {
                let (first, second) = (value(*arg), arg1.and_then(value));
                match fun {
                    MathFunction::Min => match (first, second) {
                        (Some(first), Some(second)) => Some(first.min(second)),
                        (one, other) => one.or(other),
                    },
                    MathFunction::Max => Some(first?.max(second?)),
                    MathFunction::Clamp => arg2.and_then(value),
                    _ => None,
                }
            }
            Expression::CallResult(function) => {
                let function = &self.module.functions[*function];
                let inner = Frame {
                    function,
                    arguments: &[],
                };
                let returned = returns(&function.body);
                let all = returned.into_iter().map(|value| self.value(value, inner));
                all.collect::<Option<Vec<_>>>()?
                    .into_iter()
                    .reduce(f64::max)
            }
            _ => None,
        }
    }

    fn global(&self, expression: Handle<Expression>) -> Bound {
        match &self.module.global_expressions[expression] {
            Expression::Literal(literal) => number(literal),
            Expression::Constant(constant) => self.global(self.module.constants[*constant].init),
            Expression::Override(own) => self.switch(*own),
            _ => None,
        }
    }

    fn switch(&self, own: Handle<naga::Override>) -> Bound {
        let own = &self.module.overrides[own];
        let set = own.name.as_deref().and_then(|name| self.switches.get(name));
        match set {
            Some(set) => Some(f64::from(u8::from(*set))),
            None => own.init.and_then(|init| self.global(init)),
        }
    }

    /// A field of the parameter block.
    fn parameter(&self, pointer: Handle<Expression>, function: &Function) -> Bound {
        let (ty, offset) = self.place(pointer, function)?;
        let TypeInner::Scalar(scalar) = self.module.types[ty].inner else {
            return None;
        };
        let bytes = self.params.get(offset..offset + 4)?.try_into().ok()?;
        Some(match scalar.kind {
            naga::ScalarKind::Uint => f64::from(u32::from_le_bytes(bytes)),
            naga::ScalarKind::Sint => f64::from(i32::from_le_bytes(bytes)),
            naga::ScalarKind::Float => f64::from(f32::from_le_bytes(bytes)),
            _ => return None,
        })
    }

    fn place(
        &self,
        pointer: Handle<Expression>,
        function: &Function,
    ) -> Option<(Handle<naga::Type>, usize)> {
        match function.expressions[pointer] {
            Expression::GlobalVariable(variable) => {
                let variable = &self.module.global_variables[variable];
                (variable.space == AddressSpace::Immediate).then_some((variable.ty, 0))
            }
            Expression::AccessIndex { base, index } => {
                let (ty, offset) = self.place(base, function)?;
                let TypeInner::Struct { members, .. } = &self.module.types[ty].inner else {
                    return None;
                };
                let member = members.get(index as usize)?;
                Some((member.ty, offset + member.offset as usize))
            }
            _ => None,
        }
    }
}

fn number(literal: &Literal) -> Bound {
    Some(match literal {
        Literal::U32(value) => f64::from(*value),
        Literal::I32(value) => f64::from(*value),
        Literal::F32(value) => f64::from(*value),
        Literal::AbstractInt(value) => *value as f64,
        Literal::Bool(value) => f64::from(u8::from(*value)),
        _ => return None,
    })
}

fn matches(one: &Expression, other: &Expression) -> bool {
    match (one, other) {
        (Expression::LocalVariable(one), Expression::LocalVariable(other)) => one == other,
        _ => false,
    }
}

/// The local variable that an expression reads, through casts.
fn local(expression: Handle<Expression>, function: &Function) -> Option<Handle<LocalVariable>> {
    match function.expressions[expression] {
        Expression::Load { pointer } => match function.expressions[pointer] {
            Expression::LocalVariable(variable) => Some(variable),
            _ => None,
        },
        Expression::As { expr, .. } => local(expr, function),
        _ => None,
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
            let own = Expression::LocalVariable(variable);
            if !matches(&function.expressions[*pointer], &own) {
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

/// True where a block writes a variable.
fn stores(block: &Block, variable: Handle<LocalVariable>, function: &Function) -> bool {
    block.iter().any(|statement| match statement {
        Statement::Store { pointer, .. } => {
            let own = Expression::LocalVariable(variable);
            matches(&function.expressions[*pointer], &own)
        }
        Statement::Block(inner) => stores(inner, variable, function),
        Statement::If { accept, reject, .. } => {
            stores(accept, variable, function) || stores(reject, variable, function)
        }
        Statement::Switch { cases, .. } => {
            let mut bodies = cases.iter().map(|case| &case.body);
            bodies.any(|body| stores(body, variable, function))
        }
        Statement::Loop {
            body, continuing, ..
        } => stores(body, variable, function) || stores(continuing, variable, function),
        _ => false,
    })
}

/// What a function gives back.
fn returns(block: &Block) -> Vec<Handle<Expression>> {
    let mut all = Vec::new();
    for statement in block {
        match statement {
            Statement::Return { value: Some(value) } => all.push(*value),
            Statement::Block(inner) => all.extend(returns(inner)),
            Statement::If { accept, reject, .. } => {
                all.extend(returns(accept));
                all.extend(returns(reject));
            }
            _ => {}
        }
    }
    all
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

/// Nests multiply, a minimum counts by the side that is known, halving by its logarithm, and loops that
/// load nothing do not count.
#[test]
fn loops_are_counted() {
    let shader = |body: &str| {
        format!(
            "struct P {{ count: u32, rows: u32 }} var<immediate> params: P;
             @group(0) @binding(0) var<storage, read_write> data: array<u32>;
             fn row(n: u32) -> u32 {{ var sum = 0u; for (var i = 0u; i < n; i++) {{ sum += data[i]; }} return sum; }}
             @compute @workgroup_size(64) fn main(@builtin(local_invocation_index) lane: u32) {{ {body} }}"
        )
    };
    for (body, wanted) in [
        (
            "for (var i = lane; i < params.count; i += 64u) { data[i] += 1u; }",
            16.0,
        ),
        (
            "for (var i = 0u; i < 5u; i++) { data[i] = row(params.rows); }",
            35.0,
        ),
        (
            "for (var i = 0u; i < min(lane, 9u); i++) { data[i] += 1u; }",
            9.0,
        ),
        (
            "for (var half = 32u; half > 0u; half /= 2u) { data[half] += 1u; }",
            6.0,
        ),
        (
            "var i = 0u; loop { data[i] += 1u; continuing { i += 2u; break if i >= 8u; } }",
            4.0,
        ),
        (
            "var sum = 0u; for (var i = 0u; i < 999u; i++) { sum += i; } data[0] = sum;",
            0.0,
        ),
    ] {
        let module = naga::front::wgsl::parse_str(&shader(body)).unwrap();
        let params: Vec<u8> = [1000u32, 7].iter().flat_map(|v| v.to_le_bytes()).collect();
        let loops = Loops {
            name: "",
            module: &module,
            params: &params,
            switches: HashMap::new(),
        };
        assert_eq!(loops.longest(), Ok(wanted), "{body}");
    }
    let endless = shader("for (var i = 0u; i < data[0]; i++) { data[i] += 1u; }");
    let module = naga::front::wgsl::parse_str(&endless).unwrap();
    let loops = Loops {
        name: "",
        module: &module,
        params: &[0; 8],
        switches: HashMap::new(),
    };
    assert_eq!(loops.longest(), Err("main".into()));
}
