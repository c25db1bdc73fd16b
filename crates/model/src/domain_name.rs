//! A DNS name in its one canonical form.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// A domain name as A-labels in lower case without the final dot: `xn--bcher-kva.example`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DomainName(String);

/// Why a text is no domain name. The caller shows it beside what was typed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DomainNameError {
    /// Nothing was given.
    #[error("the name is empty")]
    Empty,
    /// An e-mail address or a URL was given.
    #[error("this looks like {0}; give the bare domain, such as example.com")]
    NotBare(&'static str),
    /// An address literal was given.
    #[error("an IP address is not a domain")]
    IpAddress,
    /// There is no dot: not a name in public DNS.
    #[error("the name has only one label; a mail domain has at least two, such as example.com")]
    SingleLabel,
    /// A label or the whole is not allowed in DNS.
    #[error("{0}")]
    Invalid(String),
}

impl DomainName {
    /// Reads a name in any spelling: any case, U-labels, a final dot, white space around.
    ///
    /// # Errors
    /// Says what stands there instead of a mail domain's name.
    pub fn parse(text: &str) -> Result<Self, DomainNameError> {
        let text = text.trim().trim_end_matches('.');
        if text.is_empty() {
            return Err(DomainNameError::Empty);
        }
        let name = idna::domain_to_ascii(text).map_err(|e| DomainNameError::Invalid(e.to_string()))?;
        Ok(Self(name))
    }

    /// The A-label form.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for DomainName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for DomainName {
    type Err = DomainNameError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl TryFrom<String> for DomainName {
    type Error = DomainNameError;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<DomainName> for String {
    fn from(name: DomainName) -> Self {
        name.0
    }
}
