//! What access tells.

use super::{App, Effects, Layer, screen::Screen};
use crate::model::{FaultKind, News};

impl App {
    pub(super) fn news(&mut self, news: News, effects: &mut Effects) {
        match news {
            News::Waiting(what) => self.waits_for(what),
            News::Caller(caller) => self.signed_in(caller),
            News::NoCaller(fault) => {
                // A login that has run out asks by itself, over the tree that is remembered.
                let start = fault.kind == FaultKind::NoCredentials || self.org.is_empty();
                self.say(fault.to_string());
                self.try_later(&fault);
                self.no_caller = Some(fault);
                self.caller = None;
                self.wants_dirty = true;
                if start
                    && !self.is_typing()
                    && self.trail.back.is_empty()
                    && let Some(start) = self.setup.view_named("credentials")
                    && self.screen.view.id() != start.id()
                {
                    self.screen = self.ordered(Screen::new(start, String::new(), ""));
                    self.changed_screen();
                }
            }
            News::Lease(lease) => {
                let account = lease.account.clone();
                self.opened(lease);
                self.log_goes_on(&account, effects);
            }
            News::Lost { account, role, fault } => self.refused(account, &role, fault),
            News::Elevated(lease) => self.raised_now(lease, effects),
            News::NotElevated(account, fault) => self.not_raised(&account, &fault),
            News::GivenBack => self.given_back(),
            News::Ask(id, ask) => self.ask(id, ask),
            News::Answered(id) => {
                self.answered(id);
                self.jobs.go_on(None);
                self.fills.go_on();
                self.plan(effects);
            }
        }
    }

    fn signed_in(&mut self, caller: crate::model::Caller) {
        self.waiting = super::signing::Waiting::default();
        let first = self.caller.is_none();
        let waited = self.no_caller.take().is_some();
        if waited {
            // What was said of the want of a caller is over.
            self.say(format!("signed in with {}", caller.source));
        }
        if first && caller.region_guessed {
            self.say(format!(
                "nobody names a region: {} is read; AWS_REGION, the profile, or `regions` in the configuration name others",
                caller.region
            ));
        }
        self.caller = Some(caller);
        if first && waited {
            self.leave_start_page();
        }
        // Whatever failed for want of a caller is worth another try.
        if first {
            self.jobs.hurry(|_, _| true);
            self.fills.hurry();
        } else {
            self.jobs.go_on(None);
            self.fills.go_on();
        }
        self.wants_dirty = true;
    }

    /// Whether a filter or a command is being typed: the screen that it is about must not change under it.
    fn is_typing(&self) -> bool {
        self.layers.iter().any(|l| {
            matches!(l, Layer::Filter { .. } | Layer::Palette(_) | Layer::Raise(_) | Layer::Deed(_) | Layer::Save(_))
        })
    }

    /// Goes to the view that the console opens with, where nobody chose to be on the page of sources.
    fn leave_start_page(&mut self) {
        if self.is_typing() {
            return;
        }
        let home = self.setup.view_named(&self.setup.config.view);
        if let Some(home) = home.filter(|home| home.id() != self.screen.view.id())
            && self.trail.back.is_empty()
            && self.setup.view_named("credentials").is_some_and(|v| v.id() == self.screen.view.id())
        {
            self.screen = self.ordered(Screen::new(home, String::new(), ""));
            self.changed_screen();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use jiff::{Timestamp, tz::TimeZone};

    use crate::{
        app::{Action, App, Chord, Effects, Event, Keymap, Memory, Setup},
        config::Config,
        model::{AccountId, Caller, Fault, FaultKind, News},
        views::VIEWS,
    };

    fn app() -> App {
        let setup = Setup {
            views: VIEWS,
            config: Arc::new(Config::default()),
            badge: None,
            themes: vec!["dark".to_owned()],
            theme: "dark".to_owned(),
            zone: TimeZone::UTC,
            keymap: Keymap::of(VIEWS),
        };
        App::new(setup, Memory::default(), Timestamp::UNIX_EPOCH, (120, 40))
    }

    fn tell(app: &mut App, event: Event) {
        for effect in app.apply(event) {
            drop(effect);
        }
    }

    fn no_caller() -> Event {
        Event::Access(News::NoCaller(Fault::new(FaultKind::NoCredentials, "no source has any AWS credentials")))
    }

    fn caller() -> Event {
        Event::Access(News::Caller(Caller {
            arn: "arn:aws:iam::111111111111:user/alice".to_owned(),
            account: AccountId::from("111111111111"),
            partition: "aws".to_owned(),
            region: "eu-central-1".into(),
            region_guessed: false,
            source: "profile ops (keys)".to_owned(),
            until: None,
            renews: true,
            role_session: false,
            portals: std::collections::BTreeMap::new(),
        }))
    }

    #[test]
    fn the_start_page_gives_way_once_somebody_is_signed_in() {
        let mut app = app();
        let home = app.screen.view.id();
        tell(&mut app, no_caller());
        assert_eq!(app.screen.view.id().0, "credentials");
        tell(&mut app, caller());
        assert_eq!(app.screen.view.id(), home);
        assert_eq!(app.notice(), Some("signed in with profile ops (keys)"), "the old fault is not said any longer");
    }

    #[test]
    fn a_page_that_was_chosen_stays() {
        let mut app = app();
        let mut effects = Effects::default();
        app.act(Action::Go("credentials".to_owned(), String::new()), &mut effects);
        drop(effects);
        tell(&mut app, no_caller());
        tell(&mut app, caller());
        assert_eq!(app.screen.view.id().0, "credentials");
    }

    #[test]
    fn the_screen_does_not_change_under_what_is_being_typed() {
        for begin in ["/", ":"] {
            let mut app = app();
            let home = app.screen.view.id();
            for chord in [begin, "w", "e"] {
                tell(&mut app, Event::Key(Chord::parse(chord).unwrap()));
            }
            tell(&mut app, no_caller());
            assert_eq!(app.screen.view.id(), home, "{begin}");
            tell(&mut app, Event::Key(Chord::parse("esc").unwrap()));
            tell(&mut app, no_caller());
            assert_eq!(app.screen.view.id().0, "credentials", "{begin}");
            tell(&mut app, Event::Key(Chord::parse(begin).unwrap()));
            tell(&mut app, caller());
            assert_eq!(app.screen.view.id().0, "credentials", "{begin}");
        }
    }
}
