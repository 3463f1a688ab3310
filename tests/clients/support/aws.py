"""boto3 in the tests' own process."""

import boto3
from botocore.config import Config

#: One try: a test wants the first answer, not the one after the trouble has passed.
ONCE = Config(retries={"total_max_attempts": 1}, connect_timeout=5, read_timeout=30)

#: One for all, so that the services' models are read once.
SESSION = boto3.session.Session()


def client(server, service: str, keys: dict | None = None, *, region="us-east-1", url: str | None = None):
    """A client of the server with the given keys, by default the root's."""
    keys = keys or server.keys()
    return SESSION.client(
        service,
        region_name=region,
        endpoint_url=url or server.url,
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys.get("SessionToken"),
        config=ONCE,
    )


def refusal(error) -> tuple:
    """Code, status and message of a `ClientError`."""
    answer = error.value.response if hasattr(error, "value") else error.response
    return answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"], answer["Error"]["Message"]


def user(server, name: str, *policies: str) -> dict:
    """Makes a user with a key and the policies given; the keys, with the user's ARN beside them."""
    iam = client(server, "iam")
    arn = iam.create_user(UserName=name)["User"]["Arn"]
    for number, policy in enumerate(policies):
        iam.put_user_policy(UserName=name, PolicyName=f"policy-{number}", PolicyDocument=policy)
    made = iam.create_access_key(UserName=name)["AccessKey"]
    return {"AccessKeyId": made["AccessKeyId"], "SecretAccessKey": made["SecretAccessKey"], "Arn": arn}


def role(server, name: str, trust: str, *policies: str, **more) -> str:
    """Makes a role with the policies given; its ARN."""
    iam = client(server, "iam")
    arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust, **more)["Role"]["Arn"]
    for number, policy in enumerate(policies):
        iam.put_role_policy(RoleName=name, PolicyName=f"policy-{number}", PolicyDocument=policy)
    return arn


def assume(server, arn: str, keys: dict, name: str = "session", *, region="us-east-1", url=None, **more) -> dict:
    """The credentials of a role's session."""
    sts = client(server, "sts", keys, region=region, url=url)
    return sts.assume_role(RoleArn=arn, RoleSessionName=name, **more)["Credentials"]
