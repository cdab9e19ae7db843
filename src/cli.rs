//! The command line.

use std::{ffi::OsString, path::PathBuf};

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::config::Flags;

/// A terminal console from which a platform engineer on call runs a fleet of AWS accounts.
#[derive(Debug, Default, Parser)]
#[command(name = "qd", version, about, after_help = EXIT_CODES, max_term_width = 100)]
pub struct Cli {
    /// What the other words say.
    #[command(flatten)]
    pub common: Common,
    /// What to do; without a command the console opens.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// The exit codes, as `--help` and the documentation list them.
pub const EXIT_CODES: &str = "\
Exit codes:
  0  everything was read (and nothing is as bad as --fail-on)
  1  something went wrong that is not listed below
  2  the command line or the configuration is wrong
  3  nothing could be read: no credentials, or they have ended
  4  something could not be read: the answer is not whole
  5  something is as bad as --fail-on, whatever else could not be read
  6  nothing could be read at all";

/// Flags that every command takes.
#[derive(Args, Clone, Debug, Default)]
pub struct Common {
    /// The configuration file
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// The profile of the AWS configuration
    #[arg(long, global = true, value_name = "NAME")]
    pub profile: Option<String>,
    /// A region to read; may be given again
    #[arg(long = "region", global = true, value_name = "REGION")]
    pub regions: Vec<String>,
    /// The role to enter accounts with: a configured name, role/PATH/NAME, or an ARN
    #[arg(long, global = true, value_name = "ROLE")]
    pub role: Option<String>,
    /// The theme
    #[arg(long, global = true, value_name = "NAME")]
    pub theme: Option<String>,
    /// Write every fact that reaches the console into a new file, for a report of a fault: no log text, no secrets
    #[arg(long, global = true, value_name = "FILE")]
    pub journal: Option<PathBuf>,
    /// Moments in UTC
    #[arg(long, global = true)]
    pub utc: bool,
}

impl Common {
    /// The flags as the configuration takes them.
    #[must_use]
    pub fn flags(&self) -> Flags {
        Flags {
            config: self.config.clone(),
            theme: self.theme.clone(),
            view: None,
            regions: self.regions.clone(),
            role: self.role.clone(),
            profile: self.profile.clone(),
            journal: self.journal.clone(),
            utc: self.utc.then_some(true),
        }
    }
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Open the console on the embedded fleet: no credentials, no network
    Demo(Fleet),
    /// Serve the embedded fleet alone, and print the environment that points any AWS client at it
    Sim(Serve),
    /// Print the rows of a view
    Get(Get),
    /// Print the log of a row: of an ECS service, or of a task
    Logs(Logs),
    /// Print the organisation
    Tree(Tree),
    /// Run a command with the credentials of an account in its environment
    #[command(after_help = EXEC_HELP)]
    Exec(Exec),
    /// Look at everything that the console stands on, and say what to do about what is wrong
    ///
    /// Exits with 0 where nothing is wrong (doubts are no fault), 2 where the configuration is, 3 where there are no
    /// credentials, else 1. Asks nothing, and changes nothing.
    Doctor {
        /// How it is written
        #[arg(long, short, value_enum, default_value_t)]
        output: Report,
    },
    /// The configuration file: its schema, its faults
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Print what a shell has to read once so that it completes words, accounts, OUs and views
    ///
    /// bash: `source <(qd completions bash)` in ~/.bashrc; zsh: the same in ~/.zshrc; fish: `qd completions fish |
    /// source` in config.fish.
    Completions {
        /// The shell
        #[arg(value_parser = ["bash", "elvish", "fish", "powershell", "zsh"])]
        shell: String,
    },
    /// Draw what a journal recorded: the last frame, or the one after so many facts
    Replay(Replay),
    /// Print every setting with its origin, and every path
    Info,
    /// Print the audit log: every elevation, and everything that was changed under one
    Audit(Audit),
    /// Print the least-privilege policy and the trust policy of each role by which accounts are entered
    IamPolicy {
        /// The policy of a role for elevations: with what the verbs do
        #[arg(long)]
        elevated: bool,
    },
    /// Open the console and panic: shows what a crash leaves on this terminal, and where it is written down
    #[command(hide = true)]
    DebugPanic,
}

/// What the embedded fleet is like.
#[derive(Args, Clone, Debug)]
pub struct Fleet {
    /// How many accounts
    #[arg(long, default_value_t = 31, value_parser = clap::value_parser!(u32).range(1..=50_000))]
    pub accounts: u32,
    /// How many ECS services in each account, in each of its two regions; left out, as many as the world's stories need
    #[arg(long, value_parser = clap::value_parser!(u16).range(0..=1_000))]
    pub services: Option<u16>,
    /// Equal seeds give equal worlds
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// What goes wrong, `NAME[:RATE%|:COUNTx][@SERVICE[.OPERATION]][/ACCOUNT][/REGION]`, such as `throttle:20%@ecs`;
    /// may be given again. Names: throttle, 5xx, html500, hang, reset, expired, denied, scp, inactive, malformed,
    /// truncated, emptypage, nopaths, noorg, orgdenied, badutf8, slow
    #[arg(long = "fault", value_name = "FAULT")]
    pub faults: Vec<String>,
    /// How long answers take: `lively`, `off`, or milliseconds
    #[arg(long, default_value = "lively")]
    pub latency: String,
}

/// What is drawn of a journal.
#[derive(Args, Clone, Debug)]
pub struct Replay {
    /// The file that `--journal` wrote
    pub file: PathBuf,
    /// Stop after so many facts
    #[arg(long, value_name = "N")]
    pub until: Option<u64>,
    /// How the frame is written
    #[arg(long, short, value_enum, default_value_t)]
    pub output: Picture,
}

/// How a frame is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Picture {
    /// Its letters.
    #[default]
    Text,
    /// A picture with its colours.
    Svg,
}

