//! One page of HTML that needs no other file.

use super::chart::charts;
use super::svg::svg;
use super::table::Table;
use std::fmt::Write as _;

const STYLE: &str = "\
body { font: 14px/1.4 sans-serif; margin: 2em auto; max-width: 1500px; padding: 0 1em; color: #1f2937 }
h2 { margin-top: 2em; border-bottom: 1px solid #d1d5db }
table { border-collapse: collapse; margin: 0.5em 0 }
th, td { padding: 2px 10px; text-align: left; border-bottom: 1px solid #e5e7eb }
.number { text-align: right; font-variant-numeric: tabular-nums }
.plots, .runs { display: flex; flex-wrap: wrap; gap: 1em; align-items: flex-start }
.wide { overflow-x: auto }
p { margin: 0.2em 0; color: #4b5563 }
";

/// The tables of one run, each with its plots.
pub fn single(tables: &[Table]) -> Result<String, String> {
    let mut body = String::from("<h1>Benchmark of gst-plugin-wgpu</h1>\n");
    for table in tables {
        let _ = writeln!(body, "<h2>{}</h2>", escaped(&table.title));
        body += &plots(&[("", table)])?;
        body += &html(table);
    }
    Ok(page("Benchmark of gst-plugin-wgpu", &body))
}

/// Two runs side by side: plots of both, their ratios, and the tables of each.
pub fn pair(
    names: &[String; 2],
    runs: [&[Table]; 2],
    compared: &[Table],
) -> Result<String, String> {
    let mut body = String::from("<h1>Two benchmarks of gst-plugin-wgpu</h1>\n");
    for (run, name) in ["A", "B"].iter().zip(names) {
        let _ = writeln!(body, "<p>{run}: {}</p>", escaped(name));
    }
    for table in compared {
        let _ = writeln!(body, "<h2>{}</h2>", escaped(&table.title));
        let found = ["A", "B"].iter().zip(runs).filter_map(|(run, tables)| {
            let found = tables.iter().find(|other| other.title == table.title);
            found.map(|found| (*run, found))
        });
        let found: Vec<(&str, &Table)> = found.collect();
        body += &plots(&found)?;
        body += &html(table);
        body += "<details><summary>each by itself</summary><div class=\"runs\">\n";
        for (run, table) in found {
            let _ = writeln!(body, "<div><h3>{run}</h3>{}</div>", html(table));
        }
        body += "</div></details>\n";
    }
    Ok(page("Two benchmarks of gst-plugin-wgpu", &body))
}

fn plots(runs: &[(&str, &Table)]) -> Result<String, String> {
    let charts = charts(runs);
    let plots = charts.iter().map(svg).collect::<Result<Vec<_>, _>>()?;
    Ok(match plots.is_empty() {
        true => String::new(),
        false => format!("<div class=\"plots\">\n{}</div>\n", plots.join("\n")),
    })
}

fn html(table: &Table) -> String {
    let is_text: Vec<bool> = (0..table.columns.len()).map(|c| table.is_text(c)).collect();
    let class = |column: usize| match is_text.get(column) {
        Some(false) => " class=\"number\"",
        _ => "",
    };
    let line = |tag: &str, texts: &[String]| {
        let cells = texts.iter().enumerate();
        let cells = cells.map(|(c, text)| format!("<{tag}{}>{}</{tag}>", class(c), escaped(text)));
        format!("<tr>{}</tr>\n", cells.collect::<String>())
    };
    let mut text = format!(
        "<div class=\"wide\"><table>\n{}",
        line("th", &table.columns)
    );
    for row in table.texts() {
        text += &line("td", &row);
    }
    text += "</table></div>\n";
    for note in &table.notes {
        let _ = writeln!(text, "<p>{}</p>", escaped(note));
    }
    text
}

fn page(title: &str, body: &str) -> String {
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"/>\n\
         <title>{}</title>\n<style>\n{STYLE}</style></head>\n<body>\n{body}</body></html>\n",
        escaped(title)
    )
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped += "&amp;",
            '<' => escaped += "&lt;",
            '>' => escaped += "&gt;",
            '"' => escaped += "&quot;",
            '\'' => escaped += "&#39;",
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::super::table::Cell;
    use super::*;

    fn table(time: f64) -> Table {
        let mut table = Table::new("a < b", &["pass", "GPU ms"]);
        table.row(vec!["x \"&\" <y>".into(), Cell::Number(time, 2)]);
        table.note("it's");
        table
    }

    #[test]
    fn words_cannot_end_an_element() {
        let page = single(&[table(1.0)]).expect("a page");
        assert!(page.contains("<h2>a &lt; b</h2>"));
        assert!(
            page.contains("<td>x &quot;&amp;&quot; &lt;y&gt;</td><td class=\"number\">1.00</td>")
        );
        assert!(page.contains("<p>it&#39;s</p>"));
        assert!(!page.contains("<y>"), "the plot leaves it as it is");
    }

    #[test]
    fn each_plot_is_in_the_page() {
        let count = |page: &str, what: &str| page.matches(what).count();
        let one = single(&[table(1.0)]).expect("a page");
        assert_eq!((count(&one, "<svg"), count(&one, "</svg>")), (1, 1));
        let runs = [[table(1.0)], [table(2.0)]];
        let names = ["a.json", "b.json"].map(String::from);
        let page = pair(&names, [&runs[0], &runs[1]], &[table(0.5)]).expect("a page");
        assert_eq!((count(&page, "<svg"), count(&page, "<table>")), (1, 3));
        assert!(page.contains("GPU ms B"));
    }
}
