// How much better another place must fit to be preferred to the prediction.

const LAST_GAIN: f32 = 0.01;
const SHIFT_GAIN: f32 = 0.03;
