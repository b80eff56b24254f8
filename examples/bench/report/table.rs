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

    /// A number with as many decimals as it needs to be read.
    pub fn rounded(number: f64) -> Self {
        let decimals = match number.abs() {
            n if n.fract() == 0.0 || n >= 1000.0 => 0,
            n if n >= 100.0 => 1,
            n if n >= 10.0 => 2,
            _ => 3,
        };
        Self::Number(number, decimals)
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
    /// What it is about; no other table of a run has the same.
    pub title: String,
    /// Names of the columns.
    pub columns: Vec<String>,
    /// So many columns, from the first on, tell the rows apart.
    pub keys: usize,
    /// Remarks.
    pub notes: Vec<String>,
    rows: Vec<Vec<Cell>>,
}

impl Table {
    /// An empty table.
    pub fn new(title: impl Into<String>, columns: &[&str]) -> Self {
        Self {
            title: title.into(),
            columns: columns.iter().map(ToString::to_string).collect(),
            keys: 1,
            ..Self::default()
        }
    }

    /// Says how many columns tell the rows apart, where it is not the first alone.
    pub fn keyed_by(&mut self, keys: usize) {
        self.keys = keys;
    }

    /// What tells each row apart.
    pub fn names(&self) -> Vec<String> {
        self.rows.iter().map(|row| self.name(row)).collect()
    }

    fn name(&self, row: &[Cell]) -> String {
        let keys = row.iter().take(self.keys).map(Cell::text);
        keys.collect::<Vec<_>>().join(", ")
    }

    /// The row of this name.
    pub fn named(&self, name: &str) -> Option<&[Cell]> {
        let mut rows = self.rows.iter();
        rows.find(|row| self.name(row) == name).map(Vec::as_slice)
    }

    /// The field of a row in a column, or that it is missing.
    pub fn cell(&self, row: &[Cell], column: &str) -> Cell {
        let mut columns = self.columns.iter();
        let index = columns.position(|name| name == column);
        let cell = index.and_then(|index| row.get(index));
        cell.cloned().unwrap_or(Cell::Missing)
    }

    /// The number of a row in a column.
    pub fn number(&self, row: &[Cell], column: &str) -> Option<f64> {
        match self.cell(row, column) {
            Cell::Number(number, _) => Some(number),
            _ => None,
        }
    }

    /// True where a column has a number in any row.
    pub fn has_numbers(&self, column: &str) -> bool {
        let mut rows = self.rows.iter();
        rows.any(|row| self.number(row, column).is_some())
    }

    /// All fields as they are shown.
    pub fn texts(&self) -> Vec<Vec<String>> {
        let row = |row: &Vec<Cell>| row.iter().map(Cell::text).collect();
        self.rows.iter().map(row).collect()
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
        let rows = self.texts();
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

    /// True where a column has words.
    pub fn is_text(&self, column: usize) -> bool {
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
        let columns: Vec<String> = self.columns.iter().map(|name| quoted(name)).collect();
        format!(
            "{{\"title\":{},\"columns\":[{}],\"keys\":{},\"rows\":[{}],\"notes\":[{}]}}",
            quoted(&self.title),
            columns.join(","),
            self.keys,
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
    fn numbers_of_a_file_get_the_decimals_they_need() {
        let text = |number| Cell::rounded(number).text();
        let found = [0.1234, 12.345, 123.45, 2000.6, 16.0].map(text);
        assert_eq!(found, ["0.123", "12.35", "123.5", "2001", "16"]);
    }

    #[test]
    fn rows_are_found_by_their_keys() {
        let mut table = Table::new("t", &["streams", "stream", "fps"]);
        table.keyed_by(2);
        for stream in [1.0, 2.0] {
            let number = |value| Cell::Number(value, 0);
            table.row(vec![number(2.0), number(stream), number(10.0 * stream)]);
        }
        assert_eq!(table.names(), ["2, 1", "2, 2"]);
        let row = table.named("2, 2").expect("a row");
        assert_eq!(table.number(row, "fps"), Some(20.0));
        assert_eq!(table.number(row, "none"), None);
        assert!(table.named("3, 1").is_none());
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
