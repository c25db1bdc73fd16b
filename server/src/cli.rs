//! What can be typed after `waxseal`.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use model::{Role, TokenId, Treatment};

use crate::commands::{backup, demo, expire, inspect, lint};

const EXIT_CODES: &str = "\
Exit codes: 0 all went well, 1 something did not, 2 wrong usage or configuration.\n\
Every setting can come from a file (--config, else ./waxseal.toml) or from the environment (WAXSEAL_SECTION__KEY);\n\
`waxseal config show` lists them all.";

const CHECK_CODES: &str = "\
Exit codes: 0 nothing is wrong, 1 a domain has a Warning or an Error, 2 wrong usage or configuration.\n\
\"Cannot tell\" (no answer in time, port 25 blocked from here) is no fault of the domain and does not change the code;\n\
with --json it is the status cannot_tell.";

const IMPORT_CODES: &str = "\
Exit codes: 0 everything is taken in, 1 something could not be read, 2 wrong usage or configuration.\n\
With `-` alone, as the target of a pipe, those of sysexits.h: 0 the mail is stored, 65 it holds no report and nothing is\n\
stored, 75 it cannot be stored just now and should come again.";

/// Receives SMTP TLS reports (RFC 8460) for your mail domains and says what is broken, since when, and what to do.
#[derive(Debug, Parser)]
#[command(name = "waxseal", version, about, after_help = EXIT_CODES, max_term_width = 100, arg_required_else_help = true)]
pub struct Cli {
    /// The configuration file.
    #[arg(long, global = true, env = "WAXSEAL_CONFIG", value_name = "FILE")]
    pub config: Option<PathBuf>,

    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Receive reports and show pages until stopped (SIGINT or SIGTERM).
    Serve,
    /// Read report files and say what is in them; needs no database.
    Inspect(inspect::Args),
    /// Say what is wrong with a DNS record or a policy file, and what to publish instead; asks nobody.
    #[command(subcommand)]
    Lint(lint::Lint),
    /// Take reports in from files, folders, mbox files, Maildirs or standard input.
    #[command(after_help = IMPORT_CODES)]
    Import(Import),
    /// Look at domains from outside, as senders do: records, policies, mail hosts, certificates, DANE.
    #[command(after_help = CHECK_CODES)]
    Check(Check),
    /// Send a test report the way that real ones come, and say at which step it fails. The server must be running.
    Doctor(Doctor),
    /// Add domains, or list them with their figures.
    #[command(subcommand)]
    Domain(Domain),
    /// Create users, list them, help who cannot sign in, shut them out and let them in again.
    #[command(subcommand)]
    User(User),
    /// Create workspaces, or list them.
    #[command(subcommand)]
    Workspace(Workspace),
    /// Make tokens for programs that use the API, list or revoke them.
    #[command(subcommand)]
    Token(Token),
    /// Try the mail server.
    #[command(subcommand)]
    Mail(Mail),
    /// Show or check the configuration.
    #[command(subcommand)]
    Config(Config),
    /// Ask the running server whether it is alive (for containers and monitoring).
    Health,
    /// Create or upgrade the database and end.
    Migrate,
    /// Copy the whole database into one file, also while the server runs, and read it again.
    Backup(backup::Args),
    /// Delete what `[retention]` no longer keeps, as the server does by itself several times a day.
    Expire(expire::Args),
    /// Show every page alive: 90 days of sample data in a throw-away database.
    Demo(demo::Args),
}

/// `waxseal import`
#[derive(Debug, Args)]
pub struct Import {
    /// Report files (JSON, gzip, zip), e-mails, mbox files, folders of these, Maildirs; `-` is standard input.
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// The workspace whose domains the reports speak of; needed when there are several.
    #[arg(long, value_name = "NAME")]
    pub workspace: Option<String>,
    /// One JSON object a line: each report file's outcome, at the end the sums.
    #[arg(long)]
    pub json: bool,
}

/// `waxseal check`
#[derive(Debug, Args)]
pub struct Check {
    /// The domains, such as example.com. They need not be watched; no database is needed.
    #[arg(required = true, value_name = "DOMAIN")]
    pub domains: Vec<String>,
    /// One JSON object a line for each domain, in the order given.
    #[arg(long)]
    pub json: bool,
}

/// `waxseal doctor`
#[derive(Debug, Args)]
pub struct Doctor {
    /// The domain whose report address to try; without it, the first one.
    #[arg(value_name = "DOMAIN")]
    pub domain: Option<String>,
    /// The workspace it belongs to; needed when there are several.
    #[arg(long, value_name = "NAME")]
    pub workspace: Option<String>,
    /// One JSON object a line for each step.
    #[arg(long)]
    pub json: bool,
}

/// `waxseal domain`
#[derive(Debug, Subcommand)]
pub enum Domain {
    /// Add domains and print where their reports arrive and what to publish. Adding one again prints it again.
    Add {
        /// The domains, such as example.com.
        #[arg(required = true, value_name = "NAME")]
        names: Vec<String>,
        /// The workspace to add them to; needed when there are several.
        #[arg(long, value_name = "NAME")]
        workspace: Option<String>,
        /// One JSON object a line.
        #[arg(long)]
        json: bool,
    },
    /// List domains with their reports, sessions and failures of all time.
    List {
        /// The workspace whose domains to list; needed when there are several.
        #[arg(long, value_name = "NAME")]
        workspace: Option<String>,
        /// One JSON object a line.
        #[arg(long)]
        json: bool,
    },
}

