//! `waxseal mail test`: sends a message as the server would, and says what became of it.

use std::{
    io::{self, Write as _},
    process::ExitCode,
};

use engine::Chance;
use post::{Letter, Post};

use crate::{cli, config::Config, running};

pub(super) async fn run(command: cli::Mail, config: Config) -> anyhow::Result<ExitCode> {
    let cli::Mail::Test { address } = command;
    let settings = running::mail_settings(&config.mail)?;
    let post = settings.as_ref().map(Post::by).transpose()?.unwrap_or_default();
    let letter = Letter {
        to: &address,
        subject: "A test message of Waxseal",
        text: "This is a test. Mails of Waxseal arrive.\n",
    };
    let id = data_encoding::HEXLOWER.encode(&Chance::system().bytes::<16>());
    post.send(&letter, &id, running::now()).await?;
    writeln!(io::stdout(), "The mail server took the message to {address}. Look whether it arrives.")?;
    Ok(ExitCode::SUCCESS)
}
