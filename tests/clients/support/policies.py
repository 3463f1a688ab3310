"""Policy documents, spelt out where a test needs one."""

import json


def document(*statements: dict) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def trust(principal, *, action="sts:AssumeRole", condition: dict | None = None) -> str:
    """A trust policy. `principal` is an ARN, a list of them, or a principal element."""
    element = principal if isinstance(principal, dict) else {"AWS": principal}
    statement = {"Effect": "Allow", "Principal": element, "Action": action}
    if condition:
        statement["Condition"] = condition
    return document(statement)


def allow(action, resource="*") -> str:
    return document({"Effect": "Allow", "Action": action, "Resource": resource})


def deny(action, resource="*") -> str:
    return document({"Effect": "Deny", "Action": action, "Resource": resource})