/// `waxseal user`
#[derive(Debug, Subcommand)]
pub enum User {
    /// Create a user who can sign in at once, and print the password made up for them. The first one runs the installation.
    Create {
        /// Their e-mail address.
        #[arg(value_name = "EMAIL")]
        email: String,
        /// The workspace they belong to; needed when there are several.
        #[arg(long, value_name = "NAME")]
        workspace: Option<String>,
        /// What they may do there: viewer, editor or owner.
        #[arg(long, value_name = "ROLE", default_value = "owner")]
        role: Role,
        /// Whether they run the installation: they can make workspaces, and read the log of the installation.
        #[arg(long)]
        administrator: bool,
        /// Take the password from the first line of standard input instead of making one up.
        #[arg(long)]
        password_stdin: bool,
        /// One JSON object.
        #[arg(long)]
        json: bool,
    },
    /// Print a link with which somebody can set a new password, once, within an hour.
    Reset {
        /// Their e-mail address.
        #[arg(value_name = "EMAIL")]
        email: String,
        /// Also switch off the second step of signing in, for who has lost both app and recovery codes.
        #[arg(long)]
        second_step: bool,
        /// One JSON object.
        #[arg(long)]
        json: bool,
    },
    /// List users with the workspaces they belong to.
    List {
        /// One JSON object a line.
        #[arg(long)]
        json: bool,
    },
    /// Shut a user out and end all their sessions. What they did stays, and they can be let in again.
    Disable {
        /// Their e-mail address.
        #[arg(value_name = "EMAIL")]
        email: String,
    },
    /// Let a user in again who was shut out.
    Enable {
        /// Their e-mail address.
        #[arg(value_name = "EMAIL")]
        email: String,
    },
}

/// `waxseal mail`
#[derive(Debug, Subcommand)]
pub enum Mail {
    /// Send a test message and say what the mail server answered; needs no database.
    Test {
        /// To whom.
        #[arg(value_name = "ADDRESS")]
        address: String,
    },
}

/// `waxseal workspace`
#[derive(Debug, Subcommand)]
pub enum Workspace {
    /// Create a workspace: people and domains of its own, out of sight of all others.
    Create {
        /// Its name, 1 to 60 characters.
        #[arg(value_name = "NAME")]
        name: String,
        /// Somebody who is a user already and shall own it.
        #[arg(long, value_name = "EMAIL")]
        owner: Option<String>,
        /// One JSON object.
        #[arg(long)]
        json: bool,
    },
    /// Ask a workspace for no proof that its domains are its own; what waited for one is counted. Otherwise the published
    /// record with its address is the proof.
    Trust {
        /// Its name.
        #[arg(value_name = "NAME")]
        name: String,
        /// Ask for proof again, of domains that are added from now on.
        #[arg(long)]
        revoke: bool,
    },
    /// Show what a workspace does with reports that no valid signature proves, or change it for what comes from now on. What a
    /// member uploads or imports always counts.
    Unsigned(Unsigned),
    /// List workspaces with the number of their members and domains.
    List {
        /// One JSON object a line.
        #[arg(long)]
        json: bool,
    },
}

/// `waxseal workspace unsigned`
#[derive(Debug, Args)]
pub struct Unsigned {
    /// The workspace's name.
    #[arg(value_name = "NAME")]
    pub name: String,
    /// What to do with those that come by SMTP or LMTP: quarantine, or count.
    #[arg(long, value_name = "TREATMENT", value_parser = treatment)]
    pub smtp: Option<Treatment>,
    /// With those out of a mailbox.
    #[arg(long, value_name = "TREATMENT", value_parser = treatment)]
    pub imap: Option<Treatment>,
    /// With those from a mail server, on a pipe.
    #[arg(long, value_name = "TREATMENT", value_parser = treatment)]
    pub pipe: Option<Treatment>,
    /// With those by HTTPS, which knows no signatures.
    #[arg(long, value_name = "TREATMENT", value_parser = treatment)]
    pub https: Option<Treatment>,
    /// One JSON object.
    #[arg(long)]
    pub json: bool,
}

fn treatment(word: &str) -> Result<Treatment, String> {
    Treatment::from_word(word).ok_or_else(|| "quarantine or count".to_owned())
}

/// `waxseal token`
#[derive(Debug, Subcommand)]
pub enum Token {
    /// Make a token and print it, this once.
    Create(CreateToken),
    /// List tokens with what they allow and when they were last used.
    List {
        /// The workspace whose tokens to list; needed when there are several.
        #[arg(long, value_name = "NAME")]
        workspace: Option<String>,
        /// One JSON object a line.
        #[arg(long)]
        json: bool,
    },
    /// End a token at once.
    Revoke {
        /// Its id, as `token list` shows it.
        id: TokenId,
        /// The workspace it belongs to; needed when there are several.
        #[arg(long, value_name = "NAME")]
        workspace: Option<String>,
    },
}

/// `waxseal token create`
#[derive(Debug, Args)]
pub struct CreateToken {
    /// What to call it, such as the program that will use it.
    pub name: String,
    /// Allow changes, too: add and remove domains, ask for checks. Without this it can only read.
    #[arg(long)]
    pub write: bool,
    /// For how many days it is worth something, at most 366.
    #[arg(long, default_value_t = 90)]
    pub days: u16,
    /// The workspace in which it acts; needed when there are several.
    #[arg(long, value_name = "NAME")]
    pub workspace: Option<String>,
    /// One JSON object instead of the token alone.
    #[arg(long)]
    pub json: bool,
}

/// `waxseal config`
#[derive(Clone, Copy, Debug, Subcommand)]
pub enum Config {
    /// Print every key with its value and where that comes from; secrets are hidden.
    Show,
    /// Find mistakes without starting anything.
    Check,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_sound() {
        super::Cli::command().debug_assert();
    }
}
