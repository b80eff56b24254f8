// How many shutters are tried, from closed to open for all of the frame time.
const SHUTTERS: u32 = 5u;
