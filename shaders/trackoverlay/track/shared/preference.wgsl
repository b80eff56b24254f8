// How much better another start must fit than the prediction: the last position, and a shift.

const LAST_GAIN: f32 = 0.01;
const SHIFT_GAIN: f32 = 0.03;
