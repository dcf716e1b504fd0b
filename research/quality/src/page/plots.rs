//! Plots as SVG: dark ink, no script, no font of their own; each with a title and a description.

use std::fmt::Write;

use super::labels::Labels;
use crate::report::{AgeBand, Code, Month, Spending};

/// Units of a plot's width: pixels on a telephone.
const WIDTH: usize = 340;
/// Months that a plot shows: ten years.
pub(super) const MONTHS: usize = 120;
const INK: &str = "#123a5e";
const OTHER: &str = "#a34700";
const PALE: &str = "#b9cbdd";

/// A plot's head, with its names; `id` is unlike any other of the page.
fn open(id: &str, height: usize, title: &str, desc: &str) -> String {
    format!(
        "<svg role=\"img\" aria-labelledby=\"{id}-t {id}-d\" viewBox=\"0 0 {WIDTH} {height}\" \
         xmlns=\"http://www.w3.org/2000/svg\"><title id=\"{id}-t\">{}</title><desc id=\"{id}-d\">{}</desc>",
        escape(title),
        escape(desc)
    )
}

/// Text of a page.
pub(super) fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            // What XML has no way to write.
            letter if letter.is_control() => safe.push(' '),
            letter => safe.push(letter),
        }
    }
    safe
}

fn put(svg: &mut String, part: std::fmt::Arguments<'_>) {
    svg.write_fmt(part).expect("a string takes what is written");
}

fn text(svg: &mut String, (x, y): (f64, f64), anchor: &str, text: &str) {
    put(
        svg,
        format_args!(
            "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\">{}</text>",
            escape(text)
        ),
    );
}

fn bar(svg: &mut String, (x, y): (f64, f64), (width, height): (f64, f64), fill: &str) {
    put(
        svg,
        format_args!(
            "<rect x=\"{x:.2}\" y=\"{y:.2}\" width=\"{width:.2}\" height=\"{height:.2}\" fill=\"{fill}\"/>"
        ),
    );
}

/// How long a bar is.
fn scale(value: f64, most: f64, length: f64) -> f64 {
    if most <= 0.0 {
        0.0
    } else {
        (value / most * length).clamp(0.0, length)
    }
}

/// Men to the left, women to the right, the oldest at the top.
pub(super) fn pyramid(id: &str, labels: &Labels, bands: &[AgeBand]) -> String {
    const STEP: f64 = 15.0;
    const SIDE: f64 = 145.0;
    let middle = WIDTH as f64 / 2.0;
    let height = 44 + bands.len() * 15;
    let mut svg = open(id, height, labels.pyramid, labels.pyramid_desc);
    let most = bands
        .iter()
        .map(|band| band.male.max(band.female))
        .max()
        .unwrap_or(0);
    text(&mut svg, (middle - 25.0, 12.0), "end", labels.men);
    text(&mut svg, (middle + 25.0, 12.0), "start", labels.women);
    for (at, band) in bands.iter().rev().enumerate() {
        let y = 20.0 + at as f64 * STEP;
        let [men, women] =
            [band.male, band.female].map(|count| scale(count as f64, most as f64, SIDE));
        bar(&mut svg, (middle - 23.0 - men, y), (men, STEP - 2.0), INK);
        bar(&mut svg, (middle + 23.0, y), (women, STEP - 2.0), OTHER);
        let name = band.to.map_or_else(
            || format!("{}+", band.from),
            |to| format!("{}–{to}", band.from),
        );
        text(&mut svg, (middle, y + 10.5), "middle", &name);
    }
    let foot = height as f64 - 8.0;
    text(&mut svg, (2.0, foot), "start", &labels.number(most));
    text(&mut svg, (middle, foot), "middle", "0");
    text(
        &mut svg,
        (WIDTH as f64 - 2.0, foot),
        "end",
        &labels.number(most),
    );
    svg + "</svg>"
}

/// Checks of each category: failed, passed, not made.
pub(super) fn outcomes(id: &str, labels: &Labels, categories: &[(&str, [u64; 3])]) -> String {
    const STEP: usize = 30;
    let wide = WIDTH as f64 - 4.0;
    let mut svg = open(
        id,
        categories.len() * STEP + 22,
        labels.summary,
        labels.outcomes_desc,
    );
    let sum = |counts: &[u64; 3]| counts.iter().sum::<u64>();
    let most = categories.iter().map(|(_, counts)| sum(counts)).max();
    for (at, (name, [failed, passed, rest])) in categories.iter().enumerate() {
        let (mut x, y) = (2.0, (at * STEP) as f64);
        text(&mut svg, (x, y + 11.0), "start", name);
        for (count, fill) in [(failed, OTHER), (passed, INK), (rest, PALE)] {
            let long = scale(*count as f64, most.unwrap_or(0) as f64, wide);
            bar(&mut svg, (x, y + 15.0), (long, 11.0), fill);
            x += long;
        }
    }
    let foot = (categories.len() * STEP) as f64 + 16.0;
    let mut x = 2.0;
    for (name, fill) in [
        (labels.failed, OTHER),
        (labels.passed, INK),
        (labels.not_applicable, PALE),
    ] {
        bar(&mut svg, (x, foot - 9.0), (10.0, 10.0), fill);
        text(&mut svg, (x + 14.0, foot), "start", name);
        x += 90.0;
    }
    svg + "</svg>"
}

