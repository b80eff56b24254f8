// What is measured of each of 16x9 tiles of a picture, and where its words are.

const COLUMNS: u32 = 16u;
const ROWS: u32 = 9u;
const TILES: u32 = 144u;
const LANES: u32 = 256u;
// Bins of luma from black to white.
const BINS: u32 = 64u;
// Words of a tile: bins, sums, sum of luma, number of pixels, extremes.
const WORDS: u32 = 83u;
const SUMS: u32 = 12u;
const LUMA_WORD: u32 = 76u;
const COUNT_WORD: u32 = 77u;
// Most luma, most of what luma lacks to white, most red, green and blue, each of four pixels side by side: one hot pixel
// is no light.
const EXTREME_WORD: u32 = 78u;
const EXTREMES: u32 = 5u;
// Sums are whole numbers of this part, so that their order does not matter.
const FIXED: f32 = 65536.0;
