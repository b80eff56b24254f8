//! Results as tables: aligned text for people, JSON for programs.

use std::fmt::Write as _;

/// One field of a table.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Words.
    Text(String),
    /// A number and how many decimals to show.
    Number(f64, usize),
    /// Could not be had on this machine.
    Missing,
}

impl Cell {
    /// A number that may be missing.
    pub fn maybe(number: Option<f64>, decimals: usize) -> Self {
        match number {
            Some(number) if number.is_finite() => Self::Number(number, decimals),
            _ => Self::Missing,
        }
    }

    fn text(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Number(number, decimals) => format!("{number:.decimals$}"),
            Self::Missing => "n/a".into(),
        }
    }

    fn json(&self) -> String {
        match self {
            Self::Text(text) => quoted(text),
            Self::Number(number, _) if number.is_finite() => format!("{number}"),
            _ => "null".into(),
        }
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

/// Rows under named columns, and remarks below them.
#[derive(Debug, Clone, Default)]
pub struct Table {
    title: String,
    columns: Vec<String>,
    rows: Vec<Vec<Cell>>,
    notes: Vec<String>,
}

impl Table {
    /// An empty table.
    pub fn new(title: impl Into<String>, columns: &[&str]) -> Self {
        Self {
            title: title.into(),
            columns: columns.iter().map(ToString::to_string).collect(),
            ..Self::default()
        }
    }

    /// Adds a row; it has a cell for each column.
    pub fn row(&mut self, cells: Vec<Cell>) {
        self.rows.push(cells);
    }

    /// Adds a remark.
    pub fn note(&mut self, note: impl Into<String>) {
        self.notes.push(note.into());
    }

    /// The table as aligned text: words to the left, numbers to the right.
    pub fn text(&self) -> String {
        let rows: Vec<Vec<String>> = self
            .rows
            .iter()
            .map(|row| row.iter().map(Cell::text).collect())
            .collect();
        let width = |column: usize| {
            let cells = rows.iter().filter_map(|row| row.get(column));
            let widths = cells.chain(self.columns.get(column));
            widths.map(|text| text.chars().count()).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..self.columns.len()).map(width).collect();
        let mut text = format!("{}\n", self.title);
        for row in std::iter::once(&self.columns).chain(&rows) {
            text += &self.line(row, &widths);
        }
        for note in &self.notes {
            let _ = writeln!(text, "  {note}");
        }
        text
    }

    fn line(&self, row: &[String], widths: &[usize]) -> String {
        let mut line = String::new();
        for (column, (text, width)) in row.iter().zip(widths).enumerate() {
            let _ = match self.is_text(column) {
                true => write!(line, "  {text:<width$}"),
                false => write!(line, "  {text:>width$}"),
            };
        }
        format!("{}\n", line.trim_end())
    }

    fn is_text(&self, column: usize) -> bool {
        let mut cells = self.rows.iter().filter_map(|row| row.get(column));
        cells.any(|cell| matches!(cell, Cell::Text(_)))
    }

    fn json(&self) -> String {
        let row = |row: &Vec<Cell>| {
            let pairs = self.columns.iter().zip(row);
            let fields = pairs.map(|(name, cell)| format!("{}:{}", quoted(name), cell.json()));
            format!("{{{}}}", fields.collect::<Vec<_>>().join(","))
        };
        let rows: Vec<String> = self.rows.iter().map(row).collect();
        let notes: Vec<String> = self.notes.iter().map(|note| quoted(note)).collect();
        format!(
            "{{\"title\":{},\"rows\":[{}],\"notes\":[{}]}}",
            quoted(&self.title),
            rows.join(","),
            notes.join(",")
        )
    }
}

/// All tables as one JSON array.
pub fn json(tables: &[Table]) -> String {
    let tables: Vec<String> = tables.iter().map(Table::json).collect();
    format!("[{}]\n", tables.join(",\n"))
}

fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if c.is_control() => {
                let _ = write!(quoted, "\\u{:04x}", u32::from(c));
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
        let mut table = Table::new("speeds", &["name", "ms"]);
        table.row(vec!["a \"b\"".into(), Cell::Number(12.345, 1)]);
        table.row(vec!["c".into(), Cell::maybe(Some(f64::NAN), 1)]);
        table.note("noisy");
        table
    }

    #[test]
    fn columns_line_up() {
        let text = table().text();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(
            lines[1..4],
            ["  name     ms", "  a \"b\"  12.3", "  c       n/a"]
        );
        assert_eq!(lines[4], "  noisy");
    }

    #[test]
    fn json_keeps_all_digits_and_escapes() {
        let text = json(&[table()]);
        assert!(text.contains(r#"{"name":"a \"b\"","ms":12.345}"#));
        assert!(text.contains(r#"{"name":"c","ms":null}"#));
    }
}
