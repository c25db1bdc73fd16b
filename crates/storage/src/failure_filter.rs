//! Which failures are meant, as conditions of a query over failures `f` of the domain `$1`, each with the name of its reporter `w`.
//! Codes are numbers, so they may stand in the text.

use model::failing::FailureFilter;
use sea_orm::Value;

use crate::codes::{self, Code as _};

/// Where the rest stands that is asked for: the policy's columns, and the report's.
pub(crate) struct Beside {
    pub(crate) policy: &'static str,
    pub(crate) report: &'static str,
}

/// The conditions, each of which begins with `AND`.
pub(crate) fn of_failures(filter: &FailureFilter, beside: &Beside, values: &mut Vec<Value>) -> String {
    let Beside { policy, report } = beside;
    let mut which = vec![];
    if let Some(policy_type) = &filter.policy_type {
        let (code, text) = codes::of_policy_type(policy_type);
        which.push(format!(" AND {policy}.policy_type = {code}"));
        which.extend(text.map(|text| format!(" AND {policy}.policy_label IN ({})", label(text, values))));
    }
    which.extend(filter.mode.map(|mode| format!(" AND {policy}.mode = {}", codes::of_mode(mode))));
    which.extend(filter.trust.map(|trust| format!(" AND {report}.trust = {}", trust.code())));
    if let Some(result_type) = &filter.result_type {
        let (code, text) = codes::of_result_type(result_type);
        which.push(format!(" AND f.result_type = {code}"));
        which.extend(text.map(|text| format!(" AND f.result_label IN ({})", label(text, values))));
    }
    which.extend(filter.mx.as_ref().map(|mx| match mx {
        None => " AND NOT EXISTS (SELECT 1 FROM labels m WHERE m.id = f.mx_label)".to_owned(),
        Some(host) => format!(" AND f.mx_label IN ({})", label(host, values)),
    }));
    which.extend(filter.reporter.as_deref().map(|name| format!(" AND w.name = {}", place(name, values))));
    which.concat()
}

/// The ids of a text among the domain's labels.
fn label(text: &str, values: &mut Vec<Value>) -> String {
    format!("SELECT m.id FROM labels m WHERE m.domain_id = $1 AND m.text = {}", place(text, values))
}

/// Adds a value; where it stands in the query.
fn place(text: &str, values: &mut Vec<Value>) -> String {
    values.push(text.into());
    format!("${}", values.len())
}
