//! Tables from the JSON of an earlier run.

use super::table::{Cell, Table};
use serde_json::Value;
use std::path::Path;

/// All tables of a file.
pub fn file(path: &Path) -> Result<Vec<Table>, String> {
    let wrong = |error: &dyn std::fmt::Display| format!("'{}': {error}", path.display());
    let text = std::fs::read_to_string(path).map_err(|error| wrong(&error))?;
    tables(&text).map_err(|error| wrong(&error))
}

/// All tables of a text.
pub fn tables(text: &str) -> Result<Vec<Table>, String> {
    let value: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let list = value.as_array().ok_or("not a list of tables")?;
    list.iter().map(table).collect()
}

fn table(value: &Value) -> Result<Table, String> {
    let title = value["title"].as_str().ok_or("a table without a title")?;
    let wrong = |what: &str| format!("the table '{title}' has no {what}");
    let columns = value["columns"]
        .as_array()
        .ok_or_else(|| wrong("columns"))?;
    let columns: Vec<&str> = columns.iter().filter_map(Value::as_str).collect();
    let rows = value["rows"].as_array().ok_or_else(|| wrong("rows"))?;
    let mut table = Table::new(title, &columns);
    table.keyed_by(value["keys"].as_u64().unwrap_or(1) as usize);
    for row in rows {
        table.row(columns.iter().map(|column| cell(&row[*column])).collect());
    }
    for note in value["notes"].as_array().into_iter().flatten() {
        table.note(note.as_str().unwrap_or_default());
    }
    Ok(table)
}

fn cell(value: &Value) -> Cell {
    match value {
        Value::String(text) => Cell::Text(text.clone()),
        Value::Number(number) => number.as_f64().map_or(Cell::Missing, Cell::rounded),
        _ => Cell::Missing,
    }
}

#[cfg(test)]
mod tests {
    use super::super::table::json;
    use super::*;

    #[test]
    fn what_was_written_is_read() {
        let mut table = Table::new("a \"b\"", &["z", "y", "ms"]);
        table.keyed_by(2);
        table.row(vec!["r".into(), Cell::Missing, Cell::Number(12.0, 0)]);
        table.note("n");
        let text = json(&[table]);
        let read = tables(&text).expect("tables");
        assert_eq!(json(&read), text);
        assert!(read[0].text().contains("n/a  12\n"));
    }

    #[test]
    fn other_files_are_refused_by_what_they_lack() {
        assert!(tables("{").is_err());
        assert!(tables("{}").is_err_and(|error| error.contains("list")));
        let error = tables(r#"[{"title":"t"}]"#).expect_err("no columns");
        assert!(error.contains("'t' has no columns"));
    }
}
