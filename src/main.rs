//! `qd`: parse, choose screen or headless, exit code. The only line of the program that knows of the embedded fleet.

#![allow(clippy::disallowed_methods, reason = "where the program meets the world: arguments and clock")]

use std::{process::ExitCode, sync::Arc};

use clap::Parser as _;
use jiff::Timestamp;
use quarterdeck::{
    app::{Keymap, columns::config::Configured},
    cli::{Cli, Command, Common, ConfigCommand, Fleet, Report, Serve},
    config::{Config, ConfigErrors, Env},
    headless, shell,
    shell::Base,
    sim,
    store::{Audit, Store},
    ui::theme::Theme,
    views::VIEWS,
};

fn main() -> ExitCode {
    if std::env::var_os(headless::COMPLETE).is_some() {
        return match headless::complete() {
            Ok(_) => ExitCode::SUCCESS,
            Err(fault) => {
                eprintln!("qd: {fault}");
                ExitCode::FAILURE
            }
        };
    }
    // Without arguments there is nothing to parse, and the first frame need not wait for it.
    let cli = if std::env::args_os().len() > 1 { Cli::parse() } else { Cli::default() };
    match run(cli) {
        Ok(code) => code,
        Err(Wrong { code, text }) => {
            eprintln!("{text}");
            ExitCode::from(code)
        }
    }
}

/// Why the program ends, with its exit code.
struct Wrong {
    code: u8,
    text: String,
}

impl From<quarterdeck::model::Fault> for Wrong {
    fn from(fault: quarterdeck::model::Fault) -> Self {
        let hint = headless::hint(&fault);
        let hint = if hint.is_empty() { hint } else { format!("\n  help: {hint}") };
        Self { code: headless::exit_code(fault.kind), text: format!("qd: {fault}{hint}") }
    }
}

fn usage(text: String) -> Wrong {
    Wrong { code: headless::USAGE, text }
}

fn run(cli: Cli) -> Result<ExitCode, Wrong> {
    match cli.command {
        Some(Command::Demo(fleet)) => demo(&cli.common, &fleet),
        Some(Command::Sim(serve)) => serve_sim(&serve),
        Some(Command::Get(get)) => Ok(headless::get(&base(&cli.common)?, &get)?),
        Some(Command::Logs(logs)) => Ok(headless::logs(&base(&cli.common)?, &logs)?),
        Some(Command::Tree(tree)) => Ok(headless::tree(&base(&cli.common)?, &tree)?),
        Some(Command::Exec(exec)) => {
            let (loan, program) = headless::borrow(&base(&cli.common)?, &exec)?;
            Ok(shell::exec(loan, &program))
        }
        Some(Command::Audit(audit)) => Ok(headless::get(&base(&cli.common)?, &audit.get())?),
        Some(Command::Replay(replay)) => Ok(headless::replay(&replay)?),
        Some(Command::Info) => Ok(headless::info(&base(&cli.common)?)),
        Some(Command::IamPolicy { elevated }) => Ok(headless::iam_policy(&base(&cli.common)?, elevated)?),
        Some(Command::Doctor { output }) => doctor(&cli.common, output),
        Some(Command::Config(ConfigCommand::Schema)) => Ok(headless::config_schema()?),
        Some(Command::Config(ConfigCommand::Check { file })) => {
            let common = Common { config: file.or(cli.common.config.clone()), ..cli.common };
            Ok(headless::config_checked(&settings(&common)?.1)?)
        }
        Some(Command::Completions { shell }) => Ok(headless::completions(&shell)?),
        Some(Command::DebugPanic) => Ok(shell::crash(&base(&cli.common)?)?),
        None => {
            let base = base(&cli.common)?;
            for warning in &base.loaded.warnings {
                eprintln!("{warning}");
            }
            Ok(shell::run(base)?)
        }
    }
}

/// Looks at what a run would stand on, as far as there is anything to stand on.
fn doctor(common: &Common, output: Report) -> Result<ExitCode, Wrong> {
    let terminal = shell::survey(&Env::read());
    let ground = base(common);
    let ground = ground.as_ref().map_err(|wrong| wrong.text.as_str());
    Ok(headless::doctor(ground, terminal, output)?)
}

/// The environment, the configuration with every name in it checked, and the themes that there are.
fn settings(common: &Common) -> Result<(Env, quarterdeck::config::Loaded, Vec<String>), Wrong> {
    let env = Env::read();
    let (loaded, mut errors) = Config::survey(&env, &common.flags());
    let views: Vec<&str> = VIEWS.iter().map(|v| v.id().0).collect();
    let themes = shell::theme_names(&loaded.paths.themes);
    let known: Vec<&str> = themes.iter().map(String::as_str).collect();
    errors.extend(loaded.check_names(&views, &known).err().into_iter().flat_map(|more| more.0));
    // Our own keys are known to fit; the first frame need not wait for a second look at them.
    if !loaded.config.keys.is_empty() {
        errors.extend(Keymap::with(VIEWS, &loaded.config.keys).err().into_iter().flat_map(|more| more.0));
    }
    if !loaded.config.views.is_empty() {
        errors.extend(Configured::read(VIEWS, &loaded.config).err().into_iter().flat_map(|more| more.0));
    }
    ConfigErrors::check(errors).map_err(|errors| usage(errors.to_string()))?;
    Ok((env, loaded, themes))
}

