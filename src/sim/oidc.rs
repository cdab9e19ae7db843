//! An identity provider beside the fleet: the issuer of a cluster whose service accounts have roles (IRSA).
//!
//! Its tokens are JSON web tokens in the form that every client knows. They are "signed" by a hash that only this fleet
//! can check; what is wrong with a token is found in the order in which STS looks.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::rng::Seed;
use super::world::World;

/// The service account whose token opens the role.
pub const SUBJECT: &str = "system:serviceaccount:ops:quarterdeck";

/// The audience of tokens for STS.
pub const AUDIENCE: &str = "sts.amazonaws.com";

/// How long a token is good, in seconds.
const HOUR: i64 = 3_600;

/// What a token says of its holder, once it was checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claims {
    /// `iss` without its `https://`.
    pub issuer: String,
    /// `sub`.
    pub subject: String,
    /// `aud`.
    pub audience: String,
}

/// What is wrong with a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenFault {
    /// It is no JSON web token.
    Malformed,
    /// Another issuer gave it out, which is named.
    Issuer(String),
    /// The signature is not the issuer's.
    Signature,
    /// It ended at this second since 1970.
    Expired(i64),
}

/// The issuer of the world: the OIDC address of a cluster, without its `https://`.
pub fn issuer(world: &World) -> String {
    format!("oidc.eks.eu-central-1.amazonaws.com/id/{}", world.seed.word("oidc").text(b"0123456789ABCDEF", 32))
}

/// A token of the service account, given out at a moment in milliseconds.
pub fn token(world: &World, now: i64) -> String {
    let begins = now.div_euclid(1000);
    let claims = json!({
        "iss": format!("https://{}", issuer(world)),
        "sub": SUBJECT,
        "aud": [AUDIENCE],
        "iat": begins,
        "exp": begins + HOUR,
    });
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let said = format!("{}.{}", part(&json!({ "alg": "RS256", "kid": "quarterdeck", "typ": "JWT" })), part(&claims));
    format!("{said}.{}", signature(world.seed, &said))
}

fn signature(seed: Seed, said: &str) -> String {
    URL_SAFE_NO_PAD.encode(seed.word("oidc-signature").word(said).hex(64))
}

/// What a token says, if it is good at a moment in milliseconds.
pub fn check(world: &World, token: &str, now: i64) -> Result<Claims, TokenFault> {
    let (said, signed) = token.rsplit_once('.').ok_or(TokenFault::Malformed)?;
    let (_, claims) = said.split_once('.').ok_or(TokenFault::Malformed)?;
    let claims = URL_SAFE_NO_PAD.decode(claims).map_err(|_| TokenFault::Malformed)?;
    let claims: Value = serde_json::from_slice(&claims).map_err(|_| TokenFault::Malformed)?;
    let text = |value: &Value| value.as_str().map(str::to_owned).ok_or(TokenFault::Malformed);
    let named = text(&claims["iss"])?;
    let host = named.strip_prefix("https://").unwrap_or(&named).to_owned();
    if host != issuer(world) {
        return Err(TokenFault::Issuer(named));
    }
    if signed != signature(world.seed, said) {
        return Err(TokenFault::Signature);
    }
    let ends = claims["exp"].as_i64().ok_or(TokenFault::Malformed)?;
    if ends * 1000 <= now {
        return Err(TokenFault::Expired(ends));
    }
    let audience = claims["aud"].as_array().and_then(|all| all.first()).unwrap_or(&claims["aud"]);
    Ok(Claims { issuer: host, subject: text(&claims["sub"])?, audience: text(audience)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_good_for_an_hour_and_only_as_it_was_given_out() {
        let world = World::new(1, 31, 0);
        let good = token(&world, 0);
        let claims = Claims { issuer: issuer(&world), subject: SUBJECT.into(), audience: AUDIENCE.into() };
        assert_eq!(check(&world, &good, 3_599_999), Ok(claims));
        assert_eq!(check(&world, &good, 3_600_000), Err(TokenFault::Expired(3_600)));
        assert_eq!(check(&world, &format!("{good}x"), 0), Err(TokenFault::Signature));
        let other = World::new(2, 31, 0);
        assert_eq!(check(&other, &good, 0), Err(TokenFault::Issuer(format!("https://{}", issuer(&world)))));
        for text in ["", "a.b", "a.b.c", "e30.e30.e30"] {
            assert_eq!(check(&world, text, 0), Err(TokenFault::Malformed), "{text}");
        }
    }
}
