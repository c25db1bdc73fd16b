//! `waxseal import -` as the target of a pipe: a mail server, or procmail, hands over one mail and acts on the exit code.
//!
//! Codes are those of `sysexits.h`, which all of them know. Whatever is not the mail's own fault is temporary, an operator's
//! slip in the configuration, too: the mail then waits in the queue and comes again, instead of going back to its sender.

use std::process::ExitCode;

use crate::{cli, commands::explain};

/// `EX_DATAERR`: there is no report in the mail.
const NO_REPORT: u8 = 65;
/// `EX_TEMPFAIL`: try again later.
const TEMPORARY: u8 = 75;

impl cli::Import {
    /// Whether a program hands a mail over.
    pub(crate) fn is_pipe(&self) -> bool {
        matches!(&self.paths[..], [path] if path.as_os_str() == "-")
    }
}

/// The code of an import that came to its end.
pub(super) fn code(all_taken_in: bool) -> ExitCode {
    if all_taken_in { ExitCode::SUCCESS } else { ExitCode::from(NO_REPORT) }
}

/// The code of one that may not have; why, is said on standard error.
pub(crate) fn ended(done: anyhow::Result<ExitCode>) -> ExitCode {
    done.unwrap_or_else(|error| {
        explain(&error);
        ExitCode::from(TEMPORARY)
    })
}
