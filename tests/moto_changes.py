"""Builds one account with an ECS service and its tasks on a moto server with boto3; run again, it builds nothing. Prints
what boto3 says of them as JSON.
"""
import json
import os
import urllib.request

import boto3

REGION = "eu-central-1"


def keys_of(account):
    arn = f"arn:aws:iam::{account}:role/cicd/delegated-role"
    given = boto3.client("sts").assume_role(RoleArn=arn, RoleSessionName="builder")["Credentials"]
    return {"aws_access_key_id": given["AccessKeyId"], "aws_secret_access_key": given["SecretAccessKey"],
            "aws_session_token": given["SessionToken"]}


def client(service, keys):
    return boto3.client(service, region_name=REGION, **keys)


def account():
    organizations = boto3.client("organizations")
    for found in organizations.list_accounts()["Accounts"]:
        if found["Name"] == "shop":
            return found["Id"]
    return None


def let_tasks_run():
    """By itself moto lets a task end after a few looks at it."""
    wish = {"model_name": "ecs::task", "transition": {"progression": "manual", "times": 100_000}}
    url = os.environ["AWS_ENDPOINT_URL"] + "/moto-api/state-manager/set-transition"
    urllib.request.urlopen(urllib.request.Request(url, json.dumps(wish).encode(), {"Content-Type": "application/json"}))


def build():
    let_tasks_run()
    organizations = boto3.client("organizations")
    organizations.create_organization(FeatureSet="ALL")
    made = organizations.create_account(AccountName="shop", Email="aws+shop@example.org")["CreateAccountStatus"]["AccountId"]
    keys = keys_of(made)
    ecs = client("ecs", keys)
    ecs.create_cluster(clusterName="main")
    container = {"name": "app", "image": "registry.example/app:1", "memory": 128}
    ecs.register_task_definition(family="web", networkMode="awsvpc", requiresCompatibilities=["FARGATE"], cpu="256",
                                 memory="512", containerDefinitions=[container])
    ecs.create_service(cluster="main", serviceName="web", desiredCount=2, taskDefinition="web")
    subnet = client("ec2", keys).describe_subnets()["Subnets"][0]["SubnetId"]
    network = {"awsvpcConfiguration": {"subnets": [subnet], "securityGroups": []}}
    ecs.run_task(cluster="main", taskDefinition="web", count=1, launchType="FARGATE", networkConfiguration=network)
    return made


def organization_exists():
    try:
        boto3.client("organizations").describe_organization()
        return True
    except boto3.client("organizations").exceptions.AWSOrganizationsNotInUseException:
        return False


number = account() if organization_exists() else build()
ecs = client("ecs", keys_of(number))
service = ecs.describe_services(cluster="main", services=["web"])["services"][0]
arns = ecs.list_tasks(cluster="main")["taskArns"] + ecs.list_tasks(cluster="main", desiredStatus="STOPPED")["taskArns"]
tasks = ecs.describe_tasks(cluster="main", tasks=sorted(set(arns)))["tasks"]
print(json.dumps({"account": number, "desired": service["desiredCount"], "deployments": len(service["deployments"]),
                  "tasks": [{"id": t["taskArn"].split("/")[-1], "desired": t["desiredStatus"], "status": t["lastStatus"],
                             "reason": t.get("stoppedReason", "")} for t in tasks]}))
