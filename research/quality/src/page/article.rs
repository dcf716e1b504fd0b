//! One language's half of the page.

use askama::Template;

use super::labels::Labels;
use super::plots;
use crate::report::{
    Category, Checked, Outcome, Quantiles, Report, SetBy, Spending, TablePortrait,
};

/// Departments that the plot shows.
const PLACES: usize = 20;

#[derive(Template)]
#[template(path = "article.html")]
pub(super) struct Article<'a> {
    labels: &'static Labels,
    report: &'a Report,
    share_passed: String,
    outcomes: String,
    summary: Vec<Vec<String>>,
    failing: Vec<&'a Checked>,
    /// How many checks have a threshold that the operator set.
    set: u64,
    categories: Vec<(&'static str, Vec<Group<'a>>)>,
    pyramid: String,
    places: String,
    quantiles: Vec<Vec<String>>,
    money: Vec<Vec<String>>,
    spending: Vec<Plot<'a, Spending>>,
    tables: Vec<Section<'a>>,
}

/// A check, with all tables it was made of.
struct Group<'a> {
    first: &'a Checked,
    /// Whether all tables mean the same by it.
    one_meaning: bool,
    /// Whether one threshold counts for all of them.
    one_threshold: bool,
    made: Vec<&'a Checked>,
    not_made: Vec<&'a Checked>,
}

impl Group<'_> {
    /// Whether the threshold of a table is told beside it, for it is none that is told for all.
    fn own(&self, checked: &Checked) -> bool {
        !self.one_threshold && set(checked)
    }
}

/// A plot of months, with its rows.
struct Plot<'a, T> {
    title: &'static str,
    svg: String,
    rows: &'a [T],
}

/// A table's portrait.
struct Section<'a> {
    table: &'a TablePortrait,
    title: &'static str,
    months: String,
    /// Where the plot begins, when it leaves months out.
    since: Option<String>,
    codes: String,
}

