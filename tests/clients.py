#!/usr/bin/env python3
"""boto3 and the AWS CLI as clients of the embedded fleet: each operation that it answers is parsed and checked.

The environment names the fleet: AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION (administrator of
the management account), and, for the parts about other callers, SIM_SSO_TOKEN, SIM_MEMBER_KEY, SIM_MEMBER_SECRET,
SIM_DELEGATED_KEY, SIM_DELEGATED_SECRET, SIM_MFA_SERIAL, SIM_MFA_CODE, SIM_WEB_ROLE, SIM_WEB_TOKEN; SIM_OPERATIONS lists what the fleet answers (`ecs.StopTask …`). `AWS` names the AWS CLI (default: beside this
Python). Expects the default world without faults. Prints a line per operation; exits with 1 when one fails.
"""
import datetime
import json
import os
import subprocess
import sys
import traceback
import urllib.request

import boto3
from botocore import UNSIGNED
from botocore.config import Config

import clients_access
import clients_around
from clients_base import (ACCOUNTS, BY_NAME, CENTRAL, CONFIG, ENDPOINT, ORG, SEEN, WEST, client, fails, inside, pages,
                          role, strict)

FAILED = []


def organizations():
    assert len(ACCOUNTS) == 31 and len(BY_NAME) == 31
    states = [account["State"] for account in ACCOUNTS]
    assert states.count("SUSPENDED") == 1 and states.count("PENDING_CLOSURE") == 1
    assert all(isinstance(account["JoinedTimestamp"], datetime.datetime) for account in ACCOUNTS)
    organization = ORG.describe_organization()["Organization"]
    root = ORG.list_roots()["Roots"][0]
    prefix = f"{organization['Id']}/{root['Id']}/"
    assert all(account["Paths"][0].startswith(prefix) for account in ACCOUNTS)
    assert all(account["Paths"][0].endswith(account["Id"] + "/") for account in ACCOUNTS)
    # The per-node walk and the paths tell the same tree.
    placed, empty, names = {}, [], set()

    def visit(node, path, depth):
        assert depth <= 5
        below = pages(ORG, "list_accounts_for_parent", "Accounts", ParentId=node, MaxResults=3)
        units = pages(ORG, "list_organizational_units_for_parent", "OrganizationalUnits", ParentId=node)
        if not below and not units:
            empty.append(node)
        for account in below:
            placed[account["Id"]] = f"{path}{account['Id']}/"
        for unit in units:
            names.add(unit["Name"])
            assert unit["Path"] == f"{path}{unit['Id']}/", unit
            visit(unit["Id"], unit["Path"], depth + 1)

    visit(root["Id"], prefix, 0)
    assert placed == {account["Id"]: account["Paths"][0] for account in ACCOUNTS}
    assert empty and {"core", "workload", "stackhawk", "sandbox"} <= names
    prod = BY_NAME["prod"]
    assert ORG.describe_account(AccountId=prod["Id"])["Account"]["Name"] == "prod"
    parent = ORG.list_parents(ChildId=prod["Id"])["Parents"][0]
    assert parent["Type"] == "ORGANIZATIONAL_UNIT"
    unit = ORG.describe_organizational_unit(OrganizationalUnitId=parent["Id"])["OrganizationalUnit"]
    assert unit["Name"] == "workload"
    tags = {tag["Key"]: tag["Value"] for tag in ORG.list_tags_for_resource(ResourceId=prod["Id"])["Tags"]}
    assert tags["environment"] == "prod" and {"team", "cost-centre"} <= tags.keys()
    fails("InvalidInputException", lambda: ORG.list_accounts(MaxResults=21))
    fails("InvalidInputException", lambda: ORG.list_accounts(NextToken="nonsense"))
    fails("AccountNotFoundException", lambda: ORG.describe_account(AccountId="000000000000"))
    fails("ParentNotFoundException", lambda: ORG.list_accounts_for_parent(ParentId="r-none"))


def services(ecs, cluster):
    arns = pages(ecs, "list_services", "serviceArns", cluster=cluster, maxResults=3)
    found = []
    for at in range(0, len(arns), 10):
        answer = ecs.describe_services(cluster=cluster, services=arns[at : at + 10], include=["TAGS"])
        assert not answer["failures"]
        found += answer["services"]
    assert [service["serviceArn"] for service in found] == arns
    return {service["serviceName"]: service for service in found}


def minutes(ago):
    return (datetime.datetime.now(datetime.timezone.utc) - ago).total_seconds() / 60


