//! A film-grain table, and the grain that a decoder makes of it, by AV1's specification: 5.9.30 and 7.18.3.

use crate::denoise::noise_rig::Random;

/// One entry of a table.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Entry {
    pub start: i64,
    pub end: i64,
    pub applies: bool,
    pub seed: u16,
    /// lag, coefficient shift, grain scale shift, scaling shift, chroma from luma, overlap.
    pub shape: [i32; 6],
    pub chroma: [i32; 6],
    /// Points of Y, Cb and Cr.
    pub points: [Vec<(i32, i32)>; 3],
    pub coefficients: [Vec<i32>; 3],
}

/// Reads a table as libaom does: words, whatever blanks are between them.
pub fn parse(text: &str) -> Vec<Entry> {
    let rest = text
        .strip_prefix("filmgrn1\n")
        .expect("the file begins with its name");
    assert!(rest.is_empty() || rest.starts_with('E'), "{rest}");
    let mut words = rest.split_whitespace().peekable();
    let mut entries = Vec::new();
    while words.peek().is_some() {
        let expect = |word: &str, words: &mut dyn Iterator<Item = &str>| {
            assert_eq!(words.next(), Some(word));
        };
        let number = |words: &mut dyn Iterator<Item = &str>| -> i64 {
            words.next().unwrap().parse().unwrap()
        };
        let mut entry = Entry::default();
        expect("E", &mut words);
        entry.start = number(&mut words);
        entry.end = number(&mut words);
        entry.applies = number(&mut words) == 1;
        entry.seed = number(&mut words) as u16;
        assert_eq!(number(&mut words), 1, "parameters follow");
        expect("p", &mut words);
        entry.shape = [(); 6].map(|()| number(&mut words) as i32);
        entry.chroma = [(); 6].map(|()| number(&mut words) as i32);
        for (name, points) in ["sY", "sCb", "sCr"].iter().zip(&mut entry.points) {
            expect(name, &mut words);
            let count = number(&mut words);
            *points = (0..count)
                .map(|_| (number(&mut words) as i32, number(&mut words) as i32))
                .collect();
        }
        let lag = entry.shape[0];
        let own = 2 * lag * (lag + 1);
        let counts = [own, own + 1, own + 1];
        for ((name, list), count) in ["cY", "cCb", "cCr"]
            .iter()
            .zip(&mut entry.coefficients)
            .zip(counts)
        {
            expect(name, &mut words);
            *list = (0..count).map(|_| number(&mut words) as i32).collect();
        }
        check(&entry);
        entries.push(entry);
    }
    entries
}

/// What a bitstream allows.
fn check(entry: &Entry) {
    let [
        lag,
        coefficient_shift,
        grain_shift,
        scaling_shift,
        from_luma,
        overlap,
    ] = entry.shape;
    assert!(
        (0..=3).contains(&lag) && (6..=9).contains(&coefficient_shift),
        "{entry:?}"
    );
    assert!(
        (0..=3).contains(&grain_shift) && (8..=11).contains(&scaling_shift),
        "{entry:?}"
    );
    assert!(
        [from_luma, overlap]
            .iter()
            .all(|flag| (0..=1).contains(flag)),
        "{entry:?}"
    );
    for (points, most) in entry.points.iter().zip([14, 10, 10]) {
        assert!(points.len() <= most, "{entry:?}");
        assert!(
            points.windows(2).all(|pair| pair[0].0 < pair[1].0),
            "{entry:?}"
        );
        assert!(
            points
                .iter()
                .all(|(x, y)| (0..256).contains(x) && (0..256).contains(y))
        );
    }
    let is_empty = |component: usize| entry.points[component].is_empty();
    assert_eq!(is_empty(1), is_empty(2), "4:2:0 has both or none");
    assert!(
        is_empty(1) || !is_empty(0),
        "4:2:0 has no chroma without luma"
    );
    let all = entry.coefficients.iter().flatten();
    assert!(
        all.into_iter().all(|c| (-128..128).contains(c)),
        "{entry:?}"
    );
}