impl<'a> Article<'a> {
    pub(super) fn of(report: &'a Report, labels: &'static Labels) -> Article<'a> {
        let code = labels.code;
        let portrait = &report.portrait;
        let place = |place: &crate::report::Place| (place.name.clone(), place.persons);
        let places: Vec<(String, u64)> = portrait.places.iter().take(PLACES).map(place).collect();
        let spent = portrait
            .tables
            .iter()
            .filter(|table| !table.spending.is_empty());
        let plot = |table: &'a TablePortrait| Plot {
            title: labels.table(&table.table),
            svg: plots::spending(
                &format!("{code}-money-{}", table.table),
                labels,
                &format!("{} – {}", labels.money, labels.table(&table.table)),
                &table.spending,
            ),
            rows: &table.spending,
        };
        Article {
            labels,
            report,
            share_passed: {
                let [failed, passed, _] = outcomes(report, |_| true);
                labels.share(passed, passed + failed)
            },
            outcomes: plots::outcomes(
                &format!("{code}-outcomes"),
                labels,
                &CATEGORIES.map(|category| {
                    let of = |checked: &Checked| checked.category == category;
                    (name(labels, category), outcomes(report, of))
                }),
            ),
            summary: summary(report, labels),
            failing: report.failures().collect(),
            set: report.checks.iter().filter(|checked| set(checked)).count() as u64,
            categories: categories(report, labels),
            pyramid: plots::pyramid(&format!("{code}-pyramid"), labels, &portrait.pyramid),
            places: plots::bars(&format!("{code}-places"), labels, labels.places, &places),
            quantiles: quantiles(report, labels),
            money: money(report, labels),
            spending: spent.map(plot).collect(),
            tables: portrait
                .tables
                .iter()
                .map(|table| section(table, labels))
                .collect(),
        }
    }

    /// The table and column of a check, which may be broken at their joints.
    fn place(checked: &Checked) -> String {
        let name = match &checked.column {
            Some(column) => format!("{}.{column}", checked.table),
            None => checked.table.clone(),
        };
        plots::escape(&name)
            .replace('_', "_<wbr>")
            .replace('.', ".<wbr>")
    }

    /// "3 / 2 880".
    fn count(&self, checked: &Checked) -> String {
        format!(
            "{} / {}",
            self.labels.number(checked.failed),
            self.labels.number(checked.looked)
        )
    }

    /// "Threshold: 20%, set by the operator."
    fn threshold(&self, checked: &Checked) -> String {
        let labels = self.labels;
        let by = match checked.set_by {
            SetBy::Default => labels.by_default,
            SetBy::Operator => labels.by_operator,
        };
        let percent = labels.percent(checked.threshold);
        format!("{} {percent}, {by}.", labels.threshold)
    }

    /// "Default: 5%. Source: DQD isRequired."
    fn default(&self, checked: &Checked) -> String {
        let labels = self.labels;
        let percent = labels.percent(checked.default_threshold.unwrap_or(checked.threshold));
        let (the, from, source) = (labels.the_default, labels.source, &checked.source);
        format!("{the} {percent}. {from} {source}.")
    }

    /// What counts for all tables of a check.
    fn thresholds(&self, group: &Group<'_>) -> String {
        let (first, labels) = (group.first, self.labels);
        match (group.one_threshold, set(first)) {
            (true, false) => {
                let source = format!("{} {}.", labels.source, first.source);
                format!("{} {source}", self.threshold(first))
            }
            (true, true) => format!("{} {}", self.threshold(first), self.default(first)),
            (false, _) => format!("{} {}", self.default(first), labels.own_thresholds),
        }
    }

    fn outcome(&self, checked: &Checked) -> &'static str {
        match checked.outcome {
            Outcome::Pass => self.labels.pass,
            Outcome::Fail => self.labels.fail,
            Outcome::NotApplicable => self.labels.not_applicable,
        }
    }

    /// What there is to say of months.
    fn months(&self, checked: &Checked) -> Vec<String> {
        let labels = self.labels;
        let odd = checked.odd.iter().map(|odd| {
            let (rows, expected) = (labels.number(odd.rows), labels.number(odd.expected));
            format!(
                "{} {}\u{a0}: {rows} ({} {expected})",
                labels.odd,
                labels.month(&odd.month),
                labels.expected
            )
        });
        let late = checked.late.first().map(|first| {
            let last = checked.late.last().map_or(&first.month, |last| &last.month);
            format!(
                "{} {} – {}",
                labels.late,
                labels.month(&first.month),
                labels.month(last)
            )
        });
        odd.chain(late).collect()
    }
}

/// Whether the operator set its threshold.
fn set(checked: &Checked) -> bool {
    checked.set_by == SetBy::Operator
}

fn name(labels: &Labels, category: Category) -> &'static str {
    match category {
        Category::Conformance => labels.conformance,
        Category::Completeness => labels.completeness,
        Category::Plausibility => labels.plausibility,
    }
}

const CATEGORIES: [Category; 3] = [
    Category::Conformance,
    Category::Completeness,
    Category::Plausibility,
];

/// How many checks failed, passed, and could not be made.
fn outcomes(report: &Report, of: impl Fn(&Checked) -> bool) -> [u64; 3] {
    [Outcome::Fail, Outcome::Pass, Outcome::NotApplicable].map(|outcome| {
        let all = report.checks.iter();
        let found = all.filter(|checked| checked.outcome == outcome && of(checked));
        found.count() as u64
    })
}

fn summary(report: &Report, labels: &Labels) -> Vec<Vec<String>> {
    let row = |title: &str, of: &dyn Fn(&Checked) -> bool| {
        let counts = outcomes(report, of).map(|count| labels.number(count));
        let mut row = vec![title.to_owned()];
        row.extend(counts);
        row
    };
    let mut rows: Vec<Vec<String>> = CATEGORIES
        .into_iter()
        .map(|category| {
            row(name(labels, category), &|checked| {
                checked.category == category
            })
        })
        .collect();
    rows.push(row(labels.all, &|_| true));
    rows
}

