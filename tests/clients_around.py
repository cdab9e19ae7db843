"""Parts of `clients.py`: what lies around the services of ECS, in the four protocols in which AWS speaks of it."""
import datetime

import botocore.model

from clients_base import BY_NAME, CENTRAL, WEST, fails, inside, pages


def capacity():
    ecs = inside("ecs", "prod")
    rows = pages(ecs, "describe_capacity_providers", "capacityProviders", maxResults=2, include=["TAGS"])
    names = [row["name"] for row in rows]
    assert {"FARGATE", "FARGATE_SPOT", "prod-batch-machines", "old-gpu-machines"} == set(names) and len(names) == 4
    own = ecs.describe_capacity_providers(cluster="prod-batch")["capacityProviders"]
    scaling = own[0]["autoScalingGroupProvider"]["managedScaling"]
    assert len(own) == 1 and scaling["targetCapacity"] == 90
    lost = ecs.describe_capacity_providers(capacityProviders=["FARGATE", "nope"])
    assert [row["name"] for row in lost["capacityProviders"]] == ["FARGATE"]
    assert lost["failures"][0]["reason"] == "MISSING"
    include = ["ATTACHMENTS", "CONFIGURATIONS", "SETTINGS", "STATISTICS", "TAGS"]
    every = ecs.describe_clusters(clusters=["prod-main", "prod-batch"], include=include)["clusters"]
    main, batch = sorted(every, key=lambda cluster: cluster["clusterName"], reverse=True)
    assert batch["capacityProviders"] == ["prod-batch-machines"] and batch["attachmentsStatus"] == "UPDATE_COMPLETE"
    assert main["configuration"]["executeCommandConfiguration"]["logging"] == "OVERRIDE"
    assert {setting["value"] for setting in main["settings"]} == {"enhanced"}
    fails("InvalidParameterException", lambda: ecs.describe_capacity_providers(maxResults=11), 400)
    machines = inside("ecs", "stackhawk-preprod-infrastructure")
    here = {"cluster": "infrastructure"}
    of = {status: machines.list_container_instances(status=status, **here)["containerInstanceArns"]
          for status in ("ACTIVE", "DRAINING")}
    assert [len(arns) for arns in of.values()] == [2, 1]
    described = machines.describe_container_instances(
        containerInstances=of["DRAINING"], include=["CONTAINER_INSTANCE_HEALTH"], **here)["containerInstances"][0]
    assert described["statusReason"] and described["healthStatus"]["overallStatus"] == "OK"


def standalone():
    ecs = inside("ecs", "prod")
    arns = pages(ecs, "list_tasks", "taskArns", cluster="prod-main", family="psql-shell")
    task = ecs.describe_tasks(cluster="prod-main", tasks=arns)["tasks"][0]
    assert task["group"] == "family:psql-shell" and task["startedBy"] == "anna.keller"
    over = pages(ecs, "list_tasks", "taskArns", cluster="prod-main", family="price-import", desiredStatus="STOPPED")
    tasks = ecs.describe_tasks(cluster="prod-main", tasks=over)["tasks"]
    assert tasks and all(task["containers"][0]["exitCode"] == 1 for task in tasks)
    assert {task["startedBy"] for task in tasks} == {"chronos-schedule/price-import"}
    definition = ecs.describe_task_definition(taskDefinition="price-import")["taskDefinition"]
    assert definition["taskDefinitionArn"] == tasks[0]["taskDefinitionArn"]
    stopped = ecs.stop_task(cluster="prod-main", task=arns[0], reason="forgotten")["task"]
    assert stopped["stoppedReason"] == "forgotten"
    assert arns[0] not in pages(ecs, "list_tasks", "taskArns", cluster="prod-main", family="psql-shell")


def targets():
    elb, ecs = inside("elbv2", "stackhawk-prod-runtime"), inside("ecs", "stackhawk-prod-runtime")
    service = ecs.describe_services(cluster="runtime", services=["findings-api"])["services"][0]
    arn = service["loadBalancers"][0]["targetGroupArn"]
    group = elb.describe_target_groups(TargetGroupArns=[arn])["TargetGroups"][0]
    assert group["TargetGroupName"] == "findings-api" and group["HealthCheckPath"] == "/healthz"
    assert group["Matcher"]["HttpCode"] == "200" and group["HealthCheckIntervalSeconds"] == 10
    first = elb.describe_target_groups(PageSize=1)
    assert len(first["TargetGroups"]) == 1 and first["NextMarker"]
    rest = elb.describe_target_groups(Marker=first["NextMarker"])["TargetGroups"]
    names = [g["TargetGroupName"] for g in first["TargetGroups"] + rest]
    assert sorted(names) == ["findings-api", "hawk-ui", "webhooks"]
    health = elb.describe_target_health(TargetGroupArn=arn)["TargetHealthDescriptions"]
    states = {target["Target"]["Id"]: target["TargetHealth"]["State"] for target in health}
    # It may be in the middle of a deployment.
    assert len(states) >= 3 and "healthy" in states.values(), states
    assert set(states.values()) <= {"healthy", "initial", "unhealthy", "draining"}, states
    running = ecs.list_tasks(cluster="runtime", serviceName="findings-api")["taskArns"]
    tasks = ecs.describe_tasks(cluster="runtime", tasks=running)["tasks"]
    addresses = {task["containers"][0]["networkInterfaces"][0]["privateIpv4Address"] for task in tasks}
    healthy = {address for address, state in states.items() if state == "healthy"}
    assert healthy <= addresses, (healthy, addresses)
    fails("TargetGroupNotFound", lambda: elb.describe_target_health(TargetGroupArn=arn + "x"), 400)
    fails("TargetGroupNotFound", lambda: elb.describe_target_groups(Names=["nope"]), 400)


