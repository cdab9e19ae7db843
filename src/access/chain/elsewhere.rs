//! Sources outside of the files, asked by `aws-config`'s providers over the console's own HTTP client: web identity,
//! container, instance metadata.

use std::time::Duration;

use aws_config::{
    ecs::EcsCredentialsProvider,
    imds::{self, credentials::ImdsCredentialsProvider, region::ImdsRegionProvider},
    provider_config::ProviderConfig,
    web_identity_token::{StaticConfiguration, WebIdentityTokenCredentialsProvider},
};
use aws_credential_types::provider::{ProvideCredentials, error::CredentialsError};

use crate::{
    access::{
        caller::{Said, Tried},
        secret::Keys,
    },
    config::Env,
    model::{Fault, FaultKind, Region},
    remote::{
        Remote,
        fault::{of_credentials, of_machine},
    },
};

/// How long the instance's metadata service may take: it is one hop away, or not there at all.
const METADATA: Duration = Duration::from_millis(700);

/// What was found, and in which words.
#[derive(Debug)]
pub struct Found {
    /// The credentials.
    pub keys: Keys,
    /// Where they came from.
    pub words: String,
    /// The region that the machine is in, where it says so and nobody else does.
    pub region: Option<Region>,
}

fn provider_config(remote: &Remote, region: &Region) -> ProviderConfig {
    let region = aws_types::region::Region::new(region.as_str().to_owned());
    ProviderConfig::without_region().with_region(Some(region)).with_http_client(remote.http())
}

async fn ask(provider: impl ProvideCredentials) -> Result<Keys, CredentialsError> {
    provider.provide_credentials().await.map(Keys::from)
}

/// Credentials for a token in a file, such as the one of a Kubernetes service account (IRSA).
///
/// # Errors
/// The file cannot be read, or what STS answers.
pub async fn web_identity(
    remote: &Remote,
    region: &Region,
    (role, file): (&str, &str),
    session_name: Option<&str>,
) -> Result<Keys, Fault> {
    let config = StaticConfiguration {
        web_identity_token_file: file.into(),
        role_arn: role.to_owned(),
        session_name: session_name.unwrap_or("quarterdeck").to_owned(),
    };
    let provider = WebIdentityTokenCredentialsProvider::builder()
        .static_configuration(config)
        .configure(&provider_config(remote, region))
        .build();
    ask(provider).await.map_err(|e| of_credentials(&e).call("sts:AssumeRoleWithWebIdentity"))
}

/// Credentials of the container (ECS, EKS Pod Identity).
///
/// # Errors
/// No answer, or a refusal.
pub async fn container(remote: &Remote, region: &Region) -> Result<Keys, Fault> {
    let provider = EcsCredentialsProvider::builder().configure(&provider_config(remote, region)).build();
    let hint = "check that the task or pod has a role, and that the agent that hands out its credentials runs";
    ask(provider).await.map_err(|e| of_machine(&e, "the container's credentials endpoint", hint))
}

/// Credentials of the instance, and the region that it is in.
///
/// # Errors
/// No answer within 0.7 s: not an EC2 instance, or no role on it.
pub async fn instance(remote: &Remote, region: &Region) -> Result<(Keys, Option<Region>), Fault> {
    let config = provider_config(remote, region);
    let client = imds::Client::builder()
        .configure(&config)
        .max_attempts(1)
        .connect_timeout(METADATA)
        .read_timeout(METADATA)
        .operation_timeout(METADATA * 2)
        .build();
    let provider = ImdsCredentialsProvider::builder().configure(&config).imds_client(client.clone()).build();
    let hint = "check that the instance has a role (an instance profile), and its metadata options";
    let keys = ask(provider).await.map_err(|e| of_machine(&e, "the instance's metadata service", hint))?;
    let placed = ImdsRegionProvider::builder().configure(&config).imds_client(client).build().region().await;
    Ok((keys, placed.map(|r| Region::from(r.as_ref()))))
}

/// Asks the machine itself, source by source, and says what each said.
///
/// # Errors
/// [`FaultKind::NoCredentials`] where none of them has any, or the fault of one that is set up and fails.
pub async fn machine(remote: &Remote, env: &Env, region: &Region, tried: &mut Vec<Tried>) -> Result<Found, Fault> {
    let failed = |source, fault: Fault, tried: &mut Vec<Tried>| {
        tried.push(Tried::new(source, Said::Failed, fault.message.clone()));
        fault
    };
    let found = |source, words: &str, tried: &mut Vec<Tried>| tried.push(Tried::new(source, Said::Found, words));
    match (env.get("AWS_WEB_IDENTITY_TOKEN_FILE"), env.get("AWS_ROLE_ARN")) {
        (Some(file), Some(role)) => {
            let name = env.get("AWS_ROLE_SESSION_NAME");
            let keys = web_identity(remote, region, (role, file), name).await;
            let keys = keys.map_err(|f| failed("web identity", f, tried))?;
            found("web identity", role, tried);
            return Ok(Found { keys, words: format!("web identity ({role})"), region: None });
        }
        _ => tried.push(Tried::new("web identity", Said::Absent, "AWS_WEB_IDENTITY_TOKEN_FILE is not set")),
    }
    let address = ["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI"];
    if address.iter().any(|name| env.get(name).is_some()) {
        let keys = container(remote, region).await.map_err(|f| failed("container", f, tried))?;
        found("container", "the role of the task or pod", tried);
        return Ok(Found { keys, words: "the container's role".to_owned(), region: None });
    }
    tried.push(Tried::new("container", Said::Absent, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI is not set"));
    if env.get("AWS_EC2_METADATA_DISABLED").is_some_and(|v| v.eq_ignore_ascii_case("true")) {
        tried.push(Tried::new("instance metadata", Said::Absent, "switched off by AWS_EC2_METADATA_DISABLED"));
        return Err(none());
    }
    match instance(remote, region).await {
        Ok((keys, region)) => {
            found("instance metadata", "the instance's role", tried);
            Ok(Found { keys, words: "the instance's role".to_owned(), region })
        }
        Err(fault) => {
            let words = format!("no credentials there: {}", fault.message);
            tried.push(Tried::new("instance metadata", Said::Absent, words));
            Err(none())
        }
    }
}

/// The end of the chain.
fn none() -> Fault {
    Fault::new(FaultKind::NoCredentials, "no source has any AWS credentials")
        .hint("choose a profile, run `aws sso login`, or set AWS_ACCESS_KEY_ID; `qd demo` needs none")
}
