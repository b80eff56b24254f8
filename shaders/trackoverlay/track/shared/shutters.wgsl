// Number of shutters that are tried, from closed to open during the whole frame time.
const SHUTTERS: u32 = 5u;
