//! `waxseal token`: makes API tokens, lists and revokes them, also while the server runs.

use std::{
    io::{self, Write},
    process::ExitCode,
};

use engine::{Engine, TokenRequest};
use model::{Timestamp, TokenId, TokenRow, TokenScope, text::visible};
use serde::Serialize;

use super::{Usage, json, open, workspace_named};
use crate::{
    cli::{CreateToken, Token},
    config::Config,
    running,
};

pub(super) async fn run(command: Token, config: Config) -> anyhow::Result<ExitCode> {
    let engine = open(&config).await?;
    let done = match command {
        Token::Create(args) => create(&engine, &args).await,
        Token::List { workspace, json } => list(&engine, workspace.as_deref(), json).await,
        Token::Revoke { id, workspace } => revoke(&engine, id, workspace.as_deref()).await,
    };
    engine.close().await;
    done
}

/// What `token create --json` prints.
#[derive(Serialize)]
struct Created<'a> {
    id: TokenId,
    token: &'a str,
    scope: TokenScope,
    expires: String,
}

async fn create(engine: &Engine, args: &CreateToken) -> anyhow::Result<ExitCode> {
    let workspace = workspace_named(engine, args.workspace.as_deref()).await?;
    let scope = if args.write { TokenScope::Write } else { TokenScope::Read };
    let request = TokenRequest { name: &args.name, scope, days: args.days };
    let made = engine.create_token(workspace, request, None, running::now()).await?;
    let made = made.map_err(|refusal| Usage(refusal.to_string()))?;
    let (token, expires) = (made.token.0.as_str(), made.expires.to_string());
    let mut out = io::stdout().lock();
    if args.json {
        json::write(&mut out, &Created { id: made.id, token, scope, expires })?;
        writeln!(out)?;
    } else {
        // The token alone on standard output, so that a script can take it as it is.
        writeln!(out, "{token}")?;
        writeln!(
            io::stderr().lock(),
            "Token {} allows to {scope} until {expires}. It is shown this once; keep it as you keep a password.",
            made.id
        )?;
    }
    Ok(ExitCode::SUCCESS)
}

/// What `token list --json` prints.
#[derive(Serialize)]
struct Listed<'a> {
    id: TokenId,
    name: &'a str,
    begins: &'a str,
    scope: TokenScope,
    created: String,
    created_by: Option<&'a str>,
    expires: String,
    expired: bool,
    last_used: Option<String>,
}

impl<'a> Listed<'a> {
    fn new(row: &'a TokenRow, now: Timestamp) -> Self {
        Self {
            id: row.id,
            name: &row.name,
            begins: &row.hint,
            scope: row.scope,
            created: row.created.to_string(),
            created_by: row.created_by.as_deref(),
            expires: row.expires.to_string(),
            expired: row.is_over(now),
            last_used: row.last_used.as_ref().map(Timestamp::to_string),
        }
    }
}

async fn list(engine: &Engine, name: Option<&str>, as_json: bool) -> anyhow::Result<ExitCode> {
    let workspace = workspace_named(engine, name).await?;
    let (tokens, now) = (engine.tokens(workspace).await?, running::now());
    let mut out = io::stdout().lock();
    if as_json {
        for token in &tokens {
            json::write(&mut out, &Listed::new(token, now))?;
            writeln!(out)?;
        }
    } else if tokens.is_empty() {
        writeln!(out, "No tokens yet. Make one with `waxseal token create NAME`.")?;
    } else {
        table(&tokens, now, &mut out)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn table(tokens: &[TokenRow], now: Timestamp, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "{:>6}  {:<12}  {:<5}  {:<20}  {:<20}  name", "id", "begins", "scope", "expires", "last used")?;
    for token in tokens {
        let expires = if token.is_over(now) { "expired".to_owned() } else { seconds(token.expires) };
        let last_used = token.last_used.map_or_else(|| "never".to_owned(), seconds);
        let (id, hint, scope, name) = (token.id, &token.hint, token.scope.word(), visible(&token.name));
        writeln!(out, "{id:>6}  {hint:<12}  {scope:<5}  {expires:<20}  {last_used:<20}  {name}", id = id.to_string())?;
    }
    Ok(())
}

/// An instant in as many characters as any other: to the second.
fn seconds(at: Timestamp) -> String {
    Timestamp(at.0 - at.0.rem_euclid(1000)).to_string()
}

async fn revoke(engine: &Engine, id: TokenId, name: Option<&str>) -> anyhow::Result<ExitCode> {
    let workspace = workspace_named(engine, name).await?;
    if !engine.revoke_token(workspace, id).await? {
        anyhow::bail!("there is no token {id} in this workspace; `waxseal token list` shows those there are");
    }
    writeln!(io::stdout().lock(), "Token {id} is revoked: it is worth nothing from now on.")?;
    Ok(ExitCode::SUCCESS)
}
