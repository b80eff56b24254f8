// What the estimator knows of a site, a square of cells: log2 of the spatial variance, log2 of the
// temporal variance, mean luma, and these marks as a number.

// Spatial variance can be used.
const SITE_DETAIL: u32 = 1u;
// Temporal variance can be used.
const SITE_MOVED: u32 = 2u;
// Structure far above its own temporal difference.
const SITE_STANDS: u32 = 4u;
// One value throughout.
const SITE_DEAD: u32 = 8u;
// One value throughout, and neither black nor white.
const SITE_FLAT: u32 = 16u;
// Some sample changed.
const SITE_CHANGED: u32 = 32u;
// Contrast, spatial and temporal variance agree: nothing but white noise, all of it new. The first
// two where there is no picture before.
const SITE_WHITE: u32 = 64u;
