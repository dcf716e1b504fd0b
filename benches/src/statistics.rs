//! Medians and percentiles.

/// The middle value; of an even number the mean of the two in the middle. 0 of none.
pub fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let half = sorted.len() / 2;
    match sorted.len() {
        0 => 0.0,
        length if length % 2 == 1 => sorted[half],
        _ => f64::midpoint(sorted[half - 1], sorted[half]),
    }
}

/// How far runs lie apart: (greatest − smallest) / median, in percent.
pub fn spread(values: &[f64]) -> f64 {
    let middle = median(values);
    let least = values.iter().copied().fold(f64::INFINITY, f64::min);
    let most = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if middle == 0.0 || values.is_empty() {
        return 0.0;
    }
    100.0 * (most - least) / middle
}

/// The value that `share` (0 to 1) of the sorted values do not exceed (nearest rank); 0 of none.
pub fn percentile(sorted: &[u64], share: f64) -> u64 {
    let Some(last) = sorted.len().checked_sub(1) else {
        return 0;
    };
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "the rank lies between 0 and the number of values"
    )]
    let rank = (share * sorted.len() as f64).ceil() as usize;
    sorted[rank.saturating_sub(1).min(last)]
}

/// The straight line through points that is nearest to them (least squares): its height at 0, and its slope. Two points at
/// different places make one; fewer make a line through the mean.
pub fn line(points: &[(f64, f64)]) -> (f64, f64) {
    let mean = |of: fn(&(f64, f64)) -> f64| {
        let count = f64::from(u32::try_from(points.len().max(1)).unwrap_or(u32::MAX));
        points.iter().map(of).sum::<f64>() / count
    };
    let (x, y) = (mean(|point| point.0), mean(|point| point.1));
    let spread: f64 = points.iter().map(|point| (point.0 - x).powi(2)).sum();
    let common: f64 = points
        .iter()
        .map(|point| (point.0 - x) * (point.1 - y))
        .sum();
    let slope = if spread == 0.0 { 0.0 } else { common / spread };
    (y - slope * x, slope)
}

#[cfg(test)]
mod tests;