/// Grain of Y, Cb and Cr as a decoder adds it to 8-bit 4:2:0 of one luma, many templates one below the other.
pub fn grain(
    entry: &Entry,
    luma: f64,
    templates: usize,
    random: &mut Random,
) -> [Vec<Vec<i32>>; 3] {
    let mut all: [Vec<Vec<i32>>; 3] = Default::default();
    for _ in 0..templates {
        let template = template(entry, random);
        for (component, rows) in template.into_iter().enumerate() {
            let factor = curve(&entry.points[component], luma);
            let shift = entry.shape[3];
            let scaled = |grain: &i32| (factor * grain + (1 << (shift - 1))) >> shift;
            let rows = rows.iter().map(|row| row.iter().map(scaled).collect());
            all[component].extend(rows);
        }
    }
    all
}

/// The scaling function: straight between its points.
fn curve(points: &[(i32, i32)], luma: f64) -> i32 {
    let Some(first) = points.first() else {
        return 0;
    };
    if luma <= f64::from(first.0) {
        return first.1;
    }
    for pair in points.windows(2) {
        let [(x0, y0), (x1, y1)] = [pair[0], pair[1]].map(|(x, y)| (f64::from(x), f64::from(y)));
        if luma < x1 {
            return (y0 + (y1 - y0) * (luma - x0) / (x1 - x0)).round() as i32;
        }
    }
    points[points.len() - 1].1
}

/// The parts that are shown of templates of Y, Cb and Cr: 64x64 and 32x32.
fn template(entry: &Entry, random: &mut Random) -> [Vec<Vec<i32>>; 3] {
    let shift = 4 + entry.shape[2];
    let mut fill = |width: usize, height: usize| -> Vec<Vec<i32>> {
        let mut one = || {
            let gauss = (random.gauss() * 512.0).clamp(-2048.0, 2047.0) as i32;
            (gauss + (1 << (shift - 1))) >> shift
        };
        (0..height)
            .map(|_| (0..width).map(|_| one()).collect())
            .collect()
    };
    let mut luma = fill(82, 73);
    let mut chroma = [fill(44, 38), fill(44, 38)];
    let lag = entry.shape[0];
    let predict =
        |rows: &mut Vec<Vec<i32>>, coefficients: &[i32], of_luma: &dyn Fn(usize, usize) -> i32| {
            for y in 3..rows.len() {
                for x in 3..rows[0].len() - 3 {
                    let mut sum = 0;
                    let mut next = coefficients.iter();
                    for dy in -lag..=0 {
                        for dx in -lag..=lag {
                            if dy == 0 && dx >= 0 {
                                break;
                            }
                            let at = ((y as i32 + dy) as usize, (x as i32 + dx) as usize);
                            sum += next.next().unwrap() * rows[at.0][at.1];
                        }
                    }
                    if let Some(weight) = next.next() {
                        sum += weight * of_luma(x, y);
                    }
                    let rounding = 1 << (entry.shape[1] - 1);
                    let value = rows[y][x] + ((sum + rounding) >> entry.shape[1]);
                    rows[y][x] = value.clamp(-128, 127);
                }
            }
        };
    predict(&mut luma, &entry.coefficients[0], &|_, _| 0);
    for (rows, coefficients) in chroma.iter_mut().zip(&entry.coefficients[1..]) {
        predict(rows, coefficients, &|x, y| {
            let (x, y) = (2 * (x - 3) + 3, 2 * (y - 3) + 3);
            (luma[y][x] + luma[y][x + 1] + luma[y + 1][x] + luma[y + 1][x + 1] + 2) >> 2
        });
    }
    let shown = |rows: &[Vec<i32>], from: usize, size: usize| -> Vec<Vec<i32>> {
        let rows = rows[from..from + size].iter();
        rows.map(|row| row[from..from + size].to_vec()).collect()
    };
    [
        shown(&luma, 9, 64),
        shown(&chroma[0], 6, 32),
        shown(&chroma[1], 6, 32),
    ]
}

/// Mean product of grain with grain `dx` to the right, and `dy` below.
pub fn product(rows: &[Vec<i32>], dx: usize, dy: usize) -> f64 {
    let mut sum = 0.0;
    let mut count = 0.0;
    for y in 0..rows.len() - dy {
        for x in 0..rows[y].len() - dx {
            sum += f64::from(rows[y][x]) * f64::from(rows[y + dy][x + dx]);
            count += 1.0;
        }
    }
    sum / count
}
