"""Builds an organisation on a moto server with boto3, and prints what boto3 then says of it as JSON.

The environment names the server (AWS_ENDPOINT_URL) and the keys of the management account. OUs lie three deep, one
holds more accounts than a page of Organizations does, the member accounts are entered by a cross-account role, and ECS
services run in several accounts and two regions, more than a page of DescribeServices takes in one cluster.
"""
import json

import boto3
from botocore.config import Config

import moto_around

CONFIG = Config(retries={"mode": "standard", "total_max_attempts": 2})
CENTRAL, WEST = "eu-central-1", "eu-west-1"
ROLE_PATH, ROLE_NAME = "/cicd/", "delegated-role"
UNITS = ["core", "workload", "workload/shop", "workload/shop/regulated", "sandbox", "empty"]
ACCOUNTS = [("core", ["log-archive", "audit"]), ("workload", ["cicd"]), ("workload/shop", ["dev", "prod"]),
            ("workload/shop/regulated", ["card-vault"]), ("sandbox", [f"sandbox-{n:02}" for n in range(1, 24)])]
# Account, region, cluster, services.
RUNNING = [("prod", CENTRAL, "prod-main", [f"svc-{n:02}" for n in range(1, 14)]), ("prod", WEST, "prod-dr", ["checkout"]),
           ("dev", CENTRAL, "dev-main", ["checkout", "search"]), ("cicd", WEST, "runners", ["gitlab-runner"]),
           ("card-vault", CENTRAL, "vault", ["tokens"]), ("sandbox-23", CENTRAL, "play", ["hello"]),
           ("", CENTRAL, "management", ["landing-zone"]), ("audit", CENTRAL, "idle", [])]

# The service whose task definition has a second revision.
REVISED = "tokens"


def client(service, region=CENTRAL, keys=None):
    names = {"aws_access_key_id": "AccessKeyId", "aws_secret_access_key": "SecretAccessKey",
             "aws_session_token": "SessionToken"}
    given = {name: keys[field] for name, field in names.items()} if keys else {}
    return boto3.client(service, region_name=region, config=CONFIG, **given)


def enter(account, role):
    arn = f"arn:aws:iam::{account}:role/{role}"
    return client("sts").assume_role(RoleArn=arn, RoleSessionName="builder")["Credentials"]


def build_units(organizations, root):
    ids = {"": root}
    for path in UNITS:
        above, _, name = path.rpartition("/")
        made = organizations.create_organizational_unit(ParentId=ids[above], Name=name)
        ids[path] = made["OrganizationalUnit"]["Id"]
    return ids


def build_accounts(organizations, root, units):
    ids = {}
    for path, names in ACCOUNTS:
        for name in names:
            made = organizations.create_account(AccountName=name, Email=f"aws+{name}@example.org")
            ids[name] = made["CreateAccountStatus"]["AccountId"]
            organizations.move_account(AccountId=ids[name], SourceParentId=root, DestinationParentId=units[path])
    organizations.tag_resource(ResourceId=ids["prod"], Tags=[{"Key": "team", "Value": "pay"}])
    return ids


def build_role(account, management):
    trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole",
                                                      "Principal": {"AWS": f"arn:aws:iam::{management}:root"}}]}
    iam = client("iam", keys=enter(account, "OrganizationAccountAccessRole"))
    iam.create_role(Path=ROLE_PATH, RoleName=ROLE_NAME, AssumeRolePolicyDocument=json.dumps(trust))


def build_services(keys, region, cluster, services):
    ecs = client("ecs", region, keys)
    ecs.create_cluster(clusterName=cluster)
    for service in services:
        container = {"name": service, "image": f"registry.example/{service}:1", "memory": 128}
        task = ecs.register_task_definition(family=service, containerDefinitions=[container])
        if service == REVISED:
            container |= {"image": f"registry.example/{service}:2",
                          "environment": [{"name": "SIGNING_KEY", "value": "canary-do-not-show"}]}
            task = ecs.register_task_definition(family=service, containerDefinitions=[container])
        ecs.create_service(cluster=cluster, serviceName=service, desiredCount=2,
                           taskDefinition=task["taskDefinition"]["taskDefinitionArn"])


def read_tree(organizations, parent, above):
    """Every node with the ids above it, by the two lists of each node."""
    nodes = []
    for page in organizations.get_paginator("list_organizational_units_for_parent").paginate(ParentId=parent):
        for unit in page["OrganizationalUnits"]:
            nodes.append({"id": unit["Id"], "name": unit["Name"], "parent": parent, "account": False})
            nodes += read_tree(organizations, unit["Id"], above + [unit["Id"]])
    for page in organizations.get_paginator("list_accounts_for_parent").paginate(ParentId=parent):
        for account in page["Accounts"]:
            nodes.append({"id": account["Id"], "name": account["Name"], "parent": parent, "account": True,
                          "email": account["Email"], "state": account["State"]})
    return nodes


def read_services(account, keys, region):
    ecs = client("ecs", region, keys)
    found = []
    for page in ecs.get_paginator("list_clusters").paginate():
        for cluster in page["clusterArns"]:
            arns = [arn for part in ecs.get_paginator("list_services").paginate(cluster=cluster) for arn in part["serviceArns"]]
            for at in range(0, len(arns), 10):
                for service in ecs.describe_services(cluster=cluster, services=arns[at:at + 10])["services"]:
                    found.append({"account": account, "region": region, "cluster": cluster.split("/")[-1],
                                  "service": service["serviceName"], "arn": service["serviceArn"],
                                  "running": service["runningCount"], "desired": service["desiredCount"]})
    return found


def main():
    organizations = client("organizations")
    organizations.create_organization(FeatureSet="ALL")
    management = organizations.describe_organization()["Organization"]["MasterAccountId"]
    root = organizations.list_roots()["Roots"][0]["Id"]
    units = build_units(organizations, root)
    accounts = build_accounts(organizations, root, units)
    for account in accounts.values():
        build_role(account, management)
    for name, region, cluster, services in RUNNING:
        keys = enter(accounts[name], "cicd/delegated-role") if name else None
        build_services(keys, region, cluster, services)
    around = moto_around.build(client, enter(accounts["prod"], "cicd/delegated-role"), CENTRAL)
    organizations.close_account(AccountId=accounts["sandbox-01"])
    tree = read_tree(organizations, root, [root])
    running = []
    for node in tree:
        if node["account"] and node["state"] == "ACTIVE":
            keys = None if node["id"] == management else enter(node["id"], "cicd/delegated-role")
            running += [found for region in (CENTRAL, WEST) for found in read_services(node["id"], keys, region)]
    print(json.dumps({"management": management, "root": root, "nodes": tree, "services": running,
                      "around": around}))


if __name__ == "__main__":
    main()
