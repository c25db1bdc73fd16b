//! `waxseal inspect`: what is in report files, without a database.
//!
//! [`source`] reads a file report by report, so that a mailbox of any size costs no memory; [`json`] and [`words`] print
//! each report as it comes.

mod json;
mod source;
mod words;

use std::{
    io::{self, BufWriter},
    path::PathBuf,
    process::ExitCode,
};

use ingest::{Limits, ReadReport};

use self::source::Outcome;

/// `waxseal inspect`
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Report files: JSON, gzip, zip, e-mails, mbox files; `-` is standard input.
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// One JSON object a line for each file.
    #[arg(long)]
    pub json: bool,
}

/// Reads the files and prints what is in them. Fails (1) when a file gave no report; the others are printed all the same.
pub(crate) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let out = BufWriter::new(io::stdout().lock());
    let limits = Limits::default();
    let all_well = if args.json {
        inspect(&args.files, &limits, &mut json::Printer::new(out))?
    } else {
        inspect(&args.files, &limits, &mut words::Printer::new(out, crate::running::now().day()))?
    };
    Ok(if all_well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Where reports go to, file by file.
trait Printer {
    /// A file begins.
    fn begin(&mut self, file: &str) -> io::Result<()>;
    /// One report of it.
    fn report(&mut self, read: &ReadReport) -> io::Result<()>;
    /// The file ends.
    fn end(&mut self, outcome: &Outcome) -> io::Result<()>;
}

/// Prints every file; says whether each gave a report.
fn inspect(files: &[PathBuf], limits: &Limits, printer: &mut impl Printer) -> io::Result<bool> {
    let mut all_well = true;
    for file in files {
        printer.begin(&file.to_string_lossy())?;
        let outcome = source::read(file, limits, &mut |read| printer.report(&read))?;
        printer.end(&outcome)?;
        all_well &= outcome.reports > 0;
    }
    Ok(all_well)
}

#[cfg(test)]
mod tests;
