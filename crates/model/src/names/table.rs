//! CSV whose heading names its columns: the domain, and what its owner notes about it.

use super::{Found, Limits, Particulars, item, shown, tags};

const DOMAIN: [&str; 6] = ["domain", "domains", "domain name", "hostname", "zone", "name"];
const TAGS: [&str; 4] = ["tags", "tag", "labels", "group"];
const CUSTOMER: [&str; 4] = ["customer", "client", "owner", "account"];
const NOTES: [&str; 4] = ["notes", "note", "comment", "remarks"];

/// What the columns are apart by; none when the first line is no heading of ours.
pub(super) fn delimiter(text: &str) -> Option<u8> {
    let heading = text.lines().find(|line| !line.trim().is_empty())?;
    let cells = |delimiter: u8| heading.split(char::from(delimiter)).map(cell_name).collect::<Vec<_>>();
    [b',', b';', b'\t'].into_iter().find(|delimiter| {
        let cells = cells(*delimiter);
        // A heading of one column must be that of the domain and no name itself.
        cells.iter().any(|cell| DOMAIN.contains(&cell.as_str())) && !cells.iter().any(|cell| cell.contains('.'))
    })
}

fn cell_name(cell: &str) -> String {
    cell.trim().trim_matches('"').trim().to_lowercase()
}

/// Where the columns stand.
struct Columns {
    domain: usize,
    tags: Option<usize>,
    customer: Option<usize>,
    notes: Option<usize>,
}

/// Reads a table.
pub(super) fn read(text: &str, delimiter: u8, found: &mut Found<'_>) {
    let mut reader =
        csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).has_headers(false).from_reader(text.as_bytes());
    let mut columns = None;
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(error) => return found.item(0, "", Err(format!("the table cannot be read: {error}"))),
        };
        let line = record.position().map_or(0, |position| u32::try_from(position.line()).unwrap_or(u32::MAX));
        let whole = || record.iter().collect::<Vec<_>>().join(&char::from(delimiter).to_string());
        match &columns {
            None => columns = Some(heading(&record, line, found)),
            Some(_) if record.iter().all(|cell| cell.trim().is_empty()) => {}
            Some(columns) => {
                let limits = *found.limits;
                found.labelled(line, &whole(), row(&record, columns, &limits));
            }
        }
    }
}

fn heading(record: &csv::StringRecord, line: u32, found: &mut Found<'_>) -> Columns {
    let cells: Vec<String> = record.iter().map(cell_name).collect();
    let at = |names: &[&str]| names.iter().find_map(|name| cells.iter().position(|cell| cell == name));
    let columns = Columns {
        domain: at(&DOMAIN).unwrap_or_default(),
        tags: at(&TAGS),
        customer: at(&CUSTOMER),
        notes: at(&NOTES),
    };
    let used = [Some(columns.domain), columns.tags, columns.customer, columns.notes];
    let unused: Vec<&str> =
        cells.iter().enumerate().filter(|(i, _)| !used.contains(&Some(*i))).map(|(_, cell)| cell.as_str()).collect();
    let why = if unused.is_empty() {
        "the heading of the table".to_owned()
    } else {
        format!("the heading of the table; not used: {}", shown(&unused.join(", "), 100))
    };
    found.passed_over(line, &cells.join(", "), &why);
    columns
}

/// The domain of a row and what stands beside it.
fn row(
    record: &csv::StringRecord,
    columns: &Columns,
    limits: &Limits,
) -> Result<(crate::DomainName, Particulars), String> {
    let cell = |column: Option<usize>| column.and_then(|column| record.get(column)).unwrap_or_default().trim();
    let domain = cell(Some(columns.domain));
    if domain.is_empty() {
        return Err("the column of the domain is empty".to_owned());
    }
    if domain.contains('\n') {
        return Err("a quotation mark is opened here and closed only lines later, or never".to_owned());
    }
    let particulars = Particulars::new(cell(columns.tags), cell(columns.customer), cell(columns.notes), limits)?;
    Ok((item::read(domain)?, particulars))
}

impl Particulars {
    /// What was typed about a domain.
    ///
    /// # Errors
    /// Says what is too long, or cannot be seen.
    pub fn new(tags: &str, customer: &str, notes: &str, limits: &Limits) -> Result<Self, String> {
        let (customer, notes) = (customer.trim(), notes.trim().replace("\r\n", "\n"));
        if customer.chars().count() > limits.label {
            return Err(format!("the customer’s name is longer than {} characters", limits.label));
        }
        if customer.contains(crate::text::acts) {
            return Err("the customer’s name has characters that cannot be seen".to_owned());
        }
        if notes.chars().count() > limits.notes {
            return Err(format!("the notes are longer than {} characters", limits.notes));
        }
        if notes.contains(|c: char| crate::text::acts(c) && !matches!(c, '\n' | '\t')) {
            return Err("the notes have characters that cannot be seen".to_owned());
        }
        Ok(Self { tags: self::tags(tags, limits)?, customer: customer.to_owned(), notes })
    }
}
