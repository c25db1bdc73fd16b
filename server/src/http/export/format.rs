//! Rows as text: CSV (RFC 4180), or a JSON array with one object a line.

use model::csv;
use serde_json::{Map, Value};

use super::Row;

/// What a file is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Csv,
    Json,
}

/// One value of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Cell {
    Text(String),
    Number(u64),
    Nothing,
}

impl Format {
    /// The format of a file name's ending.
    pub(super) fn of(ending: &str) -> Option<Self> {
        [Self::Csv, Self::Json].into_iter().find(|format| format.ending() == ending)
    }

    pub(super) const fn ending(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Json => "json",
        }
    }

    pub(super) const fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8; header=present",
            Self::Json => "application/json",
        }
    }

    /// What comes before all rows.
    pub(super) fn head(self, columns: &[&str]) -> String {
        match self {
            Self::Csv => csv::line(columns),
            Self::Json => "[".to_owned(),
        }
    }

    /// What comes after all rows.
    pub(super) const fn foot(self, empty: bool) -> &'static str {
        match (self, empty) {
            (Self::Csv, _) => "",
            (Self::Json, true) => "]\n",
            (Self::Json, false) => "\n]\n",
        }
    }

    /// Appends rows; `first` says that none came before them.
    pub(super) fn rows(self, columns: &[&str], rows: &[Row], mut first: bool, out: &mut String) {
        for row in rows {
            match self {
                Self::Csv => out.push_str(&csv::line(&row.iter().map(Cell::plain).collect::<Vec<_>>())),
                Self::Json => {
                    out.push_str(if first { "\n" } else { ",\n" });
                    let pairs = columns.iter().zip(row).map(|(column, cell)| ((*column).to_owned(), cell.json()));
                    out.push_str(&Value::Object(pairs.collect::<Map<_, _>>()).to_string());
                }
            }
            first = false;
        }
    }
}

impl Cell {
    fn plain(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Number(number) => number.to_string(),
            Self::Nothing => String::new(),
        }
    }

    fn json(&self) -> Value {
        match self {
            Self::Text(text) => text.as_str().into(),
            Self::Number(number) => (*number).into(),
            Self::Nothing => Value::Null,
        }
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<u64> for Cell {
    fn from(number: u64) -> Self {
        Self::Number(number)
    }
}

impl<T: Into<Self>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Nothing, Into::into)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: [&str; 3] = ["name", "failed", "mode"];

    fn file(format: Format, pages: &[&[Row]]) -> String {
        let mut text = format.head(&COLUMNS);
        for (n, page) in pages.iter().enumerate() {
            format.rows(&COLUMNS, page, n == 0, &mut text);
        }
        text.push_str(format.foot(pages.is_empty()));
        text
    }

    fn row(name: &str, failed: u64) -> Row {
        vec![name.into(), failed.into(), None::<String>.into()]
    }

    #[test]
    fn pages_make_one_file() {
        let pages = [&[row("a", 1), row("=b", 2)][..], &[row("c\"", 3)]];
        assert_eq!(file(Format::Csv, &pages), "name,failed,mode\r\na,1,\r\n'=b,2,\r\n\"c\"\"\",3,\r\n");
        let json: Value = serde_json::from_str(&file(Format::Json, &pages)).unwrap();
        assert_eq!(json.as_array().unwrap().len(), 3);
        assert_eq!(json[1], serde_json::json!({ "name": "=b", "failed": 2, "mode": null }));
    }

    #[test]
    fn a_file_without_rows_is_a_file() {
        assert_eq!(file(Format::Csv, &[]), "name,failed,mode\r\n");
        assert_eq!(file(Format::Json, &[]), "[]\n");
    }
}