/// The ground of a run on the user's own environment, configuration and store.
fn base(common: &Common) -> Result<Base, Wrong> {
    let (env, loaded, themes) = settings(common)?;
    let opened = Store::open(&loaded.paths.store());
    if let Some(trouble) = &opened.trouble {
        eprintln!("qd: {trouble}");
    }
    let audit = Audit::file(&loaded.paths.audit());
    Ok(Base { env, loaded, store: opened.store, audit, badge: None, themes, clock: Arc::new(Timestamp::now) })
}

fn options(fleet: &Fleet, port: u16) -> Result<sim::Options, Wrong> {
    let faults: Result<Vec<sim::Fault>, _> = fleet.faults.iter().map(|text| text.parse::<sim::Fault>()).collect();
    Ok(sim::Options {
        accounts: fleet.accounts as usize,
        services: fleet.services.map(usize::from),
        seed: fleet.seed,
        faults: faults.map_err(|e| usage(format!("qd: --fault: {e}")))?,
        latency: latency(&fleet.latency)?,
        port,
        ..sim::Options::default()
    })
}

fn latency(text: &str) -> Result<sim::Latency, Wrong> {
    match text {
        "lively" => Ok(sim::Latency::Natural),
        "off" => Ok(sim::Latency::Off),
        number => number
            .parse()
            .map(|ms| sim::Latency::Fixed(std::time::Duration::from_millis(ms)))
            .map_err(|_| usage(format!("qd: --latency: {number:?} is none of lively, off, or milliseconds"))),
    }
}

fn start(options: sim::Options) -> Result<(tokio::runtime::Runtime, sim::Sim), Wrong> {
    let failed = |e: std::io::Error| Wrong { code: 1, text: format!("qd: the embedded fleet cannot be served: {e}") };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(failed)?;
    let sim = runtime.block_on(sim::start(options)).map_err(failed)?;
    Ok((runtime, sim))
}

/// The console on the embedded fleet: an environment, a configuration and a store of its own.
fn demo(common: &Common, fleet: &Fleet) -> Result<ExitCode, Wrong> {
    let (_runtime, sim) = start(options(fleet, 0)?)?;
    let process = Env::read();
    // Of the user's environment only what says how to draw.
    let terminal = [
        "TERM",
        "COLORTERM",
        "NO_COLOR",
        "TMUX",
        "STY",
        "WT_SESSION",
        "SSH_CONNECTION",
        "TZ",
        "TERM_PROGRAM",
        "VTE_VERSION",
        "KITTY_WINDOW_ID",
        "KONSOLE_VERSION",
    ];
    let drawn = terminal.into_iter().filter_map(|name| Some((name, process.get(name)?.to_owned())));
    let env: Env = drawn.chain(sim.environment()).collect();
    let paths = quarterdeck::config::Paths::new(&Env::empty(), None);
    let mut flags = common.flags();
    flags.config = None;
    flags.profile = None;
    let loaded = Config::assemble(&env, &flags, paths, Some(&sim.configuration())).map_err(|e| usage(e.to_string()))?;
    let themes = Theme::names();
    loaded
        .check_names(&VIEWS.iter().map(|v| v.id().0).collect::<Vec<_>>(), &themes)
        .map_err(|e| usage(e.to_string()))?;
    let themes = themes.into_iter().map(str::to_owned).collect();
    let (store, audit, badge) = (Store::memory(), Audit::memory(), Some("DEMO".into()));
    let base = Base { env, loaded, store, audit, badge, themes, clock: Arc::new(Timestamp::now) };
    Ok(shell::run(base)?)
}

/// The keys of one of the fleet's callers, as `--as` names them.
fn keys_of(sim: &sim::Sim, caller: &str) -> Result<sim::Keys, Wrong> {
    let keys = match caller.split_once(':') {
        None if caller == "administrator" => Some(sim.administrator()),
        None if caller == "delegated" => sim.delegated(),
        Some(("member", account)) => sim.member(account),
        _ => return Err(usage(format!("qd: --as: {caller:?} is none of administrator, delegated, member:ACCOUNT"))),
    };
    keys.ok_or_else(|| usage(format!("qd: --as: this fleet has no {caller}")))
}

/// Serves the embedded fleet until Ctrl-C.
fn serve_sim(serve: &Serve) -> Result<ExitCode, Wrong> {
    let (runtime, sim) = start(options(&serve.fleet, serve.port)?)?;
    let keys = keys_of(&sim, &serve.caller)?;
    for (name, value) in sim.environment() {
        let value = match name {
            "AWS_ACCESS_KEY_ID" => keys.id.clone(),
            "AWS_SECRET_ACCESS_KEY" => keys.secret.clone(),
            _ => value,
        };
        println!("export {name}={value}");
    }
    let (accounts, endpoint) = (serve.fleet.accounts, sim.endpoint());
    eprintln!("serving {accounts} accounts at {endpoint} until Ctrl-C; calls: {endpoint}/_qd/calls");
    eprintln!("sessions end by POST {endpoint}/_qd/revoke?account=NAME&role=NAME, all of them without these");
    let (device, code) = sim.mfa();
    eprintln!("the MFA device {device} shows {code}; Identity Center takes the access token {}", sim.sso_token());
    let _ended = runtime.block_on(tokio::signal::ctrl_c());
    Ok(ExitCode::SUCCESS)
}
