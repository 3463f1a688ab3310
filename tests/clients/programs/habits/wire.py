"""What programs that run botocore share: a place of its own, and something in the place of the network."""

import collections
import collections.abc
import copy
import functools
import getpass
import hashlib
import importlib
import json
import os
import re
from pathlib import Path
from urllib.parse import parse_qsl

# Python 3.10 took away the names that botocore 1.13 knows these by.
for name in ("MutableMapping", "Mapping", "Callable"):
    setattr(collections, name, getattr(collections.abc, name))
# Asked for when a profile has an mfa_serial.
getpass.getpass = lambda prompt=None: "123456"

try:
    # Newer versions of the AWS CLI bring a botocore of their own, which goes by the same name from here on.
    import awscli  # noqa: F401
except ImportError:
    pass


def module(name: str):
    return importlib.import_module(f"botocore.{name}")


hooks, httpsession, loaders = module("hooks"), module("httpsession"), module("loaders")
AWSResponse = module("awsrequest").AWSResponse

HOME = Path(os.environ["HOME"])
os.chdir(HOME)
Path("token").write_text("a token that nobody checks")
Path("process").write_text(
    'echo \'{"Version": 1, "AccessKeyId": "process", "SecretAccessKey": "secret", "SessionToken": "token"}\''
)
SSO = Path(".aws/sso/cache")
SSO.mkdir(parents=True, exist_ok=True)
TOKEN = {"accessToken": "token", "expiresAt": "2099-01-01T00:00:00UTC", "region": "eu-west-1", "startUrl": "https://sso"}
for what in ("https://sso", "sess"):
    (SSO / f"{hashlib.sha1(what.encode()).hexdigest()}.json").write_text(json.dumps(TOKEN))

CREDENTIALS = (
    "<Credentials><AccessKeyId>ASIA{number}</AccessKeyId><SecretAccessKey>secret</SecretAccessKey>"
    "<SessionToken>token</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>"
)
PROVIDED = {
    "AccessKeyId": "provided", "SecretAccessKey": "secret", "Token": "token", "Expiration": "2099-01-01T00:00:00Z",
    "Code": "Success", "Type": "AWS-HMAC", "LastUpdated": "2020-01-01T00:00:00Z",
}


class Wire:
    """Takes the place of the network."""

    def __init__(self):
        self.sent = []
        self.provided = None

    def send(self, request):
        url = request.url
        if url.startswith(("http://169.254.169.254", "http://169.254.170.2")):
            return self.metadata(request)
        if "portal.sso" in url:
            role = {"accessKeyId": "sso", "secretAccessKey": "s", "sessionToken": "t", "expiration": 4070908800000}
            return answer(url, 200, json.dumps({"roleCredentials": role}))
        body = request.body or ""
        body = dict(parse_qsl(body.decode() if isinstance(body, bytes) else body, keep_blank_values=True))
        self.sent.append((request, body))
        content = CREDENTIALS.format(number=len(self.sent))
        operation = body["Action"]
        text = f"<{operation}Response><{operation}Result>{content}</{operation}Result></{operation}Response>"
        return answer(url, 200, text)

    def metadata(self, request):
        if "169.254.170.2" in request.url:
            return answer(request.url, 200 if self.provided == "container" else 404, json.dumps(PROVIDED))
        if self.provided != "instance":
            return answer(request.url, 404, "")
        if request.url.endswith("/api/token"):
            return answer(request.url, 200, "token")
        if request.url.endswith("/security-credentials/"):
            return answer(request.url, 200, "role")
        return answer(request.url, 200, json.dumps(PROVIDED))


class Raw:
    def __init__(self, content):
        self.content = content

    def stream(self, *_, **__):
        yield self.content


def answer(url, status, text):
    return AWSResponse(url, status, {"Content-Type": "text/xml"}, Raw(text.encode()))


WIRE = Wire()
httpsession.URLLib3Session.send = lambda self, request: WIRE.send(request)


class Loader(loaders.Loader):
    """Reads each data file once, and hands every session the endpoints of STS anew, as sessions change them."""

    def load_data(self, name):
        return of_sts(name, super().load_data(name))

    def load_data_with_path(self, name):
        data, path = super().load_data_with_path(name)
        return of_sts(name, data), path


def of_sts(name, data):
    if name != "endpoints":
        return data
    nothing = {"endpoints": {}}
    partitions = [
        {**partition, "services": copy.deepcopy({"sts": partition["services"].get("sts", nothing)})}
        for partition in data["partitions"]
    ]
    return {**data, "partitions": partitions}


LOADER = Loader()
# Asked of the same functions and names for every session, they take most of the time it needs.
hooks.accepts_kwargs = functools.lru_cache(maxsize=None)(hooks.accepts_kwargs)
alias, aliases = hooks.EventAliaser._alias_event_name, {}


def aliased(self, name):
    if name not in aliases:
        aliases[name] = alias(self, name)
    return aliases[name]


hooks.EventAliaser._alias_event_name = aliased


def file(name, text):
    path = HOME / name
    if text is None:
        path.unlink(missing_ok=True)
    else:
        path.write_text(text)
    return str(path)


def settle(row):
    """Makes the surroundings what the row says, and forgets what was sent."""
    WIRE.sent = []
    WIRE.provided = row.get("provided")
    os.environ.clear()
    os.environ.update(
        HOME=str(HOME),
        AWS_CONFIG_FILE=file("config", row.get("config")),
        AWS_SHARED_CREDENTIALS_FILE=file("credentials", row.get("credentials")),
    )
    os.environ.update(row.get("env", {}))
    if row.get("provided") == "container":
        os.environ.setdefault("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/role")


def target(request):
    authorization = request.headers.get("Authorization", b"")
    text = authorization.decode() if isinstance(authorization, bytes) else authorization
    scope = re.search(r"Credential=([^/]*)/\d+/(?:([^/]+)/)?sts/aws4_request", text)
    url = request.url
    return {
        "url": url[:-1] if url.endswith("/") else url,
        "signing_region": scope[2] if scope else None,
        "signing": "v4a" if text.startswith("AWS4-ECDSA") else "v4" if text else None,
    }, scope[1] if scope else None


def call(sent):
    request, body = sent
    where, key = target(request)
    told = {
        "target": where,
        "key": key,
        "operation": body["Action"],
        **{
            name: body.get(name)
            for name in ("RoleArn", "RoleSessionName", "ExternalId", "SerialNumber", "SourceIdentity")
        },
        "DurationSeconds": int(body["DurationSeconds"]) if "DurationSeconds" in body else None,
    }
    return told


def calls():
    return [call(sent) for sent in WIRE.sent]
