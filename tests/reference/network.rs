//! A whole network from the bytes of its file: twin of the host's code for networks.

use super::conv::{Conv, Map, dense, mean};

fn word(bytes: &[u8], at: usize) -> u32 {
    let mut number = 0;
    for i in 0..4 {
        number += u32::from(bytes[at + i]) << (8 * i);
    }
    number
}

/// A half float.
fn half(bytes: &[u8], at: usize) -> f64 {
    let code = u32::from(bytes[at]) + 256 * u32::from(bytes[at + 1]);
    let sign = if code >= 32768 { -1.0 } else { 1.0 };
    let exponent = (code / 1024 % 32) as i32;
    let fraction = f64::from(code % 1024) / 1024.0;
    match exponent {
        0 => sign * fraction * 2f64.powi(-14),
        _ => sign * (1.0 + fraction) * 2f64.powi(exponent - 15),
    }
}

/// Output of a layer: a map or a vector.
enum Output {
    Map(Map),
    Vector(Vec<f64>),
}

/// Output of a network for a picture.
pub struct Found {
    /// The last layer's output.
    pub corrections: Map,
    /// The gate: how much of each channel is needed, if the network has one.
    pub gate: Option<Vec<f64>>,
}

/// Runs all layers. `origin` is a cell where an 8x8 block begins.
pub fn run(file: &[u8], picture: &Map, origin: (i64, i64)) -> Found {
    let layers = word(file, 20) as usize;
    let data = 32 + layers * 36;
    let mut done: Vec<Output> = Vec::new();
    let mut gate = None;
    for layer in 0..layers {
        let field = |i: usize| word(file, 32 + layer * 36 + i * 4) as usize;
        let (inputs, outputs) = (field(5), field(6));
        let weight = |i: usize| half(file, data + 2 * (field(8) + i));
        let map = |i: usize| match done.get(field(i)) {
            Some(Output::Map(map)) => Some(map),
            _ => None,
        };
        let vector = |i: usize| match done.get(field(i)) {
            Some(Output::Vector(vector)) => Some(vector.as_slice()),
            _ => None,
        };
        let leak = match field(4) {
            1 => 0.1,
            4 | 5 => 0.0,
            _ => 1.0,
        };
        let output = match field(0) {
            0 => {
                let count = 9 * inputs * outputs;
                let weights: Vec<f64> = (0..count).map(weight).collect();
                let biases = count..count + field(7) * outputs;
                let biases: Vec<f64> = biases.map(weight).collect();
                let conv = Conv {
                    outputs,
                    weights: &weights,
                    biases: &biases,
                    origin,
                    vector: vector(3).filter(|_| field(4) != 2),
                    skip: map(2),
                    late: field(4) == 5,
                    leak,
                };
                gate = vector(3).filter(|_| field(4) == 2).map(<[f64]>::to_vec);
                Output::Map(conv.run(map(1).unwrap_or(picture)))
            }
            1 => Output::Vector(mean(map(1).unwrap())),
            _ => {
                let count = inputs * outputs;
                let weights: Vec<f64> = (0..count).map(weight).collect();
                let biases: Vec<f64> = (count..count + outputs).map(weight).collect();
                let mut made = dense(vector(1).unwrap(), &weights, &biases, leak);
                if field(4) == 3 {
                    made.iter_mut().for_each(|v| *v = v.clamp(0.0, 1.0));
                }
                Output::Vector(made)
            }
        };
        done.push(output);
    }
    match done.pop() {
        Some(Output::Map(corrections)) => Found { corrections, gate },
        _ => panic!("the last layer makes a map"),
    }
}