def schedules():
    events, account = inside("events", "prod"), BY_NAME["prod"]["Id"]
    rules = {rule["Name"]: rule for rule in pages(events, "list_rules", "Rules", Limit=2)}
    assert rules["nightly-report"]["ScheduleExpression"] == "cron(30 2 * * ? *)" and len(rules) == 5
    cluster = f"arn:aws:ecs:{CENTRAL}:{account}:cluster/prod-main"
    assert pages(events, "list_rule_names_by_target", "RuleNames", TargetArn=cluster) == ["cache-warmer"]
    target = events.list_targets_by_rule(Rule="cache-warmer")["Targets"][0]
    assert target["Arn"] == cluster and target["EcsParameters"]["TaskDefinitionArn"].endswith("/cache-warmer")
    assert "EcsParameters" not in events.list_targets_by_rule(Rule="guardduty-findings")["Targets"][0]
    fails("ResourceNotFoundException", lambda: events.list_targets_by_rule(Rule="nope"), 400)
    scheduler = inside("scheduler", "prod")
    found = pages(scheduler, "list_schedules", "Schedules", MaxResults=1)
    assert [row["Name"] for row in found] == ["price-import", "rotate-keys"]
    import_ = scheduler.get_schedule(Name="price-import", GroupName="default")
    assert import_["ScheduleExpressionTimezone"] == "Europe/Zurich" and import_["Target"]["EcsParameters"]["TaskCount"] == 1
    assert isinstance(import_["CreationDate"], datetime.datetime)
    fails("ResourceNotFoundException", lambda: scheduler.get_schedule(Name="nope"), 404)
    fails("ValidationException", lambda: scheduler.list_schedules(MaxResults=101), 400)
    reindex = inside("scheduler", "data-prod", WEST).get_schedule(Name="reindex")
    assert reindex["State"] == "DISABLED"


def metrics():
    """In both protocols that this service has: botocore chooses the first that it knows."""
    known = botocore.model.PRIORITY_ORDERED_SUPPORTED_PROTOCOLS
    try:
        for protocol in ("json", "smithy-rpc-v2-cbor"):
            botocore.model.PRIORITY_ORDERED_SUPPORTED_PROTOCOLS = (protocol,) + tuple(known)
            made = inside("cloudwatch", "prod")
            assert made.meta.service_model.resolved_protocol == protocol
            metric_data(made)
    finally:
        botocore.model.PRIORITY_ORDERED_SUPPORTED_PROTOCOLS = known


def metric_data(made):
    # Only periods that are over: the last one still changes.
    now = datetime.datetime.now(datetime.timezone.utc)
    end = now.replace(minute=now.minute - now.minute % 5, second=0, microsecond=0)
    start = end - datetime.timedelta(hours=2)

    def query(id, name, service, stat="Average"):
        dimensions = [{"Name": "ClusterName", "Value": "prod-main"}, {"Name": "ServiceName", "Value": service}]
        metric = {"Namespace": "AWS/ECS", "MetricName": name, "Dimensions": dimensions}
        return {"Id": id, "MetricStat": {"Metric": metric, "Period": 300, "Stat": stat}}

    asked = [query("a", "CPUUtilization", "orders"), query("b", "MemoryUtilization", "orders", "Maximum"),
             query("c", "CPUUtilization", "nope")]
    answer = made.get_metric_data(MetricDataQueries=asked, StartTime=start, EndTime=end, ScanBy="TimestampAscending")
    cpu, memory, none = answer["MetricDataResults"]
    assert [len(cpu["Values"]), len(memory["Values"]), len(none["Values"])] == [24, 24, 0]
    assert all(0 < value <= 100 for value in cpu["Values"] + memory["Values"])
    assert cpu["Timestamps"] == sorted(cpu["Timestamps"]) and cpu["StatusCode"] == "Complete"
    newest = made.get_metric_data(MetricDataQueries=asked[:1], StartTime=start, EndTime=end)["MetricDataResults"][0]
    assert newest["Timestamps"] == sorted(cpu["Timestamps"], reverse=True) and newest["Values"] == cpu["Values"][::-1]
    wrong = {"MetricDataQueries": asked, "StartTime": end, "EndTime": start}
    fails("ValidationError", lambda: made.get_metric_data(**wrong), 400)


PARTS = (capacity, standalone, targets, schedules, metrics)