fn categories<'a>(report: &'a Report, labels: &Labels) -> Vec<(&'static str, Vec<Group<'a>>)> {
    let group = |list: &'a [Checked]| {
        let applies = |checked: &&Checked| checked.outcome != Outcome::NotApplicable;
        let (made, not_made): (Vec<&Checked>, Vec<&Checked>) = list.iter().partition(applies);
        let one_meaning = list
            .iter()
            .all(|checked| checked.meaning == list[0].meaning);
        let of = |checked: &Checked| (checked.threshold, checked.set_by);
        Group {
            first: &list[0],
            one_meaning,
            one_threshold: list.iter().all(|checked| of(checked) == of(&list[0])),
            made,
            not_made,
        }
    };
    CATEGORIES
        .into_iter()
        .map(|category| {
            let same = |a: &Checked, b: &Checked| a.check == b.check;
            let groups = report
                .checks
                .chunk_by(same)
                .filter(|list| list[0].category == category);
            (name(labels, category), groups.map(group).collect())
        })
        .collect()
}

fn quantiles(report: &Report, labels: &Labels) -> Vec<Vec<String>> {
    let row = |title: &str, of: &Quantiles| {
        let mut row = vec![title.to_owned(), labels.decimal(of.mean)];
        row.extend(
            [
                of.least, of.p10, of.p25, of.median, of.p75, of.p90, of.p99, of.most,
            ]
            .map(|value| labels.number(value)),
        );
        row
    };
    let portrait = &report.portrait;
    let mut rows = Vec::new();
    rows.extend(
        portrait
            .observed_days
            .as_ref()
            .map(|of| row(labels.observed_days, of)),
    );
    rows.extend(portrait.events.as_ref().map(|of| row(labels.events, of)));
    rows.extend(
        portrait
            .tables
            .iter()
            .filter_map(|table| Some(row(labels.table(&table.table), table.per_person.as_ref()?))),
    );
    rows
}

fn money(report: &Report, labels: &Labels) -> Vec<Vec<String>> {
    let spent = report
        .portrait
        .tables
        .iter()
        .filter(|table| !table.spending.is_empty());
    let sum = |table: &TablePortrait, of: fn(&Spending) -> f64| {
        labels.euros(table.spending.iter().map(of).sum())
    };
    spent
        .map(|table| {
            let [charged, paid] = [
                sum(table, |month| month.charged),
                sum(table, |month| month.paid),
            ];
            vec![labels.table(&table.table).to_owned(), charged, paid]
        })
        .collect()
}

fn section<'a>(table: &'a TablePortrait, labels: &'static Labels) -> Section<'a> {
    let (code, title) = (labels.code, labels.table(&table.table));
    let by_month = if table.table == "death" {
        labels.deaths_by_month
    } else {
        labels.by_month
    };
    let span = plots::span(&table.months, |month| &month.month);
    let first = span.first().map(|(month, _)| month.clone());
    let left_out = first.as_ref() > table.months.first().map(|month| &month.month);
    let lines: Vec<(String, u64)> = table
        .top
        .iter()
        .map(|code| plots::line(labels, code))
        .collect();
    let plot = |id: &str, title: &str| plots::months(id, labels, title, &table.months);
    Section {
        table,
        title,
        months: if table.months.is_empty() {
            String::new()
        } else {
            plot(
                &format!("{code}-months-{}", table.table),
                &format!("{by_month} – {title}"),
            )
        },
        since: first.filter(|_| left_out).map(|month| labels.month(&month)),
        codes: if lines.is_empty() {
            String::new()
        } else {
            plots::bars(
                &format!("{code}-codes-{}", table.table),
                labels,
                &format!("{} – {title}", labels.top),
                &lines,
            )
        },
    }
}
