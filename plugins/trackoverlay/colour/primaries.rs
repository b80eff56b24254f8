//! Colours of pure red, green and blue, and what is red in one system expressed in another.

/// Chromaticities x, y of red, green, blue and white, in steps of 1/10000 (ITU-T H.273, table 2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Primaries {
    red: [u16; 2],
    green: [u16; 2],
    blue: [u16; 2],
    white: [u16; 2],
}

/// Daylight, the white of nearly all systems.
const D65: [u16; 2] = [3127, 3290];
/// White of old film and television systems.
const C: [u16; 2] = [3100, 3160];

/// Rows of a matrix between colours.
pub type Rows = [[f64; 3]; 3];

impl Primaries {
    /// ITU-R BT.709, and sRGB.
    pub const BT709: Self = Self::new([6400, 3300], [3000, 6000], [1500, 600], D65);
    /// ITU-R BT.2020 and BT.2100.
    pub const BT2020: Self = Self::new([7080, 2920], [1700, 7970], [1310, 460], D65);
    /// ITU-R BT.601 with 525 lines, SMPTE 170M and 240M.
    pub const BT601_525: Self = Self::new([6300, 3400], [3100, 5950], [1550, 700], D65);
    /// ITU-R BT.601 with 625 lines, BT.470 B and G.
    pub const BT601_625: Self = Self::new([6400, 3300], [2900, 6000], [1500, 600], D65);
    /// ITU-R BT.470 M.
    pub const BT470_M: Self = Self::new([6700, 3300], [2100, 7100], [1400, 800], C);
    /// Colour film.
    pub const FILM: Self = Self::new([6810, 3190], [2430, 6920], [1450, 490], C);
    /// Adobe RGB.
    pub const ADOBE_RGB: Self = Self::new([6400, 3300], [2100, 7100], [1500, 600], D65);
    /// Cinema projectors, DCI P3.
    pub const DCI_P3: Self = Self::new([6800, 3200], [2650, 6900], [1500, 600], [3140, 3510]);
    /// Displays with the red, green and blue of cinema projectors.
    pub const DISPLAY_P3: Self = Self::new([6800, 3200], [2650, 6900], [1500, 600], D65);
    /// EBU Tech. 3213.
    pub const EBU3213: Self = Self::new([6300, 3400], [2950, 6050], [1550, 770], D65);

    const fn new(red: [u16; 2], green: [u16; 2], blue: [u16; 2], white: [u16; 2]) -> Self {
        Self {
            red,
            green,
            blue,
            white,
        }
    }

    /// The matrix from linear colours here to linear colours of others. White stays white: where the two are
    /// different, it is adapted by Bradford's method.
    pub fn matrix_to(&self, other: &Self) -> Rows {
        let adapted = product(&adaptation(self.white, other.white), &self.to_xyz());
        product(&inverse(&other.to_xyz()), &adapted)
    }

    /// Shares of linear red, green and blue in luminance.
    pub fn luminance(&self) -> [f64; 3] {
        let [_, luminance, _] = self.to_xyz();
        luminance
    }

    /// The matrix from linear red, green and blue to CIE XYZ: columns are the primaries, scaled so that their
    /// sum is white.
    fn to_xyz(self) -> Rows {
        let [red, green, blue] = [self.red, self.green, self.blue].map(xyz);
        let columns = transposed(&[red, green, blue]);
        let scales = applied(&inverse(&columns), xyz(self.white));
        columns.map(|row| multiplied(row, scales))
    }
}

/// XYZ of luminance 1.
fn xyz([x, y]: [u16; 2]) -> [f64; 3] {
    let (x, y) = (f64::from(x) / 1e4, f64::from(y) / 1e4);
    [x / y, 1.0, (1.0 - x - y) / y]
}

/// Bradford's chromatic adaptation, from white to white.
fn adaptation(from: [u16; 2], to: [u16; 2]) -> Rows {
    const CONES: Rows = [
        [0.8951, 0.2664, -0.1614],
        [-0.7502, 1.7135, 0.0367],
        [0.0389, -0.0685, 1.0296],
    ];
    let [from, to] = [from, to].map(|white| applied(&CONES, xyz(white)));
    let gains = [to[0] / from[0], to[1] / from[1], to[2] / from[2]];
    let scaled = transposed(&transposed(&CONES).map(|column| multiplied(column, gains)));
    product(&inverse(&CONES), &scaled)
}

fn multiplied(a: [f64; 3], b: [f64; 3]) -> [f64; 3] {
    [a[0] * b[0], a[1] * b[1], a[2] * b[2]]
}

fn dot(a: [f64; 3], b: [f64; 3]) -> f64 {
    multiplied(a, b).iter().sum()
}

fn applied(rows: &Rows, to: [f64; 3]) -> [f64; 3] {
    rows.map(|row| dot(row, to))
}

fn transposed([a, b, c]: &Rows) -> Rows {
    [[a[0], b[0], c[0]], [a[1], b[1], c[1]], [a[2], b[2], c[2]]]
}

fn product(a: &Rows, b: &Rows) -> Rows {
    let columns = transposed(b);
    a.map(|row| columns.map(|column| dot(row, column)))
}

fn cross(a: [f64; 3], b: [f64; 3]) -> [f64; 3] {
    [
        a[1] * b[2] - a[2] * b[1],
        a[2] * b[0] - a[0] * b[2],
        a[0] * b[1] - a[1] * b[0],
    ]
}

/// Inverse by cross products of the rows.
fn inverse([a, b, c]: &Rows) -> Rows {
    let columns = [cross(*b, *c), cross(*c, *a), cross(*a, *b)];
    let determinant = dot(*a, columns[0]);
    transposed(&columns).map(|row| row.map(|v| v / determinant))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(found: Rows, wanted: Rows) {
        for (found, wanted) in found.iter().flatten().zip(wanted.iter().flatten()) {
            assert!((found - wanted).abs() < 2e-4, "{found}, wanted {wanted}");
        }
    }

    /// The matrix of ITU-R BT.2087, table 4.
    #[test]
    fn from_bt709_to_bt2020() {
        near(
            Primaries::BT709.matrix_to(&Primaries::BT2020),
            [
                [0.6274, 0.3293, 0.0433],
                [0.0691, 0.9195, 0.0114],
                [0.0164, 0.0880, 0.8956],
            ],
        );
    }

    /// The matrix of ITU-R BT.2407, annex 1.
    #[test]
    fn from_bt2020_to_bt709() {
        near(
            Primaries::BT2020.matrix_to(&Primaries::BT709),
            [
                [1.6605, -0.5876, -0.0728],
                [-0.1246, 1.1329, -0.0083],
                [-0.0182, -0.1006, 1.1187],
            ],
        );
    }

    #[test]
    fn luminance_has_the_weights_of_the_standards() {
        for (primaries, wanted) in [
            (Primaries::BT709, [0.2126, 0.7152, 0.0722]),
            (Primaries::BT2020, [0.2627, 0.6780, 0.0593]),
        ] {
            for (found, wanted) in primaries.luminance().iter().zip(wanted) {
                assert!((found - wanted).abs() < 1e-4);
            }
        }
    }

    #[test]
    fn white_stays_white() {
        for from in [Primaries::DCI_P3, Primaries::FILM, Primaries::BT601_625] {
            for row in from.matrix_to(&Primaries::BT709) {
                assert!((row.iter().sum::<f64>() - 1.0).abs() < 1e-9);
            }
        }
    }
}
