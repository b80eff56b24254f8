//! The most that an expression can be, as far as literals, parameters, switches and arguments tell.

use naga::{
    AddressSpace, BinaryOperator, Block, Expression, Function, Handle, Literal, LocalVariable,
    MathFunction, Statement, TypeInner,
};

use super::known::FIELDS;
use super::{Bound, Frame, Loops};

impl<'a> Loops<'a> {
    /// The most that a value can be.
    pub(super) fn value(&self, expression: Handle<Expression>, frame: Frame<'a>) -> Bound {
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

    pub(super) fn switch(&self, own: Handle<naga::Override>) -> Bound {
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

/// The local variable that an expression reads, through casts.
pub(super) fn local(
    expression: Handle<Expression>,
    function: &Function,
) -> Option<Handle<LocalVariable>> {
    match function.expressions[expression] {
        Expression::Load { pointer } => match function.expressions[pointer] {
            Expression::LocalVariable(variable) => Some(variable),
            _ => None,
        },
        Expression::As { expr, .. } => local(expr, function),
        _ => None,
    }
}

/// True for a pointer to a local variable.
pub(super) fn is_local(
    pointer: Handle<Expression>,
    variable: Handle<LocalVariable>,
    function: &Function,
) -> bool {
    matches!(function.expressions[pointer], Expression::LocalVariable(own) if own == variable)
}

/// True where a block writes a variable.
fn stores(block: &Block, variable: Handle<LocalVariable>, function: &Function) -> bool {
    block.iter().any(|statement| match statement {
        Statement::Store { pointer, .. } => is_local(*pointer, variable, function),
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
