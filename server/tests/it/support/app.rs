//! The program inside the test's process, on a free port and a fresh database.

use std::net::SocketAddr;

use engine::{DomainListing, TokenRequest};
use model::{DomainName, TokenId, TokenScope, WorkspaceId, view::DomainSetup};

use server::{
    config,
    running::{self, Server},
};
use storage::testing::{Database, Engine};
use tokio::{net::TcpListener, runtime::Runtime};

use super::{Answer, get, post, stored::ALL_COUNT};

/// A running server. It is stopped in order when dropped.
pub(crate) struct TestApp {
    runtime: Runtime,
    server: Option<Server>,
    database: Database,
}

/// Runs a test on SQLite, then on PostgreSQL.
pub(crate) fn on_each_database(settings: &[(&str, &str)], test: impl Fn(&TestApp)) {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        test(&TestApp::launch(settings, engine));
    }
}

impl TestApp {
    /// A server with default settings.
    pub(crate) fn start() -> Self {
        Self::with(&[])
    }

    /// A server with some settings of its own: `("http.idle_timeout", "1s")`.
    pub(crate) fn with(settings: &[(&str, &str)]) -> Self {
        Self::launch(settings, Engine::Sqlite)
    }

    /// A server on this database.
    pub(crate) fn on(settings: &[(&str, &str)], engine: Engine) -> Self {
        Self::launch(settings, engine)
    }

    fn launch(settings: &[(&str, &str)], engine: Engine) -> Self {
        Self::filled(settings, engine, |_| {})
    }

    /// A server on a fresh database that is filled, by its URL, before the server starts.
    pub(crate) fn filled(settings: &[(&str, &str)], engine: Engine, fill: impl FnOnce(&str)) -> Self {
        let runtime = Runtime::new().unwrap();
        let database = runtime.block_on(Database::new(engine));
        fill(&database.url);
        let variable = |key: &str| format!("WAXSEAL_{}", key.replace('.', "__").to_ascii_uppercase());
        // No test asks the name servers of this machine.
        let defaults =
            [("http.listen", "127.0.0.1:0"), ("database.url", database.url.as_str()), ("checks.enabled", "false")];
        let variables = defaults.iter().chain(settings).map(|(key, value)| (variable(key), (*value).to_owned()));
        let config = config::load(None, variables).unwrap().config;
        if std::env::var_os("TEST_LOG").is_some() {
            server::telemetry::logs::start(&config.log);
        }
        let server = runtime.block_on(async {
            let listener = TcpListener::bind(config.http.listen.0).await.unwrap();
            Server::start(config, listener, app::Clock(running::now)).await.unwrap()
        });
        Self { runtime, server: Some(server), database }
    }

    /// The use cases, to set up what a test starts from and to see what it has done.
    pub(crate) fn engine(&self) -> &engine::Engine {
        self.server().engine()
    }

    /// Waits for a use case.
    pub(crate) fn wait<T>(&self, done: impl Future<Output = T>) -> T {
        self.runtime.block_on(done)
    }

    fn server(&self) -> &Server {
        self.server.as_ref().unwrap()
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.server().address()
    }

    /// How a command opens its database.
    pub(crate) fn database_url(&self) -> &str {
        &self.database.url
    }

    pub(crate) fn workspace(&self) -> WorkspaceId {
        // Named, since there may be another.
        self.runtime.block_on(self.server().engine().workspace(Some("default"))).unwrap().unwrap()
    }

    /// Makes a second workspace.
    pub(crate) fn other_workspace(&self) -> WorkspaceId {
        self.wait(self.engine().create_workspace("other", None, running::now())).unwrap().unwrap()
    }

    /// A token of the first workspace.
    pub(crate) fn token(&self, scope: TokenScope) -> String {
        self.token_of(self.workspace(), scope)
    }

    /// A token of a workspace.
    pub(crate) fn token_of(&self, workspace: WorkspaceId, scope: TokenScope) -> String {
        let request = TokenRequest { name: "test", scope, days: 1 };
        let making = self.server().engine().create_token(workspace, request, None, running::now());
        self.runtime.block_on(making).unwrap().unwrap().token.0
    }

    /// Revokes all tokens of the first workspace.
    pub(crate) fn revoke_tokens(&self) {
        let (engine, workspace) = (self.server().engine(), self.workspace());
        self.runtime.block_on(async {
            let all: Vec<TokenId> = engine.tokens(workspace).await.unwrap().iter().map(|token| token.id).collect();
            for id in all {
                assert!(engine.revoke_token(workspace, id).await.unwrap());
            }
        });
    }

    /// Where it receives mail by SMTP.
    pub(crate) fn smtp(&self) -> SocketAddr {
        self.server().smtp_address().unwrap()
    }

    /// Where it receives mail by LMTP.
    pub(crate) fn lmtp(&self) -> SocketAddr {
        self.server().lmtp_address().unwrap()
    }

    /// Adds a domain and gives what it says about itself.
    pub(crate) fn add_domain(&self, name: &str) -> DomainSetup {
        let name = DomainName::parse(name).unwrap();
        let adding = self.server().engine().add_domain(self.workspace(), &name, running::now());
        self.runtime.block_on(adding).unwrap()
    }

    /// Adds a domain and gives the path to which its reports are posted.
    pub(crate) fn report_path(&self, name: &str) -> String {
        format!("/r/{}", self.add_domain(name).address)
    }

    /// Adds a domain and gives the address to which its reports are mailed, and count though nobody signs them.
    pub(crate) fn report_email(&self, name: &str) -> String {
        self.count_unsigned_mail();
        self.add_domain(name).report_email.unwrap()
    }

    /// From now on reports by mail count though nobody signs them.
    pub(crate) fn count_unsigned_mail(&self) {
        self.wait(self.engine().set_treatments(self.workspace(), ALL_COUNT)).unwrap();
    }

    /// What is counted for a domain.
    pub(crate) fn listing(&self, name: &str) -> DomainListing {
        let listings = self.runtime.block_on(self.server().engine().domains(self.workspace())).unwrap();
        listings.into_iter().find(|listing| listing.name.as_str() == name).unwrap()
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        get(self.address(), path, &[])
    }

    pub(crate) fn post(&self, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        post(self.address(), path, headers, body)
    }

    /// Posts a form as a browser without script does.
    pub(crate) fn submit(&self, path: &str, cookie: &str, form: &str) -> Answer {
        let headers = [
            ("Content-Type", "application/x-www-form-urlencoded"),
            ("Accept", "text/html"),
            ("Sec-Fetch-Site", "same-origin"),
            ("Cookie", cookie),
        ];
        self.post(path, &headers, form.as_bytes())
    }

    pub(crate) fn setup_code(&self) -> String {
        self.runtime.block_on(self.server().engine().setup_code(running::now())).unwrap().unwrap()
    }

    /// Creates the first user and gives the session cookie as a browser sends it.
    pub(crate) fn sign_in(&self) -> String {
        let form = format!("code={}&email=owner%40example.com&password=correct-horse-battery", self.setup_code());
        let answer = self.submit("/do/create_first_user", "", &form);
        assert_eq!(answer.status, 303, "{answer:?}");
        session_cookie(&answer).unwrap_or_else(|| panic!("no cookie: {answer:?}"))
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        if let Some(server) = self.server.take() {
            self.runtime.block_on(server.stop());
        }
    }
}

/// `waxseal=…` of a `Set-Cookie`.
pub(crate) fn session_cookie(answer: &Answer) -> Option<String> {
    let cookie = answer.header("set-cookie")?.split(';').next()?;
    Some(cookie.to_owned())
}
