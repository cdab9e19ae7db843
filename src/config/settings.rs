//! The single values: one list of definitions, from which the file's keys, the variables, the flags, the listing of
//! `qd info` and the documentation come.

use super::{Config, Hyperlinks, error::Wrong, regions};
use crate::model::{Region, link::Start};

/// One value that the user can set.
pub struct Setting {
    /// Its dotted key in the file.
    pub key: &'static str,
    /// Its variable in the environment.
    pub variable: &'static str,
    /// What it is, in a sentence for people.
    pub about: &'static str,
    /// How it is set.
    pub(super) set: Set,
    /// Its value as the file would have it; `None` where it is left open.
    pub(super) show: fn(&Config) -> Option<String>,
}

/// The kind of a value, and how it goes into the configuration.
pub(super) enum Set {
    Text(fn(&mut Config, &str) -> Result<(), Wrong>),
    Flag(fn(&mut Config, bool)),
    Number(fn(&mut Config, f64) -> Result<(), Wrong>),
    /// In the environment separated by commas.
    Words(fn(&mut Config, &[&str]) -> Result<(), Wrong>),
}

/// Every single value that the user can set.
pub const SETTINGS: &[Setting] = &[
    Setting {
        key: "theme",
        variable: "QD_THEME",
        about: "The theme's name; left open, the console chooses one that fits the terminal.",
        set: Set::Text(|c, text| word(text).map(|t| c.theme = Some(t))),
        show: |c| c.theme.clone(),
    },
    Setting {
        key: "utc",
        variable: "QD_UTC",
        about: "Whether times are shown in UTC instead of the local zone.",
        set: Set::Flag(|c, yes| c.utc = yes),
        show: |c| Some(c.utc.to_string()),
    },
    Setting {
        key: "mouse",
        variable: "QD_MOUSE",
        about: "Whether the mouse is used; off leaves it to the terminal.",
        set: Set::Flag(|c, yes| c.mouse = yes),
        show: |c| Some(c.mouse.to_string()),
    },
    Setting {
        key: "view",
        variable: "QD_VIEW",
        about: "The view that the console opens with.",
        set: Set::Text(|c, text| word(text).map(|t| c.view = t)),
        show: |c| Some(c.view.clone()),
    },
    Setting {
        key: "profile",
        variable: "AWS_PROFILE",
        about: "The profile of the AWS configuration for the caller's own credentials.",
        set: Set::Text(|c, text| word(text).map(|t| c.profile = Some(t))),
        show: |c| c.profile.clone(),
    },
    Setting {
        key: "regions",
        variable: "QD_REGIONS",
        about: "The regions that are read in every account; left open, the caller's own.",
        set: Set::Words(|c, words| {
            c.regions = words.iter().map(|w| regions::check(w)).collect::<Result<Vec<Region>, Wrong>>()?;
            Ok(())
        }),
        show: |c| (!c.regions.is_empty()).then(|| c.regions.iter().map(Region::as_str).collect::<Vec<_>>().join(", ")),
    },
    Setting {
        key: "roles",
        variable: "QD_ROLE",
        about: "The roles to choose from in an account, the default first: names of [role.…], `role/…` or ARNs.",
        set: Set::Words(|c, words| {
            c.roles = words.iter().map(|w| word(w)).collect::<Result<_, _>>()?;
            Ok(())
        }),
        show: |c| (!c.roles.is_empty()).then(|| c.roles.join(", ")),
    },
    Setting {
        key: "elevated",
        variable: "QD_ELEVATED",
        about: "The role that an elevation uses: a name of [role.…], `role/…` or an ARN; left open, the default role.",
        set: Set::Text(|c, text| word(text).map(|t| c.elevated = Some(t))),
        show: |c| c.elevated.clone(),
    },
    Setting {
        key: "limits.share",
        variable: "QD_LIMITS_SHARE",
        about: "The share of AWS's documented request rates to use, 0.05 to 1.",
        set: Set::Number(|c, n| between(n, 0.05, 1.0).map(|n| c.limits.share = n)),
        show: |c| Some(c.limits.share.to_string()),
    },
    Setting {
        key: "limits.jobs_per_account",
        variable: "QD_LIMITS_JOBS_PER_ACCOUNT",
        about: "How many requests of views run at once in one account, 1 to 64.",
        set: Set::Number(|c, n| whole(n, 1, 64).map(|n| c.limits.jobs_per_account = n)),
        show: |c| Some(c.limits.jobs_per_account.to_string()),
    },
    Setting {
        key: "limits.confirm_accounts",
        variable: "QD_LIMITS_CONFIRM_ACCOUNTS",
        about: "A first sweep over more accounts than this is asked about first.",
        set: Set::Number(|c, n| whole(n, 0, 100_000).map(|n| c.limits.confirm_accounts = n)),
        show: |c| Some(c.limits.confirm_accounts.to_string()),
    },
    Setting {
        key: "journal",
        variable: "QD_JOURNAL",
        about: "A new file for every fact that reaches the console, for `qd replay`; `{time}` in its name is the moment.",
        set: Set::Text(|c, text| word(text).map(|t| c.journal = Some(t.into()))),
        show: |c| c.journal.as_ref().map(|path| path.display().to_string()),
    },
    Setting {
        key: "browser.start_url",
        variable: "QD_BROWSER_START_URL",
        about: "The address of Identity Center's portal, for links into AWS's console; left open, the AWS configuration's.",
        set: Set::Text(|c, text| {
            let help = "such as \"https://corp.awsapps.com/start\"";
            let start = Start::parse(text)
                .ok_or_else(|| Wrong::new(format!("must be the https address of a portal, not {text:?}"), help))?;
            c.browser.start = Some(start);
            Ok(())
        }),
        show: |c| c.browser.start.as_ref().map(|start| start.as_str().to_owned()),
    },
    Setting {
        key: "browser.permission_set",
        variable: "QD_BROWSER_PERMISSION_SET",
        about: "The permission set that links through the portal ask for; left open, the one in use in the account.",
        set: Set::Text(|c, text| word(text).map(|t| c.browser.permission_set = Some(t))),
        show: |c| c.browser.permission_set.clone(),
    },
    Setting {
        key: "browser.hyperlinks",
        variable: "QD_BROWSER_HYPERLINKS",
        about: "Whether names in tables are links for the terminal (OSC 8): on, off, or auto for where it is known to take them.",
        set: Set::Text(|c, text| {
            let wrong = || Wrong::new(format!("must be auto, on or off, not {text:?}"), "");
            Hyperlinks::named(text.trim()).ok_or_else(wrong).map(|h| c.browser.hyperlinks = h)
        }),
        show: |c| Some(c.browser.hyperlinks.word().to_owned()),
    },
];

