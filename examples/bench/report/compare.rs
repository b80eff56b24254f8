//! Two runs side by side.

use super::table::{Cell, Table};

/// Columns that follow from others, or tell how long was measured.
const LEFT_OUT: [&str; 13] = [
    "frames",
    "min ms",
    "ms min",
    "cold min",
    "warm min",
    "% of GPU",
    "MB bound",
    "GB/s",
    "% of copy",
    "box Mpx",
    "wanted",
    "slowest fps",
    "worst ms",
];

/// One table for each title of both runs, with both values of each column and what B is of A; then
/// the titles that only one run has.
pub fn tables(a: &[Table], b: &[Table]) -> Vec<Table> {
    let (mut tables, mut alone) = (
        Vec::new(),
        Table::new("In one run alone", &["table", "run"]),
    );
    for table in a {
        match find(b, &table.title) {
            Some(other) => tables.push(compared(table, other)),
            None => alone.row(vec![table.title.clone().into(), "A".into()]),
        }
    }
    for table in b.iter().filter(|table| find(a, &table.title).is_none()) {
        alone.row(vec![table.title.clone().into(), "B".into()]);
    }
    tables.extend((!alone.names().is_empty()).then_some(alone));
    tables
}

fn find<'a>(tables: &'a [Table], title: &str) -> Option<&'a Table> {
    tables.iter().find(|table| table.title == title)
}

fn compared(a: &Table, b: &Table) -> Table {
    let more = b
        .columns
        .iter()
        .filter(|column| !a.columns.contains(column));
    let values = a.columns.iter().skip(a.keys).chain(more);
    let values = values.filter(|column| !LEFT_OUT.contains(&column.as_str()));
    // A ratio says nothing of words.
    let values: Vec<_> = values
        .map(|column| (column, a.has_numbers(column) || b.has_numbers(column)))
        .collect();
    let mut columns: Vec<String> = a.columns.iter().take(a.keys).cloned().collect();
    for (column, has_ratio) in &values {
        columns.extend(["A", "B"].map(|run| format!("{column} {run}")));
        columns.extend(has_ratio.then(|| format!("{column} B/A")));
    }
    let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
    let mut table = Table::new(a.title.clone(), &columns);
    table.keyed_by(a.keys);
    let known = a.names();
    let more = b.names().into_iter().filter(|name| !known.contains(name));
    for name in known.iter().cloned().chain(more) {
        let rows = [a, b].map(|table| table.named(&name));
        let Some(key) = rows.iter().flatten().next() else {
            continue;
        };
        let mut cells: Vec<Cell> = key.iter().take(a.keys).cloned().collect();
        for (column, has_ratio) in &values {
            let pair = [(a, rows[0]), (b, rows[1])]
                .map(|(table, row)| row.map_or(Cell::Missing, |row| table.cell(row, column)));
            let ratio = ratio(&pair);
            cells.extend(pair);
            cells.extend(has_ratio.then_some(ratio));
        }
        table.row(cells);
    }
    table
}

fn ratio([a, b]: &[Cell; 2]) -> Cell {
    match (a, b) {
        (Cell::Number(a, _), Cell::Number(b, _)) => Cell::maybe(Some(b / a), 2),
        _ => Cell::Missing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(rows: &[(&str, f64)]) -> Table {
        let mut table = Table::new("passes", &["pass", "GPU ms", "% of GPU"]);
        for (name, time) in rows {
            let time = Cell::Number(*time, 3);
            table.row(vec![(*name).into(), time, Cell::Number(1.0, 0)]);
        }
        table
    }

    #[test]
    fn rows_are_matched_by_their_names() {
        let old = [run(&[("a", 2.0), ("gone", 1.0)])];
        let new = [run(&[("new", 4.0), ("a", 1.0)])];
        let tables = tables(&old, &new);
        let text = tables[0].text();
        let words = |row: usize| -> Vec<&str> {
            let line = text.lines().nth(row).unwrap_or_default();
            line.split_whitespace().collect()
        };
        let head = "pass GPU ms A GPU ms B GPU ms B/A";
        assert_eq!(words(1).join(" "), head, "{text}");
        assert_eq!(words(2), ["a", "2.000", "1.000", "0.50"]);
        assert_eq!(words(3), ["gone", "1.000", "n/a", "n/a"]);
        assert_eq!(words(4), ["new", "n/a", "4.000", "n/a"]);
    }

    #[test]
    fn tables_of_one_run_alone_are_named() {
        let [mut gone, mut new] = [run(&[]), run(&[])];
        (gone.title, new.title) = ("gone".into(), "new".into());
        let both = run(&[("a", 1.0)]);
        let tables = tables(&[both.clone(), gone], &[new, both]);
        let titles: Vec<&str> = tables.iter().map(|t| t.title.as_str()).collect();
        assert_eq!(titles, ["passes", "In one run alone"]);
        assert_eq!(tables[1].texts(), [["gone", "A"], ["new", "B"]]);
    }
}
