"""Parts of `clients.py`: who may ask, and how STS gives out sessions and limits them."""
import datetime
import json
import os

import boto3
from botocore import UNSIGNED
from botocore.config import Config

from clients_base import BY_NAME, CENTRAL, CONFIG, ENDPOINT, assume, client, fails, pages, role, strict


def callers():
    member = {"AccessKeyId": os.environ["SIM_MEMBER_KEY"], "SecretAccessKey": os.environ["SIM_MEMBER_SECRET"]}
    org = client("organizations", member)
    fails("AccessDeniedException", org.list_accounts, words="You don't have permissions to access this resource.")
    assert org.describe_organization()["Organization"]["Id"]
    delegated = {
        "AccessKeyId": os.environ["SIM_DELEGATED_KEY"],
        "SecretAccessKey": os.environ["SIM_DELEGATED_SECRET"],
    }
    assert len(pages(client("organizations", delegated), "list_accounts", "Accounts")) == 31
    wrong = {"AccessKeyId": "AKIAXXXXXXXXXXXXXXXX", "SecretAccessKey": "x"}
    fails("InvalidClientTokenId", client("sts", wrong).get_caller_identity, 403)
    fails("UnrecognizedClientException", client("ecs", wrong).list_clusters, 400)
    fails("UnrecognizedClientException", client("ecs", None, "af-south-1").list_clusters, 400)


def sts():
    me = client("sts").get_caller_identity()
    assert me["Arn"].endswith(":user/officer")
    session = client("sts").get_session_token(DurationSeconds=900)["Credentials"]
    assert client("sts", session).get_caller_identity()["Arn"] == me["Arn"]
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "ecs:List*", "Resource": "*"}]}
    text = json.dumps(policy)
    got = assume("prod", Policy=text, DurationSeconds=900)
    left = got["Credentials"]["Expiration"] - datetime.datetime.now(datetime.timezone.utc)
    assert datetime.timedelta(seconds=890) < left <= datetime.timedelta(seconds=901), left
    assert got["AssumedRoleUser"]["Arn"].endswith(":assumed-role/delegated-role/officer")
    assert 0 < got["PackedPolicySize"] <= 100
    there = client("sts", got["Credentials"]).get_caller_identity()
    assert there["Account"] == BY_NAME["prod"]["Id"] and there["Arn"] == got["AssumedRoleUser"]["Arn"]
    ecs = client("ecs", got["Credentials"])
    assert ecs.list_clusters()["clusterArns"]
    words = "because no session policy allows the ecs:DescribeClusters action"
    fails("AccessDeniedException", lambda: ecs.describe_clusters(clusters=["prod-main"]), words=words)
    view = assume("prod", PolicyArns=[{"arn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}])["Credentials"]
    assert client("ecs", view).describe_clusters(clusters=["prod-main"])["clusters"]
    change = {"cluster": "prod-main", "service": "orders", "desiredCount": 1}
    fails("AccessDeniedException", lambda: client("ecs", view).update_service(**change), words="no session policy")

    refused = "is not authorized to perform: sts:AssumeRole on resource: "
    nowhere = {"RoleArn": "arn:aws:iam::000000000000:role/cicd/delegated-role"}
    sentences = [
        fails("AccessDenied", lambda: assume("log-archive"), 403, refused),
        fails("AccessDenied", lambda: assume("prod", **nowhere), 403, refused),
        fails("AccessDenied", lambda: assume("old-shop"), 403, refused),
        fails("AccessDenied", lambda: assume("stackhawk-prod-infrastructure"), 403, refused),
        fails("AccessDenied", lambda: assume("prod", RoleArn=role("prod", "role/oncall/break-glass")), 403, refused),
    ]
    assert len({sentence.split("arn:aws:iam::")[1].split(":", 1)[1] for sentence in sentences}) == 1
    assert assume("stackhawk-prod-infrastructure", ExternalId="stackhawk-prod")["Credentials"]
    mfa = {"SerialNumber": os.environ["SIM_MFA_SERIAL"], "TokenCode": os.environ["SIM_MFA_CODE"]}
    glass = {"RoleArn": role("prod", "role/oncall/break-glass")}
    assert assume("prod", **glass, **mfa)["Credentials"]
    wrong = mfa | {"TokenCode": "000000"}
    fails("AccessDenied", lambda: assume("prod", **glass, **wrong), 403, "MultiFactorAuthentication failed")

    fails("ValidationError", lambda: assume("prod", DurationSeconds=899), 400)
    fails("ValidationError", lambda: assume("prod", DurationSeconds=43201), 400)
    fails("ValidationError", lambda: assume("prod", DurationSeconds=14401), 400, "MaxSessionDuration")
    assert assume("prod", DurationSeconds=14400)["Credentials"]
    fails("ValidationError", lambda: assume("prod", Policy=text + " " * 2048), 400, "2048")
    fails("ValidationError", lambda: assume("prod", RoleSessionName="a b"), 400, "roleSessionName")
    fails("MalformedPolicyDocument", lambda: assume("prod", Policy="{}"), 400)
    hop = assume("cicd")["Credentials"]
    assert assume("dev", hop)["Credentials"]
    # A hop of a chain may assume the next role and no other.
    narrow = policy | {"Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": role("dev")}]}
    hop = assume("cicd", Policy=json.dumps(narrow))["Credentials"]
    assert assume("dev", hop)["Credentials"]
    words = "because no session policy allows the sts:AssumeRole action"
    fails("AccessDenied", lambda: assume("audit", hop), 403, words)
    fails("ValidationError", lambda: assume("dev", hop, DurationSeconds=3601), 400, "role chaining")


def web_identity():
    config = CONFIG.merge(Config(signature_version=UNSIGNED))
    unsigned = boto3.client("sts", region_name=CENTRAL, config=config, endpoint_url=ENDPOINT)
    unsigned.meta.events.register("after-call", strict)
    token = os.environ["SIM_WEB_TOKEN"]
    ask = {"RoleArn": os.environ["SIM_WEB_ROLE"], "RoleSessionName": "pod", "WebIdentityToken": token}
    got = unsigned.assume_role_with_web_identity(**ask, DurationSeconds=900)
    assert got["SubjectFromWebIdentityToken"] == "system:serviceaccount:ops:quarterdeck"
    assert got["Audience"] == "sts.amazonaws.com" and ":oidc-provider/oidc.eks." in got["Provider"]
    me = client("sts", got["Credentials"]).get_caller_identity()
    assert me["Arn"] == got["AssumedRoleUser"]["Arn"] and me["Arn"].endswith(":assumed-role/console/pod")
    assert assume("dev", got["Credentials"])["Credentials"]
    change = {"cluster": "dev-main", "service": "orders", "desiredCount": 1}
    fails("AccessDeniedException", lambda: client("ecs", got["Credentials"]).update_service(**change))
    call = unsigned.assume_role_with_web_identity
    fails("InvalidIdentityToken", lambda: call(**ask | {"WebIdentityToken": token + "x"}), 400)
    fails("ValidationError", lambda: call(**ask, DurationSeconds=3601), 400, "MaxSessionDuration")
    member = {"RoleArn": role("prod")}
    fails("InvalidIdentityToken", lambda: call(**ask | member), 400, "No OpenIDConnect provider found")


PARTS = (callers, sts, web_identity)