def ecs_services():
    ecs = inside("ecs", "prod")
    clusters = pages(ecs, "list_clusters", "clusterArns", maxResults=1)
    assert len(clusters) == 2
    every = ecs.describe_clusters(clusters=clusters + ["nope"], include=["TAGS", "STATISTICS", "SETTINGS"])
    assert len(every["clusters"]) == 2 and every["failures"][0]["reason"] == "MISSING"
    main = services(ecs, "prod-main")
    counted = next(c for c in every["clusters"] if c["clusterName"] == "prod-main")
    assert counted["activeServicesCount"] == len(main)
    checkout = main["checkout"]
    primary = checkout["deployments"][0]
    assert (checkout["runningCount"], checkout["desiredCount"]) == (2, 6)
    assert primary["status"] == "PRIMARY" and primary["rolloutState"] == "FAILED" and primary["failedTasks"] >= 3
    assert "circuit breaker" in primary["rolloutStateReason"]
    assert {tag["key"]: tag["value"] for tag in checkout["tags"]}["team"] == "pay"
    for service in main.values():
        assert service["runningCount"] == sum(d["runningCount"] for d in service["deployments"]), service
        assert all(isinstance(event["createdAt"], datetime.datetime) for event in service["events"])
    batch = services(ecs, "prod-batch")
    worker = batch["invoice-worker"]
    assert worker["launchType"] == "EC2" and worker["runningCount"] == worker["desiredCount"] - 1
    unplaced = next(e for e in worker["events"] if "was unable to place a task" in e["message"])
    assert "insufficient memory" in unplaced["message"] and minutes(unplaced["createdAt"]) < 10
    assert batch["report-builder"]["desiredCount"] == 0
    search = services(inside("ecs", "dev", WEST), "dev-main")["search"]["deployments"][0]
    assert search["rolloutState"] == "IN_PROGRESS" and minutes(search["createdAt"]) > 15
    hawk = services(inside("ecs", "stackhawk-prod-runtime"), "runtime")["findings-api"]
    assert any("Health checks failed" in e["message"] and minutes(e["createdAt"]) < 10 for e in hawk["events"])
    hooks = services(inside("ecs", "stackhawk-preprod-runtime", WEST), "runtime")["webhooks"]
    started = [e for e in hooks["events"] if "has started" in e["message"] and minutes(e["createdAt"]) < 10]
    assert len(started) >= 3 and hooks["deployments"][0]["rolloutState"] == "COMPLETED"
    assert inside("ecs", "audit").list_clusters()["clusterArns"] == []
    fails("ClusterNotFoundException", lambda: ecs.list_services(cluster="nope"), 400, "Cluster not found.")
    eleven = {"cluster": "prod-main", "services": ["a"] * 11}
    fails("InvalidParameterException", lambda: ecs.describe_services(**eleven), 400)
    lost = ecs.describe_services(cluster="prod-main", services=["nope"])
    assert lost["failures"][0]["reason"] == "MISSING" and not lost["services"]
    fails("InvalidParameterException", lambda: ecs.list_services(cluster="prod-main", maxResults=101), 400)


