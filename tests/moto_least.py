"""A small organisation on a moto server, and who may do what in it.

`build` makes an account with ECS and what lies around it, and two users of the management account; it prints their keys.
`grant` puts policies in force: of both users, of the role in the account, and of the hub on the way to it. The policies come as JSON
in MOTO_INPUT. moto must not enforce any policy meanwhile: the keys of the environment are nobody's.
"""
import json
import os
import sys

import moto_around
from moto_fleet import CENTRAL, build_services, client, enter

HUB, ROLE = ("/ops/", "hub"), ("/cicd/", "delegated-role")
OFFICER, STRANGER = "officer", "stranger"


def build():
    organizations = client("organizations")
    organizations.create_organization(FeatureSet="ALL")
    management = organizations.describe_organization()["Organization"]["MasterAccountId"]
    made = organizations.create_account(AccountName="prod", Email="aws+prod@example.org")
    account = made["CreateAccountStatus"]["AccountId"]
    keys = enter(account, "OrganizationAccountAccessRole")
    build_services(keys, CENTRAL, "prod-main", ["svc-01"])
    moto_around.build(client, keys, CENTRAL)
    said = {"management": management, "account": account}
    iam = client("iam")
    for name in (OFFICER, STRANGER):
        iam.create_user(UserName=name)
        key = iam.create_access_key(UserName=name)["AccessKey"]
        said[name] = {"id": key["AccessKeyId"], "secret": key["SecretAccessKey"]}
    return said


def put_role(iam, role, policies):
    path, name = role
    trust = json.dumps(policies["trust"])
    try:
        iam.create_role(Path=path, RoleName=name, AssumeRolePolicyDocument=trust)
    except iam.exceptions.EntityAlreadyExistsException:
        iam.update_assume_role_policy(RoleName=name, PolicyDocument=trust)
    iam.put_role_policy(RoleName=name, PolicyName="printed", PolicyDocument=json.dumps(policies["permissions"]))


def grant(account, users, hub, role):
    iam = client("iam")
    for name in (OFFICER, STRANGER):
        for number, policy in enumerate(users):
            iam.put_user_policy(UserName=name, PolicyName=f"printed-{number}", PolicyDocument=json.dumps(policy))
    put_role(iam, HUB, hub)
    put_role(client("iam", keys=enter(account, "OrganizationAccountAccessRole")), ROLE, role)
    return {}


if __name__ == "__main__":
    given = os.environ.get("MOTO_INPUT")
    print(json.dumps(grant(**json.loads(given)) if given else build()))
    sys.exit(0)
