//! Which tables are worth a plot, and what is in it.

use super::table::Table;

/// What to draw.
#[derive(Debug, Clone, PartialEq)]
pub struct Chart {
    /// What is measured, with its unit.
    pub title: String,
    /// How it is drawn.
    pub kind: Kind,
    /// Names of the places along the axis.
    pub names: Vec<String>,
    /// Name and a value for each place.
    pub series: Vec<(String, Vec<Option<f64>>)>,
}

/// How a chart is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A group of bars for each place.
    Bars,
    /// A line for each series, from 0 on.
    Lines,
    /// The same with decades of equal height.
    Decades,
}

/// Lines over the number of streams: title, how, columns.
const STREAMS: [(&str, Kind, &[&str]); 3] = [
    ("frames a second", Kind::Lines, &["fps in all", "wanted"]),
    (
        "delay in milliseconds",
        Kind::Decades,
        &["median ms", "p99 ms"],
    ),
    ("GPU busy in %", Kind::Lines, &["GPU busy %"]),
];

/// Bars for each row of tables whose first column has this name.
const BARS: [(&str, &[&str]); 6] = [
    ("pass", &["GPU ms", "floor ms"]),
    ("preset", &["wall ms", "GPU ms", "cold ms", "warm ms"]),
    ("plane", &["wall ms", "GPU ms"]),
    ("source", &["wall ms", "GPU ms"]),
    ("pipeline", &["fps"]),
    ("filter", &["fps", "ms"]),
];

/// The charts of a table, or of the same table of several runs, each with what tells it apart.
pub fn charts(runs: &[(&str, &Table)]) -> Vec<Chart> {
    let Some((_, table)) = runs.first() else {
        return Vec::new();
    };
    let first = table.columns.first().map_or("", String::as_str);
    if table.columns.iter().any(|column| column == "fps in all") {
        let charts = STREAMS.iter();
        return charts
            .filter_map(|(title, kind, columns)| chart(title, *kind, columns, runs))
            .collect();
    }
    let bars = BARS.iter().find(|(column, _)| *column == first);
    let bars = bars.and_then(|(_, columns)| chart("", Kind::Bars, columns, runs));
    bars.into_iter().collect()
}

/// `None` where none of the columns has numbers. Without a title of its own it has the columns'.
fn chart(title: &str, kind: Kind, columns: &[&str], runs: &[(&str, &Table)]) -> Option<Chart> {
    let names = names(runs);
    let has = |column: &&&str| runs.iter().any(|(_, table)| table.has_numbers(column));
    let columns: Vec<&str> = columns.iter().filter(has).copied().collect();
    let mut series = Vec::new();
    for column in &columns {
        for (label, table) in runs {
            let value = |name: &String| table.named(name).and_then(|row| table.number(row, column));
            let name = format!("{column} {label}").trim().to_owned();
            series.push((name, names.iter().map(value).collect()));
        }
    }
    let title = match title {
        "" => columns.join(", "),
        title => title.into(),
    };
    (!series.is_empty()).then_some(Chart {
        title,
        kind,
        names,
        series,
    })
}

/// Rows of all runs, without sums.
fn names(runs: &[(&str, &Table)]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for name in runs.iter().flat_map(|(_, table)| table.names()) {
        if name != "all" && !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::super::table::Cell;
    use super::*;

    fn passes(rows: &[(&str, f64)]) -> Table {
        let mut table = Table::new("t", &["pass", "GPU ms", "floor ms"]);
        for (name, time) in rows {
            let time = Cell::Number(*time, 3);
            table.row(vec![(*name).into(), time, Cell::Missing]);
        }
        table
    }

    #[test]
    fn passes_of_two_runs_stand_beside_each_other() {
        let (a, b) = (
            passes(&[("x", 1.0), ("all", 1.0)]),
            passes(&[("y", 2.0), ("x", 3.0)]),
        );
        let charts = charts(&[("A", &a), ("B", &b)]);
        assert_eq!(charts.len(), 1);
        assert_eq!(charts[0].names, ["x", "y"]);
        let expected = [
            ("GPU ms A".to_owned(), vec![Some(1.0), None]),
            ("GPU ms B".to_owned(), vec![Some(3.0), Some(2.0)]),
        ];
        assert_eq!(charts[0].series, expected);
    }

    #[test]
    fn streams_have_lines_and_words_have_none() {
        let mut table = Table::new("t", &["streams", "fps in all", "p99 ms"]);
        let number = |value| Cell::Number(value, 0);
        table.row(vec![number(1.0), number(60.0), number(4.0)]);
        let kinds: Vec<Kind> = charts(&[("", &table)]).iter().map(|c| c.kind).collect();
        assert_eq!(kinds, [Kind::Lines, Kind::Decades]);
        let device = Table::new("Device", &["what", "value"]);
        assert!(charts(&[("", &device)]).is_empty());
    }
}