def ecs_tasks():
    ecs = inside("ecs", "prod")
    here = {"cluster": "prod-main", "serviceName": "checkout"}
    running = pages(ecs, "list_tasks", "taskArns", **here)
    stopped = pages(ecs, "list_tasks", "taskArns", desiredStatus="STOPPED", **here)
    assert len(running) == 2 and len(stopped) >= 4
    answer = ecs.describe_tasks(cluster="prod-main", tasks=running + stopped + ["0" * 32], include=["TAGS"])
    assert answer["failures"][0]["reason"] == "MISSING"
    tasks = {task["taskArn"]: task for task in answer["tasks"]}
    assert {task["lastStatus"] for arn, task in tasks.items() if arn in running} == {"RUNNING"}
    over = [task for arn, task in tasks.items() if arn in stopped]
    codes = {container.get("exitCode") for task in over for container in task["containers"]}
    assert {1, 137} <= codes, codes
    assert any("OutOfMemoryError" in c.get("reason", "") for task in over for c in task["containers"])
    assert any(task["stoppedReason"] == "Essential container in task exited" for task in over)
    assert all(task["createdAt"] <= task["stoppedAt"] for task in over)
    family = ecs.describe_services(cluster="prod-main", services=["checkout"])["services"][0]["taskDefinition"]
    definition = ecs.describe_task_definition(taskDefinition=family, include=["TAGS"])["taskDefinition"]
    assert definition["taskDefinitionArn"] == family
    image = definition["containerDefinitions"][0]["image"]
    newest = [task for task in over if task["taskDefinitionArn"] == family]
    assert newest and all(task["containers"][0]["image"] == image for task in newest)
    fails("ClientException", lambda: ecs.describe_task_definition(taskDefinition="nope"), 400)
    fails("ServiceNotFoundException", lambda: ecs.list_tasks(cluster="prod-main", serviceName="nope"), 400)
    briefs = pages(ecs, "list_service_deployments", "serviceDeployments", cluster="prod-main", service="checkout")
    arns = [brief["serviceDeploymentArn"] for brief in briefs]
    full = ecs.describe_service_deployments(serviceDeploymentArns=arns + [arns[0] + "x"])
    assert full["failures"] and len(full["serviceDeployments"]) == len(arns)
    assert full["serviceDeployments"][0]["deploymentCircuitBreaker"]["status"] == "TRIGGERED"
    assert [d["createdAt"] for d in briefs] == sorted((d["createdAt"] for d in briefs), reverse=True)
    targets = [brief["targetServiceRevisionArn"] for brief in briefs]
    answer = ecs.describe_service_revisions(serviceRevisionArns=targets[:19] + [targets[0] + "9"])
    assert answer["failures"][0]["reason"] == "MISSING"
    aims = {revision["serviceRevisionArn"]: revision["taskDefinition"] for revision in answer["serviceRevisions"]}
    assert aims[targets[0]] == family and set(aims) == set(targets[:19])
    twenty = {"serviceRevisionArns": targets[:1] * 21}
    fails("InvalidParameterException", lambda: ecs.describe_service_revisions(**twenty), 400)
    boxes = pages(ecs, "list_container_instances", "containerInstanceArns", cluster="prod-batch")
    answer = ecs.describe_container_instances(cluster="prod-batch", containerInstances=boxes, include=["TAGS"])
    assert len(answer["containerInstances"]) == 3
    left = [r["integerValue"] for i in answer["containerInstances"] for r in i["remainingResources"]
            if r["name"] == "MEMORY"]
    assert max(left) < 8192, "the task that finds no room would fit"


def ecs_definitions():
    ecs = inside("ecs", "prod")
    newest = pages(ecs, "list_task_definitions", "taskDefinitionArns", familyPrefix="checkout", sort="DESC", maxResults=7)
    assert newest == pages(ecs, "list_task_definitions", "taskDefinitionArns", familyPrefix="checkout")[::-1]
    numbers = [int(arn.rsplit(":", 1)[1]) for arn in newest]
    assert numbers == list(range(numbers[0], numbers[-1] - 1, -1))
    gone = pages(ecs, "list_task_definitions", "taskDefinitionArns", familyPrefix="checkout", status="INACTIVE")
    assert not set(gone) & set(newest) and len(gone) + len(newest) == numbers[0]
    assert pages(ecs, "list_task_definitions", "taskDefinitionArns", familyPrefix="check") == []
    assert len(pages(ecs, "list_task_definitions", "taskDefinitionArns")) > len(newest)
    before, after = [ecs.describe_task_definition(taskDefinition=arn)["taskDefinition"] for arn in newest[1::-1]]
    assert before["registeredAt"] < after["registeredAt"] and after["status"] == "ACTIVE"
    if gone:
        old = ecs.describe_task_definition(taskDefinition=gone[0])["taskDefinition"]
        assert old["status"] == "INACTIVE" and old["deregisteredAt"] > old["registeredAt"]
    fails("InvalidParameterException", lambda: ecs.list_task_definitions(sort="SIDEWAYS"), 400)


def ecs_changes():
    ecs = inside("ecs", "dev")
    here = {"cluster": "dev-main", "service": "orders"}
    before = ecs.describe_services(cluster="dev-main", services=["orders"])["services"][0]
    after = ecs.update_service(desiredCount=3, forceNewDeployment=True, **here)["service"]
    assert after["desiredCount"] == 3
    assert after["deployments"][0]["id"] != before["deployments"][0]["id"]
    task = ecs.list_tasks(cluster="dev-main", serviceName="catalogue")["taskArns"][0]
    stopped = ecs.stop_task(cluster="dev-main", task=task, reason="drill")["task"]
    assert stopped["stoppedReason"] == "drill" and stopped["stopCode"] == "UserInitiated"
    tasks = ecs.describe_tasks(cluster="dev-main", tasks=ecs.list_tasks(cluster="dev-main")["taskArns"])["tasks"]
    open_to = next(task["taskArn"] for task in tasks if task.get("enableExecuteCommand"))
    session = ecs.execute_command(cluster="dev-main", task=open_to, command="/bin/sh", interactive=True)
    assert session["session"]["sessionId"] and session["session"]["tokenValue"]
    fails("ServiceNotFoundException", lambda: ecs.update_service(cluster="dev-main", service="nope"), 400)
    fails("UnknownOperationException", lambda: ecs.delete_cluster(cluster="dev-main"), 400)


