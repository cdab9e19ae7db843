//! Endpoints and the clock: whether AWS answers, over which way, how fast, and what time it is there.

use std::time::{Duration, Instant};

use jiff::{Timestamp, fmt::rfc2822::DateTimeParser};

use super::{Check, of};
use crate::{
    base::Base,
    headless::reader::Reader,
    model::{Fault, FaultKind, Partition, Region},
};

/// The area of endpoints.
pub const ENDPOINTS: &str = "endpoints";
/// The area of the clock.
const CLOCK: &str = "clock";

/// How long an endpoint may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// A skew that says something about the machine, and the one from which AWS refuses signatures (AWS General Reference,
/// Signature Version 4: five minutes).
const ODD: Duration = Duration::from_secs(30);
const REFUSED: Duration = Duration::from_mins(5);

/// What an endpoint answered.
struct Answer {
    took: Duration,
    date: Option<Timestamp>,
}

/// Looks at them.
pub async fn look(base: &Base, reader: &Reader) -> Vec<Check> {
    let mut out = ways(base);
    let (own, named) = reader.cx.vault.region().await;
    if !named {
        let said = format!("nobody names one; {own} stands in");
        let hint = "set AWS_REGION, a region in the profile, or `regions` in the configuration";
        out.push(Check::ok(ENDPOINTS, "region", said).doubtful(hint));
    }
    let mut time = None;
    let mut places = vec![("sts", own.clone()), ("organizations", Partition::home_of(&own))];
    let regions = if reader.cx.config.regions.is_empty() { vec![own] } else { reader.cx.config.regions.clone() };
    places.extend(regions.into_iter().map(|region| ("ecs", region)));
    for (service, region) in places {
        let url = endpoint(base, service, &region);
        let name = format!("{service} in {region}");
        match ask(reader, &url).await {
            Ok(answer) => {
                if service == "sts" {
                    time = answer.date;
                }
                let check = Check::ok(ENDPOINTS, name, format!("{url} answers in {} ms", answer.took.as_millis()));
                let plain = url.starts_with("http://");
                out.push(if plain { check.doubtful("without TLS: for tests on this machine alone") } else { check });
            }
            Err(fault) => {
                let fault = Fault { message: format!("{url}: {}", fault.message), ..fault };
                out.push(of(ENDPOINTS, &name, &fault));
            }
        }
    }
    out.extend(time.map(|there| skew((base.clock)(), there)));
    out
}

/// Proxies and certificates, by the variables that name them. Addresses of proxies may hold a password: only that there
/// is one is said.
fn ways(base: &Base) -> Vec<Check> {
    let set = |name: &str| base.env.get(name).or_else(|| base.env.get(&name.to_lowercase())).is_some();
    let proxies: Vec<&str> =
        ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY"].into_iter().filter(|n| set(n)).collect();
    let proxy = if proxies.is_empty() { "none".to_owned() } else { format!("by {}", proxies.join(", ")) };
    let trust = base.env.get("AWS_CA_BUNDLE").map_or_else(
        || "the system's certificate authorities".to_owned(),
        |path| format!("the system's certificate authorities, and those of {path}"),
    );
    vec![Check::ok(ENDPOINTS, "proxy", proxy), Check::ok(ENDPOINTS, "trust", trust)]
}

/// Where a service is asked: as the SDK has it, by the service's own variable, the general one, or AWS's own address.
fn endpoint(base: &Base, service: &str, region: &Region) -> String {
    let own = format!("AWS_ENDPOINT_URL_{}", service.to_uppercase());
    let said = base.env.get(&own).or_else(|| base.env.get("AWS_ENDPOINT_URL"));
    let suffix = if region.as_str().starts_with("cn-") { "amazonaws.com.cn" } else { "amazonaws.com" };
    said.map_or_else(|| format!("https://{service}.{region}.{suffix}"), |url| url.trim_end_matches('/').to_owned())
}

/// Any answer will do: without a signature AWS gives a refusal, and its time.
async fn ask(reader: &Reader, url: &str) -> Result<Answer, Fault> {
    let begun = Instant::now();
    let answer = reader.cx.remote.web()?.get(url).timeout(PATIENCE).send().await.map_err(|error| {
        let error = error.without_url();
        let mut cause: &dyn std::error::Error = &error;
        while let Some(source) = cause.source() {
            cause = source;
        }
        let hint = if error.is_timeout() {
            "nothing answers: see the network, the VPN and the proxy"
        } else if error.is_connect() {
            "see DNS, the proxy (HTTPS_PROXY) and the certificates (AWS_CA_BUNDLE)"
        } else {
            ""
        };
        Fault::new(FaultKind::Network, cause.to_string()).hint(hint)
    })?;
    let date = answer.headers().get("date").and_then(|value| value.to_str().ok());
    let date = date.and_then(|text| DateTimeParser::new().parse_timestamp(text).ok());
    Ok(Answer { took: begun.elapsed(), date })
}

fn skew(here: Timestamp, there: Timestamp) -> Check {
    let seconds = here.duration_since(there).as_secs();
    let size = Duration::from_secs(seconds.unsigned_abs());
    let way = if seconds < 0 { "behind" } else { "before" };
    let said = if size < Duration::from_secs(2) {
        "as STS has it".to_owned()
    } else {
        format!("{} s {way} the one of STS", size.as_secs())
    };
    let check = Check::ok(CLOCK, "this machine's", said);
    if size >= REFUSED {
        check.wrong("set it (NTP): AWS refuses signatures that are five minutes off")
    } else if size >= ODD {
        check.doubtful("set it (NTP) before it is five minutes off")
    } else {
        check
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::check::Verdict;

    #[test]
    fn a_clock_that_is_off_is_told_before_aws_refuses_it() {
        let there = Timestamp::from_second(1_800_000_000).unwrap();
        let at = |seconds: i64| skew(Timestamp::from_second(1_800_000_000 + seconds).unwrap(), there);
        assert_eq!((at(1).verdict, at(40).verdict, at(-400).verdict), (Verdict::Ok, Verdict::Doubtful, Verdict::Wrong));
        assert!(at(-400).said.contains("400 s behind"), "{:?}", at(-400));
    }
}
