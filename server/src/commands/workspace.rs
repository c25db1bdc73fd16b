//! `waxseal workspace`: makes workspaces and lists them, also while the server runs.

use std::{
    io::{self, Write},
    process::ExitCode,
};

use engine::{Engine, WorkspaceRefusal};
use model::{
    Treatments,
    people::{Workspace, WorkspaceName},
    text::visible,
};
use serde::Serialize;

use super::{Usage, json, open};
use crate::{cli, config::Config, running};

pub(super) async fn run(command: cli::Workspace, config: Config) -> anyhow::Result<ExitCode> {
    let engine = open(&config).await?;
    let done = match command {
        cli::Workspace::Create { name, owner, json } => create(&engine, &name, owner.as_deref(), json).await,
        cli::Workspace::Trust { name, revoke } => trust(&engine, &name, !revoke).await,
        cli::Workspace::Unsigned(asked) => unsigned(&engine, &asked).await,
        cli::Workspace::List { json } => list(&engine, json).await,
    };
    engine.close().await;
    done?;
    Ok(ExitCode::SUCCESS)
}

/// What `workspace create --json` prints.
#[derive(Serialize)]
struct Created<'a> {
    workspace: &'a str,
    owner: Option<&'a str>,
}

async fn create(engine: &Engine, name: &str, owner: Option<&str>, as_json: bool) -> anyhow::Result<()> {
    let user = match owner {
        Some(email) => Some(engine.user(email).await?.ok_or_else(|| {
            Usage(format!("there is no user {email:?}; nothing was made. `waxseal user list` lists them"))
        })?),
        None => None,
    };
    let made = engine.create_workspace(name, user, running::now()).await?;
    made.map_err(|refusal| {
        Usage(match refusal {
            WorkspaceRefusal::Name => {
                format!("{name:?} is no name: 1 to {} characters, all of which can be seen", WorkspaceName::MAX_CHARS)
            }
            WorkspaceRefusal::NameTaken => format!("there is a workspace {name:?} already"),
        })
    })?;
    let name = name.trim();
    let mut out = io::stdout().lock();
    if as_json {
        json::write(&mut out, &Created { workspace: name, owner })?;
        writeln!(out)?;
    } else {
        match owner {
            Some(owner) => writeln!(out, "{} owns the workspace {}.", visible(owner), visible(name))?,
            None => writeln!(
                out,
                "Nobody belongs to the workspace {} yet. Create its owner with: waxseal user create EMAIL --workspace {:?}",
                visible(name),
                name
            )?,
        }
    }
    Ok(())
}

async fn trust(engine: &Engine, name: &str, trusted: bool) -> anyhow::Result<()> {
    let workspace = super::workspace_named(engine, Some(name)).await?;
    engine.trust_workspace(workspace, trusted).await?;
    let mut out = io::stdout().lock();
    if trusted {
        writeln!(out, "The workspace {} need not prove its domains.", visible(name))?;
    } else {
        writeln!(out, "The workspace {} must prove the domains it adds from now on.", visible(name))?;
    }
    Ok(())
}

/// What `workspace unsigned --json` prints.
#[derive(Serialize)]
struct Unsigned<'a> {
    workspace: &'a str,
    #[serde(flatten)]
    treatments: Treatments,
}

async fn unsigned(engine: &Engine, asked: &cli::Unsigned) -> anyhow::Result<()> {
    let workspace = super::workspace_named(engine, Some(&asked.name)).await?;
    let before = engine.treatments(workspace).await?;
    let treatments = Treatments {
        smtp: asked.smtp.unwrap_or(before.smtp),
        imap: asked.imap.unwrap_or(before.imap),
        pipe: asked.pipe.unwrap_or(before.pipe),
        https: asked.https.unwrap_or(before.https),
    };
    engine.set_treatments(workspace, treatments).await?;
    let mut out = io::stdout().lock();
    if asked.json {
        json::write(&mut out, &Unsigned { workspace: &asked.name, treatments })?;
        writeln!(out)?;
        return Ok(());
    }
    writeln!(out, "Reports without a valid signature, in the workspace {}:", visible(&asked.name))?;
    let Treatments { smtp, imap, pipe, https } = treatments;
    for (way, treatment) in [("smtp", smtp), ("imap", imap), ("pipe", pipe), ("https", https)] {
        writeln!(out, "{way:<5}  {}", treatment.word())?;
    }
    Ok(())
}

/// What `workspace list --json` prints.
#[derive(Serialize)]
struct Listed<'a> {
    workspace: &'a str,
    members: u64,
    domains: u64,
    trusted: bool,
    created: String,
}

async fn list(engine: &Engine, as_json: bool) -> anyhow::Result<()> {
    let workspaces = engine.workspaces().await?;
    let mut out = io::stdout().lock();
    if as_json {
        for Workspace { name: workspace, created, members, domains, trusted, .. } in &workspaces {
            let (members, domains, trusted, created) = (*members, *domains, *trusted, created.to_string());
            json::write(&mut out, &Listed { workspace, members, domains, trusted, created })?;
            writeln!(out)?;
        }
    } else {
        table(&workspaces, &mut out)?;
    }
    Ok(())
}

fn table(workspaces: &[Workspace], out: &mut impl Write) -> io::Result<()> {
    let width = workspaces.iter().map(|workspace| workspace.name.chars().count()).max().unwrap_or_default().max(9);
    writeln!(out, "{:<width$}  {:>8}  {:>8}  proof of control", "workspace", "members", "domains")?;
    for Workspace { name, members, domains, trusted, .. } in workspaces {
        let proof = if *trusted { "not asked" } else { "asked" };
        writeln!(out, "{:<width$}  {members:>8}  {domains:>8}  {proof}", visible(name))?;
    }
    Ok(())
}