def logs():
    made = inside("logs", "prod")
    groups = pages(made, "describe_log_groups", "logGroups", logGroupNamePrefix="/ecs/prod-main", limit=4)
    names = [group["logGroupName"] for group in groups]
    assert "/ecs/prod-main/checkout" in names and len(names) == 12
    group = "/ecs/prod-main/checkout"
    newest = {"logGroupName": group, "orderBy": "LastEventTime", "descending": True}
    streams = pages(made, "describe_log_streams", "logStreams", **newest)
    ends = [stream["lastEventTimestamp"] for stream in streams]
    assert ends == sorted(ends, reverse=True) and len(streams) >= 6
    ecs = inside("ecs", "prod")
    stopped = ecs.list_tasks(cluster="prod-main", serviceName="checkout", desiredStatus="STOPPED")["taskArns"]
    described = ecs.describe_tasks(cluster="prod-main", tasks=stopped)["tasks"]
    dead = next(t for t in described if t["containers"][0].get("exitCode") == 137)
    stream = "ecs/checkout/" + dead["taskArn"].split("/")[-1]
    one = {"logGroupName": group, "logStreamName": stream}
    tail = made.get_log_events(limit=5, **one)
    assert any("OutOfMemoryError" in event["message"] for event in tail["events"])
    head = made.get_log_events(startFromHead=True, limit=2, **one)
    assert head["events"][0]["message"].startswith("starting checkout")
    more = made.get_log_events(nextToken=head["nextForwardToken"], limit=2, **one)
    assert more["events"][0]["timestamp"] > head["events"][-1]["timestamp"]
    back = made.get_log_events(nextToken=more["nextBackwardToken"], limit=2, **one)
    assert back["events"] == head["events"]
    end = made.get_log_events(nextToken=tail["nextForwardToken"], **one)
    assert end["events"] == [] and end["nextForwardToken"] == tail["nextForwardToken"]
    since = int((datetime.datetime.now().timestamp() - 3000) * 1000)
    found = pages(made, "filter_log_events", "events", logGroupName=group, startTime=since, filterPattern="OutOfMemoryError")
    assert found and all("OutOfMemoryError" in event["message"] for event in found)
    assert len({event["eventId"] for event in found}) == len(found)
    every = pages(made, "filter_log_events", "events", logGroupName=group, startTime=since, limit=500)
    times = [event["timestamp"] for event in every]
    assert times == sorted(times) and len(times) > 500
    fails("ResourceNotFoundException", lambda: made.describe_log_streams(logGroupName="nope"), 400)


def account():
    made = client("account")
    regions = pages(made, "list_regions", "Regions", MaxResults=10)
    default = [r for r in regions if r["RegionOptStatus"] == "ENABLED_BY_DEFAULT"]
    assert len(default) == 17
    on = made.list_regions(RegionOptStatusContains=["ENABLED", "ENABLED_BY_DEFAULT"], MaxResults=50)["Regions"]
    assert len(on) == 18
    assert made.list_regions(AccountId=BY_NAME["prod"]["Id"])["Regions"]
    fails("AccessDeniedException", lambda: made.list_regions(AccountId="000000000000"), 403)


def sso():
    config = CONFIG.merge(Config(signature_version=UNSIGNED))
    portal = boto3.client("sso", region_name=CENTRAL, config=config, endpoint_url=ENDPOINT)
    portal.meta.events.register("after-call", strict)
    token = {"accessToken": os.environ["SIM_SSO_TOKEN"]}
    accounts = pages(portal, "list_accounts", "accountList", maxResults=10, **token)
    assert len(accounts) == 29 and all(a["emailAddress"] for a in accounts)
    prod = BY_NAME["prod"]["Id"]
    roles = pages(portal, "list_account_roles", "roleList", accountId=prod, **token)
    assert {r["roleName"] for r in roles} == {"ReadOnly", "OnCall"}
    got = portal.get_role_credentials(roleName="ReadOnly", accountId=prod, **token)["roleCredentials"]
    keys = {"AccessKeyId": got["accessKeyId"], "SecretAccessKey": got["secretAccessKey"],
            "SessionToken": got["sessionToken"]}
    me = client("sts", keys).get_caller_identity()
    assert me["Account"] == prod and "AWSReservedSSO_ReadOnly_" in me["Arn"]
    assert client("ecs", keys).list_clusters()["clusterArns"]
    words = "because no identity-based policy allows the ecs:UpdateService action"
    change = {"cluster": "prod-main", "service": "orders", "desiredCount": 1}
    fails("AccessDeniedException", lambda: client("ecs", keys).update_service(**change), words=words)
    fails("UnauthorizedException", lambda: portal.list_accounts(accessToken="wrong"), 401)
    fails("ForbiddenException", lambda: portal.get_role_credentials(roleName="No", accountId=prod, **token), 403)


