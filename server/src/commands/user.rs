//! `waxseal user`: makes users, lists them, helps who cannot sign in, shuts them out and lets them in again, also while the
//! server runs.

use std::{
    io::{self, BufRead as _, Write},
    process::ExitCode,
};

use anyhow::Context as _;
use engine::{Engine, UserRefusal};
use model::{Role, Timestamp, people::User, text::visible};
use serde::Serialize;

use super::{Usage, json, open, password, workspace_named};
use crate::{cli, config::Config, running};

pub(super) async fn run(command: cli::User, config: Config) -> anyhow::Result<ExitCode> {
    let engine = open(&config).await?;
    let done = match command {
        cli::User::Create { email, workspace, role, administrator, password_stdin, json } => {
            let wanted = Wanted { email: &email, workspace: workspace.as_deref(), role, administrator };
            create(&engine, &wanted, password_stdin, json).await
        }
        cli::User::Reset { email, second_step, json } => reset(&engine, &email, second_step, json).await,
        cli::User::List { json } => list(&engine, json).await,
        cli::User::Disable { email } => disable(&engine, &email).await,
        cli::User::Enable { email } => enable(&engine, &email).await,
    };
    engine.close().await;
    done?;
    Ok(ExitCode::SUCCESS)
}

/// The user to be made.
struct Wanted<'a> {
    email: &'a str,
    workspace: Option<&'a str>,
    role: Role,
    administrator: bool,
}

/// What `user create --json` prints.
#[derive(Serialize)]
struct Created<'a> {
    email: &'a str,
    role: Role,
    /// The one that was made up.
    #[serde(skip_serializing_if = "Option::is_none")]
    password: Option<&'a str>,
}

async fn create(engine: &Engine, wanted: &Wanted<'_>, password_stdin: bool, as_json: bool) -> anyhow::Result<()> {
    let workspace = workspace_named(engine, wanted.workspace).await?;
    let (password, made_up) = if password_stdin { (first_line()?, false) } else { (password::made_up(), true) };
    let &Wanted { email, role, administrator, .. } = wanted;
    let made = engine.create_user(email, &password, workspace, role, administrator, running::now()).await?;
    made.map_err(|refusal| match refusal {
        UserRefusal::Email => Usage(format!("{email:?} is not an e-mail address")),
        UserRefusal::Password(problem) => Usage(problem.to_string()),
        UserRefusal::EmailTaken => Usage(format!(
            "there is a user {email} already; to let them into another workspace, invite them on the page Settings, People"
        )),
    })?;
    let mut out = io::stdout().lock();
    if as_json {
        json::write(&mut out, &Created { email, role, password: made_up.then_some(&*password) })?;
        writeln!(out)?;
    } else {
        writeln!(out, "{} can sign in.", visible(email))?;
        if made_up {
            writeln!(out, "password  {password}")?;
        }
    }
    Ok(())
}

fn first_line() -> anyhow::Result<String> {
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line).context("no password can be read from standard input")?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

/// What `user list --json` prints.
#[derive(Serialize)]
struct Listed<'a> {
    email: &'a str,
    administrator: bool,
    disabled: Option<String>,
    created: String,
    workspaces: Vec<Belongs<'a>>,
}

#[derive(Serialize)]
struct Belongs<'a> {
    workspace: &'a str,
    role: Role,
}

async fn list(engine: &Engine, as_json: bool) -> anyhow::Result<()> {
    let users = engine.users().await?;
    let mut out = io::stdout().lock();
    if as_json {
        for User { email, administrator, disabled, created, memberships, .. } in &users {
            let listed = Listed {
                email,
                administrator: *administrator,
                disabled: disabled.as_ref().map(Timestamp::to_string),
                created: created.to_string(),
                workspaces: memberships.iter().map(|to| Belongs { workspace: &to.name, role: to.role }).collect(),
            };
            json::write(&mut out, &listed)?;
            writeln!(out)?;
        }
    } else if users.is_empty() {
        writeln!(out, "No users yet. Follow the link that the server printed, or: waxseal user create EMAIL")?;
    } else {
        table(&users, &mut out)?;
    }
    Ok(())
}

fn table(users: &[User], out: &mut impl Write) -> io::Result<()> {
    let width = users.iter().map(|user| user.email.chars().count()).max().unwrap_or_default().max(6);
    writeln!(out, "{:<width$}  {:<13}  workspaces", "e-mail", "")?;
    for User { email, administrator, disabled, memberships, .. } in users {
        let what = match (disabled, administrator) {
            (Some(_), _) => "disabled",
            (None, true) => "administrator",
            (None, false) => "",
        };
        let belongs: Vec<_> = memberships.iter().map(|to| format!("{} ({})", visible(&to.name), to.role)).collect();
        writeln!(out, "{email:<width$}  {what:<13}  {}", belongs.join(", "))?;
    }
    Ok(())
}

/// What `user reset --json` prints.
#[derive(Serialize)]
struct Reset<'a> {
    link: &'a str,
    second_step_removed: bool,
}

async fn reset(engine: &Engine, email: &str, second_step: bool, as_json: bool) -> anyhow::Result<()> {
    let link = engine.reset_link(email, running::now()).await?.ok_or_else(|| nobody(email))?;
    let second_step_removed = second_step && engine.remove_second_step(email).await?;
    let mut out = io::stdout().lock();
    if as_json {
        json::write(&mut out, &Reset { link: &link, second_step_removed })?;
        writeln!(out)?;
        return Ok(());
    }
    match (second_step, second_step_removed) {
        (true, true) => writeln!(out, "Signing in no longer asks for a code.")?,
        (true, false) => writeln!(out, "There was no second step to switch off.")?,
        (false, _) => {}
    }
    writeln!(out, "This link sets a new password, once, within an hour:")?;
    writeln!(out, "{link}")?;
    Ok(())
}

async fn disable(engine: &Engine, email: &str) -> anyhow::Result<()> {
    if !engine.disable_user(email, running::now()).await? {
        return Err(nobody(email).into());
    }
    writeln!(io::stdout(), "{} cannot sign in any more; all their sessions have ended.", visible(email))?;
    Ok(())
}

async fn enable(engine: &Engine, email: &str) -> anyhow::Result<()> {
    if !engine.enable_user(email).await? {
        return Err(nobody(email).into());
    }
    writeln!(io::stdout(), "{} can sign in.", visible(email))?;
    Ok(())
}

fn nobody(email: &str) -> Usage {
    Usage(format!("there is no user {email:?}; `waxseal user list` lists them"))
}
