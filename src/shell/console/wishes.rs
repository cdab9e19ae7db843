//! What the person at the screen wants of access, done: answers, logins, elevations, and the terminal lent to a shell.

use std::sync::Arc;

use super::{
    super::{browse, lend, login, prompt},
    Console, Own, broken, size,
};
use crate::{
    access::{self, Errand, Guest},
    app::{Event, Wish},
    cx::Cx,
    model::{Account, Ask, Fault, Link, Mode, News, Region},
};

impl Console {
    pub(super) fn wish(&mut self, wish: Wish) {
        match wish {
            Wish::Answer(id, text) => self.cx.vault.answer(access::AskId(id), text),
            Wish::Retry => {
                self.cx.vault.retry();
                self.ask_caller();
            }
            Wish::Elevate(raise) => {
                let (guard, tell) = (self.cx.guard.clone(), self.own_news.0.clone());
                tokio::spawn(async move {
                    let account = raise.account.id.clone();
                    let news = match guard.elevate(raise).await {
                        Ok(lease) => News::Elevated(lease),
                        Err(fault) => News::NotElevated(account, fault),
                    };
                    let _gone = tell.send(Own::News(Box::new(news)));
                    // What was raised before was given back first.
                    if guard.raised_lease().is_none() {
                        let _gone = tell.send(Own::News(Box::new(News::GivenBack)));
                    }
                });
            }
            Wish::Shell { account, role, region } => self.open_shell(account, role, region),
            Wish::GiveBack(account) => {
                self.cx.guard.give_back_of(&account, "given back");
                // What was raised meanwhile has news of its own.
                if self.cx.guard.raised_lease().is_none() {
                    self.apply(Event::Access(News::GivenBack));
                }
            }
            Wish::Profile(name) => self.use_profile(name),
            Wish::Login(id, ask) => self.log_in(access::AskId(id), &ask),
        }
    }

    /// Logs in again, where a command does that. The terminal is lent to it as to a shell.
    fn log_in(&mut self, id: access::AskId, ask: &Ask) {
        let Some(command) = ask.command() else {
            self.cx.vault.answer(id, None);
            return self.logged_in(id, Ok(()));
        };
        let (stage, env, tell) = (self.cx.guard.stage().clone(), self.base.env.clone(), self.own_news.0.clone());
        tokio::spawn(async move {
            let ended = login::run(&stage, command, &env).await;
            let _gone = tell.send(Own::LoggedIn(id, ended));
        });
    }

    /// What became of a login.
    pub(super) fn logged_in(&mut self, id: access::AskId, ended: Result<(), String>) {
        match ended {
            Ok(()) => {
                self.cx.vault.resume();
                self.ask_caller();
            }
            Err(why) => {
                // The question counts as left, so that a refresh asks it again.
                self.cx.vault.answer(id, None);
                self.apply(Event::Notice(why));
            }
        }
    }

    fn use_profile(&mut self, name: String) {
        self.cx.guard.give_back("another profile is used");
        self.apply(Event::Access(News::GivenBack));
        let vault = self.cx.vault.clone();
        self.base.loaded.config.profile = Some(name.clone());
        self.apply(Event::Notice(format!("profile {name} …")));
        self.hear_caller(async move { vault.enter_profile(&name).await });
    }

    /// Opens a link in the person's browser.
    pub(super) fn browse(&self, link: Link) {
        let (base, tell) = (self.base.clone(), self.own_news.0.clone());
        tokio::spawn(async move {
            if let Err(why) = browse::open(&base, &link).await {
                let _gone = tell.send(Own::Unopened(link, why));
            }
        });
    }

    /// A link that could not be opened is left in the clipboard, and on the screen as far as it fits.
    pub(super) fn unopened(&mut self, link: &Link, why: &str) {
        let copied = match self.terminal.copy(link.as_str()) {
            Ok(_) => "its link was copied",
            Err(_) => "its link",
        };
        self.apply(Event::Notice(format!("not opened ({why}); {copied}: {link}")));
    }

    /// Opens a shell once its credentials are there. They may need a round trip: nobody waits for them here.
    fn open_shell(&self, account: Arc<Account>, role: Option<Arc<str>>, region: Option<Region>) {
        let (cx, tell) = (self.cx.clone(), self.own_news.0.clone());
        let path = self.base.env.get("SHELL").map(ToOwned::to_owned);
        tokio::spawn(async move {
            let name = account.name.clone();
            let words = match shell(&cx, path.as_deref(), (account, role, region)).await {
                Ok(code) => format!("the shell for {name} ended with {code}"),
                Err(fault) if fault.hint.is_empty() => format!("no shell for {name}: {fault}"),
                Err(fault) => format!("no shell for {name}: {fault}; {}", fault.hint),
            };
            let _gone = tell.send(Own::Said(words));
        });
    }

    /// Gives the terminal to a program until it ends.
    pub(super) fn lend(&mut self, guest: Guest) {
        // What became of the program counts, whatever became of the terminal.
        let mut ended = None;
        let back = self.terminal.lend(|| ended = Some(lend::foreground(&guest.program, &guest.banner)));
        guest.end(ended.unwrap_or_else(|| Err(broken("it was not started"))));
        if let Err(e) = back {
            self.apply(Event::Notice(format!("the terminal did not come back: {e}")));
        }
        // Both may have changed meanwhile.
        let (width, height) = size();
        self.apply(Event::Resize(width, height));
        self.apply(self.time());
    }
}

/// Runs a shell with the credentials of an account on the person's terminal, up to its end.
async fn shell(
    cx: &Cx,
    path: Option<&str>,
    (account, role, region): (Arc<Account>, Option<Arc<str>>, Option<Region>),
) -> Result<access::Ended, Fault> {
    let raised = cx.guard.raised_lease().is_some_and(|lease| lease.account == account.id);
    let mark = if raised { format!("{} {}", account.name, Mode::Elevated.word()) } else { account.name.clone() };
    let shell = prompt::shell(path, &mark);
    let unlimited = cx.guard.agreed(&account, role.as_deref()).await?;
    let errand = Errand { account, role, region, word: "shell", argv: shell.argv, unlimited };
    let (loan, program) = cx.guard.lend(errand).await?;
    let program = shell.variables.into_iter().fold(program, |p, (name, value)| p.with(name, value));
    let banner = format!("{}; `exit` leads back to the console", loan.banner(cx.now()));
    let result = cx.guard.stage().run(program, banner).await;
    loan.settle(&result)?;
    result
}
