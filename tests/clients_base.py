"""What the parts of `clients.py` share: clients that check each answer against botocore's own model, and roles."""
import json
import os

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

CENTRAL, WEST = "eu-central-1", "eu-west-1"
CONFIG = Config(retries={"mode": "standard", "max_attempts": 8}, parameter_validation=False)
ENDPOINT = os.environ["AWS_ENDPOINT_URL"]
SEEN = set()


# The fleet and IAM call a service by one name, botocore by another.
NAMES = {"elbv2": "elasticloadbalancing"}


def note(operation):
    SEEN.add(operation)


def session(keys=None):
    if keys is None:
        return boto3.Session()
    return boto3.Session(
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys.get("SessionToken"),
    )


def client(service, keys=None, region=CENTRAL):
    made = session(keys).client(service, region_name=region, config=CONFIG, endpoint_url=ENDPOINT)
    made.meta.events.register("after-call", strict)
    return made


def walk(shape, value, path):
    """Every member that came must be one that botocore knows: the parser drops unknown ones without a word."""
    if shape.type_name == "structure" and isinstance(value, dict):
        known = {(m.serialization.get("name") or n): m for n, m in shape.members.items()}
        missing = {shape.members[n].serialization.get("name") or n for n in shape.required_members} - value.keys()
        assert not missing, f"{path}: {missing} must be there"
        for name, item in value.items():
            if item is None:
                continue
            assert name in known, f"{path}: botocore does not know {name}"
            walk(known[name], item, f"{path}.{name}")
    elif shape.type_name == "list" and isinstance(value, list):
        for item in value:
            walk(shape.member, item, f"{path}[]")
    elif shape.type_name in ("integer", "long"):
        assert isinstance(value, int) and not isinstance(value, bool), f"{path}: {value!r} is no integer"
    elif shape.type_name in ("double", "float", "timestamp"):
        assert isinstance(value, (int, float)), f"{path}: {value!r} is no number"
    elif shape.type_name == "boolean":
        assert isinstance(value, bool), f"{path}: {value!r} is no boolean"
    elif shape.type_name == "string":
        assert isinstance(value, str), f"{path}: {value!r} is no string"
        enum = shape.metadata.get("enum")
        assert not enum or value in enum, f"{path}: {value!r} is none of {enum}"


def strict(http_response, parsed, model, **_):
    if http_response.status_code == 200 and model.output_shape and "json" in model.service_model.resolved_protocol:
        walk(model.output_shape, json.loads(http_response.content), model.name)
    assert parsed["ResponseMetadata"].get("RequestId") or model.service_model.service_name == "sts"
    service = model.service_model.service_name
    if http_response.status_code != 200:
        return  # That an operation is refused says nothing of how it answers.
    note(f"{NAMES.get(service, service)}.{model.name}")


def fails(code, call, status=None, words=""):
    try:
        call()
    except ClientError as error:
        found = error.response["Error"]
        assert found["Code"] == code, f"{found} instead of {code}"
        assert words in found["Message"], found["Message"]
        got = error.response["ResponseMetadata"]["HTTPStatusCode"]
        assert status is None or got == status, got
        return found["Message"]
    raise AssertionError(f"{code} expected, but it went well")


def pages(client, operation, field, **arguments):
    """By hand: a page may be empty and carry a token."""
    items, token, name = [], None, None
    for _ in range(1000):
        if token:
            arguments[name] = token
        page = getattr(client, operation)(**arguments)
        items += page[field]
        name = next((key for key in ("NextToken", "nextToken") if page.get(key)), None)
        if name is None:
            return items
        token = page[name]
    raise AssertionError("no end")


ORG = client("organizations")
ACCOUNTS = pages(ORG, "list_accounts", "Accounts")
BY_NAME = {account["Name"]: account for account in ACCOUNTS}


def role(name, path="role/cicd/delegated-role"):
    return f"arn:aws:iam::{BY_NAME[name]['Id']}:{path}"


def assume(name, keys=None, **more):
    arguments = {"RoleArn": role(name), "RoleSessionName": "officer"} | more
    return client("sts", keys).assume_role(**arguments)


def inside(service, name, region=CENTRAL, **more):
    return client(service, assume(name, **more)["Credentials"], region)
