"""Builds ECS tasks with log streams on a moto server with boto3, and prints what boto3 then reads of them as JSON.

One service has five tasks, more than are read one by one; a second one, in a cluster of its own, has one; the group
that the third one's definition names does not exist.
"""
import json
import time

import boto3

REGION = "eu-central-1"


def client(service):
    return boto3.client(service, region_name=REGION)


def build(name, tasks, made=True):
    """A cluster with a service and tasks, and a stream with lines for each task."""
    ecs, logs = client("ecs"), client("logs")
    options = {"awslogs-group": f"/{name}", "awslogs-region": REGION, "awslogs-stream-prefix": "ecs"}
    container = {"name": "app", "image": "registry.example/app:1", "memory": 128,
                 "logConfiguration": {"logDriver": "awslogs", "options": options}}
    ecs.create_cluster(clusterName=name)
    ecs.register_task_definition(family=name, networkMode="awsvpc", requiresCompatibilities=["FARGATE"], cpu="256",
                                 memory="512", containerDefinitions=[container])
    ecs.create_service(cluster=name, serviceName=name, desiredCount=tasks, taskDefinition=name)
    subnet = client("ec2").describe_subnets()["Subnets"][0]["SubnetId"]
    # moto wants security groups, though AWS does not.
    network = {"awsvpcConfiguration": {"subnets": [subnet], "securityGroups": []}}
    if made:
        logs.create_log_group(logGroupName=f"/{name}")
    now = int(time.time() * 1000)
    for number in range(tasks):
        ran = ecs.run_task(cluster=name, taskDefinition=name, count=1, launchType="FARGATE",
                           networkConfiguration=network)
        if made:
            stream = "ecs/app/" + ran["tasks"][0]["taskArn"].split("/")[-1]
            logs.create_log_stream(logGroupName=f"/{name}", logStreamName=stream)
            texts = [f"INFO line {line} of task {number}: ünïcode" for line in range(30)]
            events = [{"timestamp": now - 60_000 + line * 1_000 + number, "message": text}
                      for line, text in enumerate(texts)]
            logs.put_log_events(logGroupName=f"/{name}", logStreamName=stream, logEvents=events)


def read(name):
    """Every line of a group as boto3 reads it, in order of time."""
    events = []
    for page in client("logs").get_paginator("filter_log_events").paginate(logGroupName=f"/{name}"):
        events += page["events"]
    return [event["message"] for event in sorted(events, key=lambda event: event["timestamp"])]


client("organizations").create_organization(FeatureSet="ALL")
build("many", 5)
build("one", 1)
build("none", 1, made=False)
print(json.dumps({"many": read("many"), "one": read("one")}))
