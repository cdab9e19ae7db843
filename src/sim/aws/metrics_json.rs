//! `CloudWatch` metrics once more, in AWS JSON: AWS speaks both protocols, and clients choose.

use super::{Dialect, metrics};
use crate::sim::wire::{Answer, Ask, Incoming, Protocol, Refusal, seconds};

/// The service.
pub const DIALECT: Dialect = Dialect { protocol: Protocol::Json, claims, answer, ..metrics::DIALECT };

fn claims(incoming: &Incoming) -> Option<String> {
    incoming.target("GraniteServiceVersion20100801")
}

fn answer(ask: &Ask<'_>) -> Result<Answer, Refusal> {
    Ok(Answer::json(&metrics::results(ask, seconds)?))
}
