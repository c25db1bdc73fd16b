//! What the engine must be told.

/// Everything the engine must be told.
#[derive(Clone, Debug)]
pub struct Settings {
    /// `sqlite://data/waxseal.db` or `postgres://…`.
    pub database_url: String,
    /// The public address of this installation, such as `https://tlsrpt.example.com`.
    pub base_url: Option<String>,
    /// What the base URL is while none is configured: the address listened on.
    pub local_url: String,
    /// The host of report addresses for mail: `<address>@<report host>`; none while mail is not received.
    pub report_host: Option<String>,
    /// Caps on what is taken in.
    pub limits: ingest::Limits,
    /// Bytes that all reports being read may hold in memory together.
    pub memory: usize,
    /// What a domain's own address may take in on one UTC day.
    pub quota: model::DayQuota,
    /// How long what is kept in full is kept; a workspace may have ages of its own.
    pub retention: crate::Retention,
    /// Where the key is that secrets are sealed with.
    pub secrets: crate::KeySource,
    /// How mailboxes are read; none for commands, which read none.
    pub mailboxes: Option<crate::mailboxes::Settings>,
    /// What looks at domains from outside; none where checks are switched off, and for commands that make none.
    pub checks: Option<checks::Runner>,
    /// What finds the keys of DKIM signatures; none where the system knows no name server, and for commands that take no mail in.
    pub keys: Option<checks::TextFinder>,
    /// What sends mails to people; none where no mail server is configured, and for commands that send none.
    pub mail: Option<post::Settings>,
    /// Whether [`Engine::open`](crate::Engine::open) may create or upgrade the schema. Other commands than `serve` and
    /// `migrate` refuse a differing one.
    pub migrate: bool,
}