/// Months in order, without gaps, the last ten years that have any; each with what `of` gives.
pub(super) fn span<T>(list: &[T], month: impl Fn(&T) -> &str) -> Vec<(String, Option<&T>)> {
    let number = |name: &str| -> Option<usize> {
        let (year, month) = name.split_once('-')?;
        Some(year.parse::<usize>().ok()? * 12 + month.parse::<usize>().ok()? - 1)
    };
    let known: std::collections::BTreeMap<usize, &T> = list
        .iter()
        .filter_map(|item| Some((number(month(item))?, item)))
        .collect();
    let (Some(first), Some(last)) = (known.keys().next(), known.keys().next_back()) else {
        return Vec::new();
    };
    let from = (*first).max((*last + 1).saturating_sub(MONTHS));
    (from..=*last)
        .map(|month| {
            (
                format!("{:04}-{:02}", month / 12, month % 12 + 1),
                known.get(&month).copied(),
            )
        })
        .collect()
}

/// Bars by month: one value a month, or one before another.
fn columns(
    mut svg: String,
    labels: &Labels,
    months: &[(String, Vec<(f64, &str)>)],
    most: f64,
) -> String {
    const TOP: f64 = 18.0;
    const TALL: f64 = 96.0;
    let wide = WIDTH as f64 - 4.0;
    let step = wide / months.len().max(1) as f64;
    text(
        &mut svg,
        (2.0, 11.0),
        "start",
        &labels.number(most.round() as u64),
    );
    put(
        &mut svg,
        format_args!(
            "<path d=\"M2 {TOP}H{0}M2 {1}H{0}\" stroke=\"#888\" stroke-width=\".5\"/>",
            wide + 2.0,
            TOP + TALL
        ),
    );
    let mut free = 0.0;
    for (at, (month, values)) in months.iter().enumerate() {
        let x = 2.0 + at as f64 * step;
        for (value, fill) in values {
            let tall = scale(*value, most, TALL);
            bar(
                &mut svg,
                (x + step * 0.1, TOP + TALL - tall),
                (step * 0.8, tall),
                fill,
            );
        }
        // A year where its January stands, or where the plot begins, and only where there is room.
        let (year, number) = month.split_once('-').unwrap_or((month, ""));
        if (number == "01" || at == 0) && x >= free && x + 26.0 <= wide {
            put(
                &mut svg,
                format_args!(
                    "<path d=\"M{x:.1} {0}v5\" stroke=\"#222\" stroke-width=\".7\"/>",
                    TOP + TALL
                ),
            );
            text(&mut svg, (x, TOP + TALL + 17.0), "start", year);
            free = x + 32.0;
        }
    }
    svg + "</svg>"
}

/// Rows by month.
pub(super) fn months(id: &str, labels: &Labels, title: &str, list: &[Month]) -> String {
    let svg = open(id, 136, title, labels.months_desc);
    let rows = |month: Option<&Month>| month.map_or(0.0, |month| month.rows as f64);
    let months: Vec<(String, Vec<(f64, &str)>)> = span(list, |month| &month.month)
        .into_iter()
        .map(|(name, month)| (name, vec![(rows(month), INK)]))
        .collect();
    let most = months
        .iter()
        .map(|(_, values)| values[0].0)
        .fold(0.0, f64::max);
    columns(svg, labels, &months, most)
}

/// Charged, and before it paid, by month.
pub(super) fn spending(id: &str, labels: &Labels, title: &str, list: &[Spending]) -> String {
    let svg = open(id, 136, title, labels.money_desc);
    let months: Vec<(String, Vec<(f64, &str)>)> = span(list, |month| &month.month)
        .into_iter()
        .map(|(name, month)| {
            let (charged, paid) = month.map_or((0.0, 0.0), |month| (month.charged, month.paid));
            (name, vec![(charged, PALE), (paid, INK)])
        })
        .collect();
    let values = months
        .iter()
        .flat_map(|(_, values)| values.iter().map(|value| value.0));
    let most = values.fold(0.0, f64::max);
    columns(svg, labels, &months, most)
}

/// Bars beneath their names, as many as there are.
pub(super) fn bars(id: &str, labels: &Labels, title: &str, lines: &[(String, u64)]) -> String {
    const STEP: usize = 26;
    let mut svg = open(id, lines.len() * STEP + 4, title, labels.bars_desc);
    let most = lines.iter().map(|line| line.1).max().unwrap_or(0);
    for (at, (name, count)) in lines.iter().enumerate() {
        let y = (at * STEP) as f64;
        text(&mut svg, (2.0, y + 12.0), "start", &shortened(name));
        let long = scale(*count as f64, most as f64, WIDTH as f64 - 64.0);
        bar(&mut svg, (2.0, y + 16.0), (long, 8.0), INK);
        text(
            &mut svg,
            (long + 6.0, y + 24.0),
            "start",
            &labels.number(*count),
        );
    }
    svg + "</svg>"
}

/// What fits beside nothing else on a telephone.
fn shortened(name: &str) -> String {
    const FITS: usize = 50;
    if name.chars().count() <= FITS {
        return name.to_owned();
    }
    name.chars().take(FITS - 1).chain(['…']).collect()
}

/// A code as a line of a plot.
pub(super) fn line(labels: &Labels, code: &Code) -> (String, u64) {
    (
        format!("{} {}", code_of(code), name_of(labels, code))
            .trim()
            .to_owned(),
        code.rows,
    )
}

/// A concept's code; its number where it has none.
pub(super) fn code_of(code: &Code) -> String {
    if code.code.is_empty() {
        code.concept.to_string()
    } else {
        code.code.clone()
    }
}

/// A concept's name; that it is none, or unknown.
pub(super) fn name_of<'a>(labels: &Labels, code: &'a Code) -> &'a str {
    match (code.concept, code.name.as_str()) {
        (0, _) => labels.no_code,
        (_, "") => labels.unknown_code,
        (_, name) => name,
    }
}
