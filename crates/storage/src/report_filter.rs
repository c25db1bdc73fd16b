//! Which reports a list has, as conditions of SQL. `$1` always stands for the workspace, `r` for some of `reports`, `d` for some
//! of `domains`.

use model::{
    DayRange, DomainName, Trust,
    report_list::{Failed, ReportQuery},
};
use sea_orm::Value;
use tlsrpt::PolicyType;

use crate::{
    codes::{self, Code as _},
    report_list::EVER,
    sql,
};

/// Which reports are listed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReportFilter {
    /// Only those whose day lies here; none lists all, days that cannot be believed included.
    pub range: Option<DayRange>,
    /// Only those of which so many sessions failed.
    pub failed: Option<Failed>,
    /// Only those of this trust.
    pub trust: Option<Trust>,
    /// Only those that speak of a policy of this type.
    pub policy_type: Option<PolicyType>,
    /// Only those whose reporter's name contains this.
    pub reporter: String,
    /// Only those on domains whose name contains this; of no meaning for the list of one domain.
    pub domain: String,
}

impl From<&ReportQuery> for ReportFilter {
    fn from(query: &ReportQuery) -> Self {
        let ReportQuery { from, to, failed, trust, policy_type, reporter, domain, sort: _, page: _ } = query.clone();
        let range = DayRange { first: from.unwrap_or(EVER.first), last: to.unwrap_or(EVER.last) };
        Self { range: Some(range), failed, trust, policy_type, reporter, domain }
    }
}

impl ReportFilter {
    /// The days it asks for.
    pub(crate) fn days(&self) -> DayRange {
        self.range.unwrap_or(EVER)
    }

    /// What an index of reports answers, in the words of that index.
    pub(crate) const fn indexed(&self) -> &'static str {
        match self.failed {
            Some(Failed::Some | Failed::All) => " AND r.failed > 0",
            Some(Failed::None) | None => "",
        }
    }

    /// What only a look at the rows tells; empty where it asks for nothing of the kind.
    pub(crate) fn looked_at(&self, values: &mut Vec<Value>) -> String {
        let mut conditions = match self.failed {
            Some(Failed::None) => " AND r.failed = 0".to_owned(),
            Some(Failed::All) => " AND r.failed >= r.sessions".to_owned(),
            Some(Failed::Some) | None => String::new(),
        };
        let mut add = |value: Value, condition: &str| {
            values.push(value);
            conditions.push_str(" AND ");
            conditions.push_str(&condition.replace('?', &format!("${}", values.len())));
        };
        if let Some(trust) = self.trust {
            add(trust.code().into(), "r.trust = ?");
        }
        if let Some(policy_type) = &self.policy_type {
            let policies = "EXISTS (SELECT 1 FROM policies p WHERE p.domain_id = r.domain_id AND p.report_id = r.id \
                            AND p.policy_type = ?)";
            add(codes::of_policy_type(policy_type).0.into(), policies);
        }
        let reporter = self.reporter.trim();
        if !reporter.is_empty() {
            let named = "r.reporter_id IN (SELECT w.id FROM reporters w WHERE w.workspace_id = $1 \
                         AND lower(w.name) LIKE ? ESCAPE '\\')";
            add(sql::containing(reporter).into(), named);
        }
        conditions
    }

    /// On which domains; empty for all.
    pub(crate) fn on_domains(&self, values: &mut Vec<Value>) -> String {
        let search = self.domain.trim();
        if search.is_empty() {
            return String::new();
        }
        // Stored as DNS has them, typed as people read them.
        let search = DomainName::parse_lenient(search).map_or_else(|| search.to_owned(), |name| name.to_string());
        values.push(sql::containing(&search).into());
        format!(" AND d.name LIKE ${} ESCAPE '\\'", values.len())
    }
}