/// How the embedded fleet is served.
#[derive(Args, Clone, Debug)]
pub struct Serve {
    /// What it is like.
    #[command(flatten)]
    pub fleet: Fleet,
    /// The port on 127.0.0.1; 0 takes a free one
    #[arg(long, default_value_t = 0)]
    pub port: u16,
    /// Whose environment is printed: `administrator`, `delegated`, or `member:ACCOUNT` with a name or an id
    #[arg(long = "as", default_value = "administrator", value_name = "CALLER")]
    pub caller: String,
}

/// How rows are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Output {
    /// Columns for people, moments as ages.
    #[default]
    Table,
    /// One object: view, `read_at`, coverage, rows.
    Json,
    /// A row a line.
    Jsonl,
    /// Comma-separated values with a line of headings (RFC 4180); texts that a spreadsheet would run begin with a `'`.
    Csv,
    /// A Markdown table.
    Md,
}

/// How bad is bad enough for an exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    /// Broken.
    Broken,
    /// Degraded or broken.
    Degraded,
}

/// Where the rows lie. An option that is given again widens; different options narrow.
#[derive(Args, Clone, Debug, Default)]
pub struct Where {
    /// An account by id or name; may be given again
    #[arg(long = "account", value_name = "ACCOUNT")]
    pub accounts: Vec<String>,
    /// An OU by path or id; may be given again
    #[arg(long = "ou", value_name = "OU")]
    pub ous: Vec<String>,
    /// The row of another view that they hang on, by its key, ARN or name: for tasks, their service
    #[arg(long, value_name = "ROW")]
    pub of: Option<String>,
}

/// Which rows, and how they are written. An option that is given again widens; different options narrow.
#[derive(Args, Clone, Debug)]
pub struct Get {
    /// The view (`qd get help` lists them)
    pub view: String,
    /// Where they lie.
    #[command(flatten)]
    pub place: Where,
    /// Words that must all fit, as in the console: `word`, `~letters`, `/regex/`, `!` for not, `column:word`,
    /// `column>80`, `health>=degraded`
    #[arg(long, default_value = "")]
    pub filter: String,
    /// These columns of the view alone, in this order; may be given again. What costs a call a row (`tags` of accounts) is
    /// read where it is named here, or asked for by --filter
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',')]
    pub columns: Vec<String>,
    /// How rows are written
    #[arg(long, short, value_enum, default_value_t)]
    pub output: Output,
    /// Exit with 5 if a row is as bad
    #[arg(long, value_enum)]
    pub fail_on: Option<FailOn>,
    /// Read and print again so many seconds after each answer, until Ctrl-C: in place on a terminal, else one after the
    /// other (`-o json`: an object a line)
    #[arg(long, value_name = "SECONDS", num_args = 0..=1, default_missing_value = "10",
          value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub watch: Option<u64>,
}

