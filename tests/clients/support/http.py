"""Requests made by hand: signed with botocore's own signer, sent byte by byte."""

import http.client
import json
import re
import socket
from urllib.parse import urlencode, urlsplit

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

VERSIONS = {"sts": "2011-06-15", "iam": "2010-05-08"}
FORM = "application/x-www-form-urlencoded; charset=utf-8"


class Answer:
    """A reply as it came."""

    def __init__(self, status: int, headers, body: bytes):
        self.status = status
        self.headers = headers
        self.body = body.decode(errors="replace")

    def field(self, name: str) -> str | None:
        """The text of the first element of that name."""
        found = re.search(rf"<{name}>([^<]*)</{name}>", self.body)
        return _unescaped(found[1]) if found else None

    @property
    def refusal(self) -> tuple:
        """Code, status and message of a fault in either protocol."""
        if self.body.startswith("{"):
            told = json.loads(self.body)
            return told.get("__type", "").rpartition("#")[2], self.status, told.get("message", told.get("Message"))
        return self.field("Code"), self.status, self.field("Message")

    def __repr__(self) -> str:
        return f"{self.status} {self.body}"


def _unescaped(text: str) -> str:
    for escape, plain in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&#39;", "'"), ("&amp;", "&")):
        text = text.replace(escape, plain)
    return text


def form(service: str, action: str, **parameters) -> str:
    return urlencode({"Action": action, "Version": VERSIONS[service], **parameters})


class Request:
    """A request, signed when it is made; what is changed afterwards is not covered by the signature."""

    def __init__(self, server, keys: dict | None, body: str | bytes, *, service="sts", region="us-east-1",
                 host: str | None = None, method="POST", path="/", headers: dict | None = None):
        self.server = server
        self.method, self.path = method, path
        self.body = body.encode() if isinstance(body, str) else body
        self.headers = {"Host": host or f"{server.host}:{server.port}", "Content-Type": FORM, **(headers or {})}
        if keys:
            self.sign(keys, service, region)

    def sign(self, keys: dict, service: str, region: str) -> None:
        url = f"http://{self.headers['Host']}{self.path}"
        request = AWSRequest(method=self.method, url=url, data=self.body, headers=dict(self.headers))
        holder = Credentials(keys["AccessKeyId"], keys["SecretAccessKey"], keys.get("SessionToken"))
        SigV4Auth(holder, service, region).add_auth(request)
        self.headers.update(dict(request.headers.items()))

    def bytes(self) -> bytes:
        head = [f"{self.method} {self.path} HTTP/1.1"]
        head += [f"{name}: {value}" for name, value in self.headers.items()]
        head.append(f"Content-Length: {len(self.body)}")
        return "\r\n".join(head).encode() + b"\r\n\r\n" + self.body

    def send(self) -> Answer:
        with connect(self.server) as line:
            line.sendall(self.bytes())
            return read(line)


def connect(server, patience: float = 30) -> socket.socket:
    return socket.create_connection((server.host, server.port), timeout=patience)


def read(line: socket.socket) -> Answer:
    """The next reply on a connection."""
    reply = http.client.HTTPResponse(line)
    reply.begin()
    return Answer(reply.status, reply.headers, reply.read())


def get(server, url: str, headers: dict | None = None) -> Answer:
    """Follows a presigned URL with nothing but the headers given."""
    parts = urlsplit(url)
    return Request(server, None, b"", method="GET", path=f"{parts.path or '/'}?{parts.query}",
                   headers={"Host": parts.netloc, **(headers or {})}).send()