def cli():
    """The same by the AWS CLI, which pages by itself."""
    beside = os.path.join(os.path.dirname(sys.executable), "aws")
    aws = os.environ.get("AWS") or (beside if os.path.exists(beside) else "aws")

    def run(*words, keys=None):
        env = dict(os.environ, AWS_PAGER="", AWS_MAX_ATTEMPTS="8", AWS_RETRY_MODE="standard")
        if keys:
            env |= {"AWS_ACCESS_KEY_ID": keys["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": keys["SecretAccessKey"],
                    "AWS_SESSION_TOKEN": keys["SessionToken"]}
        done = subprocess.run([aws, *words, "--output", "json"], env=env, capture_output=True, text=True)
        assert done.returncode == 0, (words, done.stderr)
        print(f"ok  aws {' '.join(words)[:90]}")
        return json.loads(done.stdout or "null")

    assert len(run("organizations", "list-accounts")["Accounts"]) == 31
    assert run("sts", "get-caller-identity")["Account"] == BY_NAME["senncloud-management"]["Id"]
    arguments = ("--role-arn", role("prod"), "--role-session-name", "cli")
    keys = run("sts", "assume-role", *arguments)["Credentials"]
    assert len(run("ecs", "list-services", "--cluster", "prod-main", keys=keys)["serviceArns"]) == 9
    words = ("ecs", "describe-services", "--cluster", "prod-main", "--services", "checkout", "search")
    assert len(run(*words, keys=keys)["services"]) == 2
    words = ("ecs", "list-tasks", "--cluster", "prod-main", "--service-name", "catalogue")
    arns = run(*words, keys=keys)["taskArns"]
    assert len(run("ecs", "describe-tasks", "--cluster", "prod-main", "--tasks", *arns, keys=keys)["tasks"]) >= 3
    words = ("logs", "filter-log-events", "--log-group-name", "/ecs/prod-main/checkout", "--max-items", "20")
    assert run(*words, keys=keys)["events"]
    assert len(run("account", "list-regions", "--region-opt-status-contains", "ENABLED_BY_DEFAULT")["Regions"]) == 17
    token = os.environ["SIM_SSO_TOKEN"]
    assert len(run("sso", "list-accounts", "--access-token", token)["accountList"]) == 29


def ledger():
    """What the fleet wrote down, over HTTP."""
    with urllib.request.urlopen(ENDPOINT + "/_qd/calls") as answer:
        book = json.load(answer)
    assert book["total"] == sum(row["calls"] for row in book["calls"]) and book["mutating"] >= 4
    row = next(r for r in book["calls"] if r["operation"] == "DescribeServices" and r["region"] == WEST)
    assert row["service"] == "ecs" and len(row["account"]) == 12 and row["calls"] > 0
    answered = {f"{row['service']}.{row['operation']}" for row in book["calls"]}
    answered -= {"ecs.DeleteCluster"}
    missing = answered - SEEN
    assert not missing, f"answered, but not parsed here: {missing}"
    # The fleet's own table: an operation that is added there has to be called here.
    table = set(os.environ["SIM_OPERATIONS"].split())
    assert len(table) > 40, table
    assert table == SEEN, f"not parsed here: {table - SEEN}; not in the fleet's table: {SEEN - table}"


def main():
    for part in (organizations, *clients_access.PARTS, ecs_services, ecs_tasks, ecs_definitions, ecs_changes, logs, account,
                 sso, *clients_around.PARTS, cli, ledger):
        before = set(SEEN)
        try:
            part()
        except Exception:  # noqa: BLE001: every part is to be reported
            FAILED.append(part.__name__)
            traceback.print_exc()
        for operation in sorted(SEEN - before):
            print(f"ok  {operation}")
        print(f"{'FAILED' if part.__name__ in FAILED else 'passed'}  {part.__name__}", flush=True)
    return 1 if FAILED else 0


if __name__ == "__main__":
    sys.exit(main())
