//! Charts as SVG.

use super::chart::{Chart, Kind};
use plotters::coord::Shift;
use plotters::coord::ranged1d::{DefaultFormatting, KeyPointHint};
use plotters::prelude::*;
use std::ops::Range;

const WIDTH: u32 = 720;
const COLOURS: [RGBColor; 6] = [
    RGBColor(31, 90, 166),
    RGBColor(217, 119, 6),
    RGBColor(21, 128, 61),
    RGBColor(190, 24, 93),
    RGBColor(109, 40, 217),
    RGBColor(75, 85, 99),
];
/// Where axes of decades begin.
const LEAST: f64 = 0.1;
/// Most characters of a name beside a bar.
const NAME: usize = 34;

/// An axis with marks where we want them.
struct Axis {
    range: Range<f64>,
    marks: Vec<f64>,
}

impl Ranged for Axis {
    type FormatOption = DefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, limit: (i32, i32)) -> i32 {
        let share = (value - self.range.start) / (self.range.end - self.range.start);
        limit.0 + (f64::from(limit.1 - limit.0) * share).round() as i32
    }

    fn key_points<Hint: KeyPointHint>(&self, _: Hint) -> Vec<f64> {
        self.marks.clone()
    }

    fn range(&self) -> Range<f64> {
        self.range.clone()
    }
}

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

/// The text of an `svg` element.
pub fn svg(chart: &Chart) -> Result<String, String> {
    let mut text = String::new();
    let height = match chart.kind {
        Kind::Bars => 90 + (chart.names.len() * (6 + 10 * chart.series.len())) as u32,
        _ => 320,
    };
    {
        let area = SVGBackend::with_string(&mut text, (WIDTH, height)).into_drawing_area();
        let drawn = match chart.kind {
            Kind::Bars => bars(&area, chart),
            _ => lines(&area, chart),
        };
        let drawn = drawn.and_then(|()| area.present().map_err(|error| error.to_string()));
        drawn.map_err(|error| format!("the plot '{}': {error}", chart.title))?;
    }
    Ok(text)
}

fn colour(index: usize) -> RGBColor {
    COLOURS.iter().cycle().nth(index).copied().unwrap_or(BLACK)
}

fn largest(chart: &Chart) -> f64 {
    let values = chart.series.iter().flat_map(|(_, values)| values);
    let largest = values.flatten().copied().fold(0.0, f64::max);
    if largest > 0.0 { largest } else { 1.0 }
}

fn bars(area: &Area<'_>, chart: &Chart) -> Result<(), String> {
    let wrong = |error: DrawingAreaErrorKind<_>| error.to_string();
    let count = chart.names.len();
    // From the top down.
    let place = |index: usize| (count - 1 - index) as f64;
    let axis = Axis {
        range: -0.5..count as f64 - 0.5,
        marks: (0..count).map(place).collect(),
    };
    let mut context = ChartBuilder::on(area)
        .caption(&chart.title, ("sans-serif", 15))
        .margin(8)
        .x_label_area_size(24)
        .y_label_area_size(230)
        .build_cartesian_2d(0.0..largest(chart) * 1.3, axis)
        .map_err(wrong)?;
    let name = |at: &f64| {
        let index = (count as f64 - 1.0 - at).round() as usize;
        let name = chart.names.get(index).cloned().unwrap_or_default();
        let skip = name.chars().count().saturating_sub(NAME);
        name.chars().skip(skip).collect()
    };
    let mut mesh = context.configure_mesh();
    mesh.disable_y_mesh()
        .y_labels(count)
        .y_label_formatter(&name);
    mesh.draw().map_err(wrong)?;
    let thick = 0.8 / chart.series.len() as f64;
    for (number, (label, values)) in chart.series.iter().enumerate() {
        let style = colour(number).filled();
        let top = 0.4 - number as f64 * thick;
        let bar = |(index, value): (usize, &Option<f64>)| {
            let top = place(index) + top;
            Some(Rectangle::new(
                [(0.0, top - thick), ((*value)?, top)],
                style,
            ))
        };
        let drawn = context.draw_series(values.iter().enumerate().filter_map(bar));
        drawn
            .map_err(wrong)?
            .label(label)
            .legend(move |(x, y)| Rectangle::new([(x, y - 5), (x + 10, y + 5)], style));
    }
    legend(&mut context, SeriesLabelPosition::LowerRight).map_err(wrong)
}

fn lines(area: &Area<'_>, chart: &Chart) -> Result<(), String> {
    let wrong = |error: DrawingAreaErrorKind<_>| error.to_string();
    let is_log = chart.kind == Kind::Decades;
    let last = chart.names.len().saturating_sub(1) as f64;
    let height = |value: f64| match is_log {
        true => value.max(LEAST).log10(),
        false => value,
    };
    let most = largest(chart);
    let up = match is_log {
        true => {
            let decades = most.log10().ceil().max(1.0);
            Axis {
                range: LEAST.log10()..decades,
                marks: (LEAST.log10() as i32..=decades as i32)
                    .map(f64::from)
                    .collect(),
            }
        }
        false => Axis {
            range: 0.0..most * 1.1,
            marks: (0..=5).map(|n| most * f64::from(n) / 5.0).collect(),
        },
    };
    let along = Axis {
        range: -0.2..last + 0.2,
        marks: (0..chart.names.len()).map(|place| place as f64).collect(),
    };
    let mut context = ChartBuilder::on(area)
        .caption(&chart.title, ("sans-serif", 15))
        .margin(8)
        .x_label_area_size(36)
        .y_label_area_size(56)
        .build_cartesian_2d(along, up)
        .map_err(wrong)?;
    let name = |at: &f64| {
        chart
            .names
            .get(at.round() as usize)
            .cloned()
            .unwrap_or_default()
    };
    let value = |at: &f64| match is_log {
        true => format!("{}", 10f64.powf(at.round())),
        false => format!("{at:.0}"),
    };
    let mut mesh = context.configure_mesh();
    mesh.x_desc("streams")
        .x_label_formatter(&name)
        .y_label_formatter(&value);
    mesh.draw().map_err(wrong)?;
    for (number, (label, values)) in chart.series.iter().enumerate() {
        let style = colour(number).stroke_width(2);
        let points = values.iter().enumerate();
        let points: Vec<(f64, f64)> = points
            .filter_map(|(place, value)| Some((place as f64, height((*value)?))))
            .collect();
        let dots = points
            .iter()
            .map(|at| Circle::new(*at, 3, colour(number).filled()));
        context.draw_series(dots).map_err(wrong)?;
        let drawn = context.draw_series(LineSeries::new(points, style));
        drawn
            .map_err(wrong)?
            .label(label)
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 14, y)], style));
    }
    legend(&mut context, SeriesLabelPosition::UpperLeft).map_err(wrong)
}

/// What each colour stands for.
fn legend<'a, X: Ranged, Y: Ranged>(
    context: &mut ChartContext<'a, SVGBackend<'a>, Cartesian2d<X, Y>>,
    position: SeriesLabelPosition,
) -> Result<(), DrawingAreaErrorKind<<SVGBackend<'static> as DrawingBackend>::ErrorType>> {
    let mut labels = context.configure_series_labels();
    labels.position(position).border_style(BLACK.mix(0.3));
    labels.background_style(WHITE.mix(0.8)).draw()
}