/// Sets a value from text without a type, as the environment and the command line have it.
pub(super) fn set_from_text(config: &mut Config, setting: &Setting, text: &str) -> Result<(), Wrong> {
    match setting.set {
        Set::Text(set) => set(config, text.trim()),
        Set::Flag(set) => match text.trim().to_lowercase().as_str() {
            "1" | "true" | "yes" | "on" => {
                set(config, true);
                Ok(())
            }
            "0" | "false" | "no" | "off" => {
                set(config, false);
                Ok(())
            }
            _ => Err(Wrong::new(format!("must be true or false, not {text:?}"), "")),
        },
        Set::Number(set) => match text.trim().parse() {
            Ok(number) => set(config, number),
            Err(_) => Err(Wrong::new(format!("must be a number, not {text:?}"), "")),
        },
        Set::Words(set) => {
            let words: Vec<&str> = text.split(',').map(str::trim).filter(|w| !w.is_empty()).collect();
            set(config, &words)
        }
    }
}

fn word(text: &str) -> Result<String, Wrong> {
    if text.trim().is_empty() {
        return Err(Wrong::new("must not be empty", "leave the key out to leave the choice open"));
    }
    Ok(text.trim().to_owned())
}

fn between(number: f64, least: f64, most: f64) -> Result<f64, Wrong> {
    // Not a number is within no bounds.
    if (least..=most).contains(&number) {
        Ok(number)
    } else {
        Err(Wrong::new(format!("must be between {least} and {most}, not {number}"), ""))
    }
}

fn whole(number: f64, least: u32, most: u32) -> Result<usize, Wrong> {
    let number = between(number, least.into(), most.into())?;
    if number.fract() != 0.0 {
        return Err(Wrong::new(format!("must be a whole number, not {number}"), ""));
    }
    // Exact: a whole number between two u32.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    Ok(number as usize)
}
