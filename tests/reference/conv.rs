//! Layers of a network: twin of `conv_direct`, `conv_wide`, `conv_half`, `conv_narrow`, `mean` with
//! `strip_sums`, and `dense`.

/// Channels of a picture, one plane after the other.
#[derive(Debug, Clone, Default)]
pub struct Map {
    pub channels: usize,
    pub width: usize,
    pub height: usize,
    pub data: Vec<f64>,
}

impl Map {
    /// Zero beyond the picture.
    pub fn at(&self, channel: usize, x: i64, y: i64) -> f64 {
        if x < 0 || y < 0 || x >= self.width as i64 || y >= self.height as i64 {
            return 0.0;
        }
        self.data[(channel * self.height + y as usize) * self.width + x as usize]
    }
}

/// `leak` is the slope below zero.
pub fn activate(value: f64, leak: f64) -> f64 {
    if value < 0.0 { value * leak } else { value }
}

/// What a convolution has besides its input.
#[derive(Debug)]
pub struct Conv<'a> {
    pub outputs: usize,
    /// By rows and columns of the kernel, inputs, outputs.
    pub weights: &'a [f64],
    /// By positions, outputs.
    pub biases: &'a [f64],
    /// Column and row of a cell that begins an 8x8 block.
    pub origin: (i64, i64),
    pub vector: Option<&'a [f64]>,
    pub skip: Option<&'a Map>,
    /// That map is added after the activation.
    pub late: bool,
    pub leak: f64,
}

impl Conv<'_> {
    fn value(&self, inputs: &Map, output: usize, x: i64, y: i64) -> f64 {
        let mut position = 0;
        if self.biases.len() > self.outputs {
            let column = (x - self.origin.0).rem_euclid(4);
            let row = (y - self.origin.1).rem_euclid(4);
            position = (row * 4 + column) as usize;
        }
        let mut sum = self.biases[position * self.outputs + output];
        sum += self.vector.map_or(0.0, |vector| vector[output]);
        let skip = self.skip.map_or(0.0, |skip| skip.at(output, x, y));
        let (early, late) = if self.late { (0.0, skip) } else { (skip, 0.0) };
        sum += early;
        for ky in 0..3 {
            for kx in 0..3 {
                for input in 0..inputs.channels {
                    let at = ((ky * 3 + kx) * inputs.channels + input) * self.outputs + output;
                    let beside = inputs.at(input, x + kx as i64 - 1, y + ky as i64 - 1);
                    sum += self.weights[at] * beside;
                }
            }
        }
        activate(sum, self.leak) + late
    }

    pub fn run(&self, inputs: &Map) -> Map {
        let mut data = Vec::new();
        for output in 0..self.outputs {
            for y in 0..inputs.height {
                for x in 0..inputs.width {
                    data.push(self.value(inputs, output, x as i64, y as i64));
                }
            }
        }
        Map {
            channels: self.outputs,
            data,
            ..*inputs
        }
    }
}

/// The mean of each channel.
pub fn mean(inputs: &Map) -> Vec<f64> {
    let cells = inputs.width * inputs.height;
    let channels = inputs.data.chunks(cells);
    channels
        .map(|c| c.iter().sum::<f64>() / cells as f64)
        .collect()
}

/// A dense layer; weights by inputs, outputs.
pub fn dense(inputs: &[f64], weights: &[f64], biases: &[f64], leak: f64) -> Vec<f64> {
    let outputs = biases.len();
    let mut found = Vec::new();
    for output in 0..outputs {
        let mut sum = biases[output];
        for (i, input) in inputs.iter().enumerate() {
            sum += weights[i * outputs + output] * input;
        }
        found.push(activate(sum, leak));
    }
    found
}
