//! The exit codes: what they mean, and which goes before which.

use crate::model::{FaultKind, Gap, ViewId};

use super::coverage::Coverage;

/// Everything was read, and nothing is as bad as `--fail-on`.
pub const WHOLE: u8 = 0;

/// Something went wrong that has no code of its own.
pub const WRONG: u8 = 1;

/// The command line or the configuration is wrong.
pub const USAGE: u8 = 2;

/// No credentials, or they have ended.
pub const CREDENTIALS: u8 = 3;

/// Something could not be read.
pub const GAPS: u8 = 4;

/// Something is as bad as `--fail-on`.
pub const BAD: u8 = 5;

/// Nothing could be read at all.
pub const NOTHING: u8 = 6;

/// The reader of stdout went away: 128 + SIGPIPE.
pub const PIPE: u8 = 141;

/// The exit code for a fault that ended the program before there was an answer.
#[must_use]
pub fn exit_code(kind: FaultKind) -> u8 {
    match kind {
        kind if is_access(kind) => CREDENTIALS,
        FaultKind::Invalid => USAGE,
        _ => WRONG,
    }
}

/// The exit code of an answer. `bad` is whether a row is as bad as `--fail-on`, `rows` whether anything was read
/// although no scope was read in full.
///
/// A known problem goes before everything: 5, even where the answer has gaps. Only a whole answer gives 0. Where a
/// part was read it is 4; where nothing was, 3 if that was for want of credentials, 2 if something is asked for that
/// cannot be, else 6.
#[must_use]
pub fn of(coverage: &Coverage, bad: bool, rows: bool) -> u8 {
    if bad {
        return BAD;
    }
    if coverage.is_complete() {
        return WHOLE;
    }
    if coverage.sum.read > 0 {
        return GAPS;
    }
    let for_access = |(_, gap): &(ViewId, Gap)| is_access(gap.fault.kind);
    let for_input = |(_, gap): &(ViewId, Gap)| gap.fault.kind == FaultKind::Invalid;
    match (coverage.gaps.iter().any(for_access), rows) {
        (true, _) => CREDENTIALS,
        (false, true) => GAPS,
        // A region that does not exist, a role whose name is wrong: nothing could be read as it was asked for.
        (false, false) if coverage.gaps.iter().any(for_input) => USAGE,
        (false, false) => NOTHING,
    }
}

fn is_access(kind: FaultKind) -> bool {
    matches!(kind, FaultKind::NoCredentials | FaultKind::Expired | FaultKind::Prompt)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Coverage as Sum, Fault, Progress, Scope};

    fn coverage(scopes: &[Option<FaultKind>]) -> Coverage {
        let mut sum = Sum::default();
        for kind in scopes {
            let progress = kind.map_or(Progress::Read, |k| Progress::Broken(Fault::new(k, "no")));
            sum.count(&Scope::fleet(), &progress, None, true);
        }
        let mut coverage = Coverage::default();
        coverage.add(ViewId("ecs"), sum);
        coverage
    }

    #[test]
    fn the_codes_go_before_one_another_as_documented() {
        use FaultKind::{Denied, Expired, Invalid, NoCredentials};
        for (scopes, bad, code) in [
            (&[None, None][..], false, WHOLE),
            (&[], false, WHOLE),
            (&[None, None], true, BAD),
            (&[None, Some(Denied)], true, BAD),
            (&[None, Some(Denied)], false, GAPS),
            (&[None, Some(Expired)], false, GAPS),
            (&[Some(Denied), Some(Denied)], false, NOTHING),
            (&[Some(Denied), Some(Expired)], false, CREDENTIALS),
            (&[Some(NoCredentials)], false, CREDENTIALS),
            (&[Some(Invalid), Some(Denied)], false, USAGE),
            (&[None, Some(Invalid)], false, GAPS),
        ] {
            assert_eq!(of(&coverage(scopes), bad, false), code, "{scopes:?} {bad}");
        }
    }

    #[test]
    fn rows_of_a_broken_reading_are_more_than_nothing() {
        assert_eq!(of(&coverage(&[Some(FaultKind::Denied)]), false, true), GAPS);
        assert_eq!(of(&coverage(&[Some(FaultKind::NoCredentials)]), false, true), CREDENTIALS);
    }

    #[test]
    fn a_fault_before_any_answer_has_a_code_by_its_kind() {
        assert_eq!(exit_code(FaultKind::Invalid), USAGE);
        assert_eq!(exit_code(FaultKind::Prompt), CREDENTIALS);
        assert_eq!(exit_code(FaultKind::Network), WRONG);
    }
}
