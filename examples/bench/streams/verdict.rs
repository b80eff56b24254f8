//! How many streams to try, and when a rate is lost.

/// The share of its frames that each stream must bring out in time.
const ENOUGH: f64 = 0.99;

/// 1, 2, 4 and so on, and at last `most`.
pub fn counts(most: usize) -> impl Iterator<Item = usize> {
    let next = move |count: &usize| (*count < most).then(|| (2 * count).min(most));
    std::iter::successors(Some(1), next)
}

/// True where none of the streams, by the frames that each brought out in so many seconds, falls behind.
/// One frame may be just before or just after.
pub fn holds(frames: &[usize], rate: f64, seconds: f64) -> bool {
    let wanted = ENOUGH * rate * seconds - 1.0;
    !frames.is_empty() && frames.iter().all(|frames| *frames as f64 >= wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_double_and_end_at_the_most() {
        assert_eq!(counts(1).collect::<Vec<_>>(), [1]);
        assert_eq!(counts(8).collect::<Vec<_>>(), [1, 2, 4, 8]);
        assert_eq!(counts(12).collect::<Vec<_>>(), [1, 2, 4, 8, 12]);
    }

    #[test]
    fn one_slow_stream_loses_the_rate() {
        assert!(holds(&[300, 297, 302], 60.0, 5.0));
        assert!(!holds(&[300, 295, 450], 60.0, 5.0));
        assert!(holds(&[38], 10.0, 3.9));
        assert!(!holds(&[37], 10.0, 3.9));
        assert!(!holds(&[], 60.0, 5.0));
    }
}
