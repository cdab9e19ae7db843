"""A part of `moto_fleet.py`: machines, a load balancer's targets and schedules around one cluster, and what
boto3 then says of them."""
import json

CLUSTER = "prod-main"


def build(client, keys, region):
    """Builds around the cluster; `client` makes a client of a service."""
    ecs, events, scheduler = client("ecs", region, keys), client("events", region, keys), client("scheduler", region, keys)
    elb, ec2 = client("elbv2", region, keys), client("ec2", region, keys)
    machines = ec2.run_instances(ImageId="ami-12345678", MinCount=2, MaxCount=2)["Instances"]
    for machine in machines:
        document = json.dumps({"instanceId": machine["InstanceId"]})
        ecs.register_container_instance(cluster=CLUSTER, instanceIdentityDocument=document)
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    made = elb.create_target_group(Name="shop", Protocol="HTTP", Port=8080, VpcId=vpc, TargetType="ip",
                                   HealthCheckPath="/healthz")
    target_group = made["TargetGroups"][0]["TargetGroupArn"]
    elb.register_targets(TargetGroupArn=target_group, Targets=[{"Id": "10.0.0.7", "Port": 8080}, {"Id": "10.0.0.8", "Port": 8080}])
    ecs.create_service(cluster=CLUSTER, serviceName="shop", desiredCount=2, taskDefinition="svc-01", loadBalancers=[
        {"targetGroupArn": target_group, "containerName": "svc-01", "containerPort": 8080}])
    cluster = ecs.describe_clusters(clusters=[CLUSTER])["clusters"][0]["clusterArn"]
    definition = ecs.describe_task_definition(taskDefinition="svc-01")["taskDefinition"]["taskDefinitionArn"]
    for name, expression in (("nightly", "cron(30 2 * * ? *)"), ("hourly", "rate(1 hour)")):
        events.put_rule(Name=name, ScheduleExpression=expression)
        events.put_targets(Rule=name, Targets=[{"Id": "task", "Arn": cluster, "RoleArn": "arn:aws:iam::1:role/r",
                                                 "EcsParameters": {"TaskDefinitionArn": definition, "TaskCount": 2}}])
    events.put_rule(Name="other", EventPattern=json.dumps({"source": ["aws.ec2"]}))
    scheduler.create_schedule(Name="weekly", ScheduleExpression="cron(0 4 ? * SUN *)", State="DISABLED",
                              ScheduleExpressionTimezone="Europe/Zurich", FlexibleTimeWindow={"Mode": "OFF"},
                              Target={"Arn": cluster, "RoleArn": "arn:aws:iam::1:role/r",
                                      "EcsParameters": {"TaskDefinitionArn": definition}})
    return read(ecs, elb, target_group)


def read(ecs, elb, target_group):
    """What boto3 says."""
    arns = ecs.list_container_instances(cluster=CLUSTER)["containerInstanceArns"]
    found = ecs.describe_container_instances(cluster=CLUSTER, containerInstances=arns)["containerInstances"]
    cluster = ecs.describe_clusters(clusters=[CLUSTER])["clusters"][0]
    health = elb.describe_target_health(TargetGroupArn=target_group)["TargetHealthDescriptions"]
    return {
        "instances": [{"instance": i["ec2InstanceId"], "key": i["containerInstanceArn"], "status": i["status"]} for i in found],
        "cluster": {"key": cluster["clusterArn"], "services": cluster["activeServicesCount"],
                    "instances": cluster["registeredContainerInstancesCount"]},
        "targets": [{"target": t["Target"]["Id"], "port": t["Target"]["Port"], "state": t["TargetHealth"]["State"]}
                    for t in health],
    }
