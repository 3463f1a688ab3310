"""The daily batch, as far as it got: takes role-b's credentials from the task's own."""

import boto3
from botocore.exceptions import ClientError

sts = boto3.client("sts", region_name="ap-northeast-1")
try:
    answer = sts.assume_role(RoleArn="arn:aws:iam::222222222222:role/role-b", RoleSessionName="copy-objects")
    print(boto3.__version__, "is", answer["AssumedRoleUser"]["Arn"])
except ClientError as error:
    print(boto3.__version__, "is told:", error)