/// Which lines of the audit log, and how they are written.
#[derive(Args, Clone, Debug)]
pub struct Audit {
    /// Words that must all occur; `!word` must not; `column:word` looks at one column, such as `outcome:unknown`
    #[arg(long, default_value = "")]
    pub filter: String,
    /// How they are written
    #[arg(long, short, value_enum, default_value_t)]
    pub output: Output,
}

impl Audit {
    /// The same as `qd get audit`.
    #[must_use]
    pub fn get(&self) -> Get {
        Get {
            view: "audit".to_owned(),
            columns: Vec::new(),
            place: Where::default(),
            filter: self.filter.clone(),
            output: self.output,
            fail_on: None,
            watch: None,
        }
    }
}

/// How lines of a log are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum LogOutput {
    /// Moment, stream and text.
    #[default]
    Text,
    /// An object a line: at, stream, level, text.
    Jsonl,
}

/// Whose log, from where on, and how it is written.
#[derive(Args, Clone, Debug)]
pub struct Logs {
    /// The view of the row, such as `ecs` or `tasks`
    pub view: String,
    /// The row, by its name, key or ARN
    pub row: String,
    /// Where it lies.
    #[command(flatten)]
    pub place: Where,
    /// From where on: `tail`, `head`, or a span such as 90s, 5m, 2h, 1d
    #[arg(long, default_value = "tail", value_name = "SPAN")]
    pub since: String,
    /// Go on with what is written from now on, until it is interrupted
    #[arg(long, short)]
    pub follow: bool,
    /// How lines are written
    #[arg(long, short, value_enum, default_value_t)]
    pub output: LogOutput,
}

/// What `qd config` does.
#[derive(Clone, Debug, Subcommand)]
pub enum ConfigCommand {
    /// Print the JSON schema of the configuration file, for editors
    Schema,
    /// Look for faults in a configuration file, and say where each is
    Check {
        /// The file; left out, the one that the console would read
        file: Option<PathBuf>,
    },
}

/// How `qd doctor` writes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Report {
    /// Lines for people.
    #[default]
    Table,
    /// One object.
    Json,
}

/// What `qd exec --help` says after its flags.
const EXEC_HELP: &str = "\
The command gets AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_REGION, AWS_DEFAULT_REGION and
AWS_CREDENTIAL_EXPIRATION, and for prompts QD_ACCOUNT, QD_ACCOUNT_ID, QD_ACCOUNT_ROLE and QD_ACCOUNT_MODE; AWS_PROFILE
and whatever else leads to credentials is taken away. They are the ones that the console reads with, and where no
session policy limits those to reading they are lent with --unlimited only. Nothing is written to disk but a line before
and a line after in the audit log.

The exit code is the command's, 127 where it was not found and 126 where it could not be started. Where a signal ended
it, qd ends by the same one, which shells show as 128 + n. Where there are no credentials it is the one of `qd --help`.

  qd exec pay-prod -- aws ecs list-clusters
  qd exec 111122223333 --region eu-west-1 --role audit -- terraform plan";

/// A command, and the account for it.
#[derive(Args, Clone, Debug)]
pub struct Exec {
    /// The account, by id or name
    // Given, since what completes it takes it out of its place and puts it back at the end.
    #[arg(index = 1)]
    pub account: String,
    /// Lend credentials that may write, too: the caller's own, those of a permission set or a profile, and those of a
    /// role with `policy = "none"`
    #[arg(long)]
    pub unlimited: bool,
    /// The command and its arguments, after `--`
    #[arg(index = 2, last = true, required = true, value_name = "COMMAND")]
    pub command: Vec<OsString>,
}

/// How the organisation is written.
#[derive(Args, Clone, Debug)]
pub struct Tree {
    /// How it is written
    #[arg(long, short, value_enum, default_value_t)]
    pub output: Output,
    /// Read and print again so many seconds after each answer, until Ctrl-C: in place on a terminal, else one after the
    /// other (`-o json`: an object a line)
    #[arg(long, value_name = "SECONDS", num_args = 0..=1, default_missing_value = "10",
          value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub watch: Option<u64>,
}
