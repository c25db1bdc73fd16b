//! `waxseal lint`: what is wrong with a record or a policy that is given, without asking the network.
//!
//! [`source`] reads policy files; [`json`] and [`words`] print what [`model::lint`] found.

mod json;
mod source;
mod words;

use std::{
    io::{self, BufWriter},
    path::PathBuf,
    process::ExitCode,
};

use model::{
    Finding,
    lint::{self, Cover, Kind, Outcome, Verdict},
};

/// `waxseal lint`
#[derive(Debug, clap::Subcommand)]
pub enum Lint {
    /// Judge TLS-RPT records, the TXT records at _smtp._tls.DOMAIN.
    Tlsrpt(Texts),
    /// Judge MTA-STS records, the TXT records at _mta-sts.DOMAIN.
    MtaSts(Texts),
    /// Judge MTA-STS policy files, as served under /.well-known/mta-sts.txt at mta-sts.DOMAIN.
    Policy(Policies),
}

/// Records to judge.
#[derive(Debug, clap::Args)]
pub struct Texts {
    /// The value of a record, its strings joined and without the quotation marks of a zone file.
    #[arg(required = true, value_name = "RECORD")]
    pub records: Vec<String>,
    /// All records are those of one DNS answer: which of them counts?
    #[arg(long)]
    pub rrset: bool,
    /// One JSON object a line for each record, or one for the answer.
    #[arg(long)]
    pub json: bool,
}

/// Policy files to judge.
#[derive(Debug, clap::Args)]
pub struct Policies {
    /// Policy files; `-` is standard input.
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// An MX host of the domain, which the policy ought to cover; may be given several times.
    #[arg(long, value_name = "HOST")]
    pub mx: Vec<String>,
    /// One JSON object a line for each file.
    #[arg(long)]
    pub json: bool,
}

/// Judges and prints. Fails (1) when something is invalid, unusable or cannot be read.
pub(crate) fn run(command: &Lint) -> anyhow::Result<ExitCode> {
    let out = BufWriter::new(io::stdout().lock());
    let is_json = match command {
        Lint::Tlsrpt(texts) | Lint::MtaSts(texts) => texts.json,
        Lint::Policy(policies) => policies.json,
    };
    let works = if is_json {
        judge(command, &mut json::Printer::new(out))?
    } else {
        judge(command, &mut words::Printer::new(out))?
    };
    Ok(if works { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// What is said about one thing that was given.
struct Judgement<'a> {
    input: Input<'a>,
    verdict: Verdict,
    findings: Vec<Finding>,
    outcome: Option<Outcome>,
    mx: Vec<Cover>,
}

/// What was given.
#[derive(Clone, Copy)]
enum Input<'a> {
    Record(Kind, &'a str),
    Answer(Kind, &'a [String]),
    /// By its name.
    File(&'a str),
}

/// Where judgements go to.
trait Printer {
    fn judged(&mut self, judgement: &Judgement<'_>) -> io::Result<()>;
    /// A file could not be read.
    fn unreadable(&mut self, file: &str, error: &str) -> io::Result<()>;
}

/// Judges everything; says whether all of it works.
fn judge(command: &Lint, printer: &mut impl Printer) -> io::Result<bool> {
    match command {
        Lint::Tlsrpt(texts) => judge_records(Kind::TlsRpt, texts, printer),
        Lint::MtaSts(texts) => judge_records(Kind::MtaSts, texts, printer),
        Lint::Policy(policies) => judge_policies(policies, printer),
    }
}

fn judge_records(kind: Kind, args: &Texts, printer: &mut impl Printer) -> io::Result<bool> {
    if args.rrset {
        let records: Vec<&str> = args.records.iter().map(String::as_str).collect();
        let lint::AnswerLint { verdict, outcome, findings } = lint::answer(kind, &records);
        let input = Input::Answer(kind, &args.records);
        printer.judged(&Judgement { input, verdict, findings, outcome: Some(outcome), mx: vec![] })?;
        return Ok(verdict.works());
    }
    let mut works = true;
    for record in &args.records {
        let lint::Lint { verdict, findings } = lint::record(kind, record);
        printer.judged(&Judgement {
            input: Input::Record(kind, record),
            verdict,
            findings,
            outcome: None,
            mx: vec![],
        })?;
        works &= verdict.works();
    }
    Ok(works)
}

fn judge_policies(args: &Policies, printer: &mut impl Printer) -> io::Result<bool> {
    let hosts: Vec<&str> = args.mx.iter().map(String::as_str).collect();
    let mut works = true;
    for file in &args.files {
        let name = file.to_string_lossy();
        match source::read(file) {
            Ok(bytes) => {
                let lint::PolicyLint { verdict, findings, mx } = lint::policy(&bytes, &hosts);
                printer.judged(&Judgement { input: Input::File(&name), verdict, findings, outcome: None, mx })?;
                works &= verdict.works();
            }
            Err(error) => {
                printer.unreadable(&name, &error)?;
                works = false;
            }
        }
    }
    Ok(works)
}

#[cfg(test)]
mod tests;
