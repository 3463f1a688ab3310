"""Rows for the comparison with real clients: products of the settings that matter most, and a seeded mix of all."""

import itertools
import random

REGIONS = [
    "us-east-1", "us-west-2", "ap-northeast-1", "eu-north-1", "sa-east-1", "ap-northeast-2", "ap-northeast-3", "ap-east-1",
    "me-south-1", "il-central-1", "mx-central-1", "us-gov-west-1", "us-gov-east-1", "cn-north-1", "cn-northwest-1",
    "us-iso-east-1", "us-isob-east-1", "eu-isoe-west-1", "us-isof-south-1", "eusc-de-east-1", "aws-global",
    "us-east-9", "xx-foo-1", "eu-west-1",
]
ODD_REGIONS = [
    "aws-cn-global", "aws-us-gov-global", "aws-iso-global", "fips-us-east-1", "us-east-1-fips", "us-gov-west-1-fips",
    "fips-eu-west-1", "aws-global-fips", "eu_west!", "*", "123", "us-east-1a", "US-EAST-1", "-us", "us-",
]
KEYS = "aws_access_key_id = AKID{0}\naws_secret_access_key = secret\n"
ARN = "arn:aws:iam::111111111111:role/{0}"


def numbered(rows) -> list:
    return [{"id": number, **row} for number, row in enumerate(rows)]


def config(**sections: dict) -> str:
    """A configuration file: sections with underscores for the space behind `profile`, `services` and `sso-session`."""
    lines = []
    for heading, entries in sections.items():
        kind, _, name = heading.partition("_")
        lines.append(f"[{heading}]" if kind not in ("profile", "services") else f"[{kind} {name}]")
        for key, value in entries.items():
            if isinstance(value, dict):
                lines.append(f"{key} =")
                lines += [f"  {inner} = {text}" for inner, text in value.items()]
            else:
                lines.append(f"{key} = {value}")
    return "\n".join(lines) + "\n"


class Mix:
    """Settings picked by a generator with a fixed seed."""

    def __init__(self, seed: int, *, options: dict, variables: dict, keys: dict, regions: list):
        self.random = random.Random(seed)
        self.options = options
        self.variables = variables
        self.keys = keys
        self.regions = regions

    def maybe(self, chance: float) -> bool:
        return self.random.random() < chance

    def pick(self, of):
        return self.random.choice(of)

    def row(self) -> dict:
        row = {"ask": "endpoint", "env": {}, "options": {}}
        if self.maybe(0.5):
            row["region"] = self.pick(self.regions)
        for name, values in self.variables.items():
            if self.maybe(0.14):
                row["env"][name] = self.pick(values)
        for name, values in self.options.items():
            if self.maybe(0.1):
                row["options"][name] = self.pick(values)
        if self.maybe(0.6):
            self.files(row)
        return row

    def files(self, row: dict) -> None:
        sections = {}
        for heading in ("default", "profile_a", "profile_b"):
            if self.maybe(0.75):
                sections[heading] = self.entries()
        sections["services_s"] = {"sts": {"endpoint_url": "https://services.example:8443"}, "s3": {"endpoint_url": "https://s3"}}
        sections["services_other"] = {"s3": {"endpoint_url": "https://s3"}}
        row["config"] = config(**sections)
        if self.maybe(0.3):
            row["credentials"] = config(**{self.pick(["default", "a", "b"]): self.entries()})
        if self.maybe(0.35):
            row["profile"] = self.pick(["a", "b", "default", "missing"])
        for variable in ("AWS_PROFILE", "AWS_DEFAULT_PROFILE"):
            if self.maybe(0.25):
                row["env"][variable] = self.pick(["a", "b", "default", "missing"])

    def entries(self) -> dict:
        return {key: self.pick(values) for key, values in self.keys.items() if self.maybe(0.3)}


SWITCHES = ["true", "false", "True", "TRUE", "1", "", "yes"]
URLS = [
    "https://sts.amazonaws.com", "http://127.0.0.1:4566", "https://sts.eu-west-1.amazonaws.com", "https://localhost/path",
    "https://vpce-0123456789abcdef0-abcdefgh.sts.eu-west-1.vpce.amazonaws.com",
]
PYTHON = {
    "options": {
        "endpoint_url": [*URLS, "sts.amazonaws.com", "https://under_score.example"],
        "use_ssl": [False, True],
        "use_fips_endpoint": [True, False],
        "use_dualstack_endpoint": [True, False],
        "ignore_configured_endpoint_urls": [True, False],
        "defaults_mode": ["legacy", "standard", "in-region", "nonsense"],
    },
    "variables": {
        "AWS_DEFAULT_REGION": [*REGIONS, ""],
        "AWS_REGION": REGIONS,
        "AWS_STS_REGIONAL_ENDPOINTS": ["legacy", "regional", "REGIONAL", "foo", ""],
        "AWS_ENDPOINT_URL": [*URLS, ""],
        "AWS_ENDPOINT_URL_STS": [*URLS, ""],
        "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": SWITCHES,
        "AWS_USE_FIPS_ENDPOINT": SWITCHES,
        "AWS_USE_DUALSTACK_ENDPOINT": SWITCHES,
        "AWS_DEFAULTS_MODE": ["legacy", "standard", "Cross-Region", "mobile", "foo", ""],
    },
    "keys": {
        "region": REGIONS,
        "sts_regional_endpoints": ["legacy", "regional", "Legacy", ""],
        "endpoint_url": [*URLS, ""],
        "services": ["s", "s", "other", "missing"],
        "ignore_configured_endpoint_urls": SWITCHES,
        "use_fips_endpoint": SWITCHES,
        "use_dualstack_endpoint": SWITCHES,
        "defaults_mode": ["legacy", "standard"],
    },
}


def python(seed: int, mixed: int) -> list:
    """Rows for botocore."""
    modes = [{}, {"AWS_STS_REGIONAL_ENDPOINTS": "legacy"}, {"AWS_STS_REGIONAL_ENDPOINTS": "regional"}]
    variants = [
        {}, {"AWS_USE_FIPS_ENDPOINT": "true"}, {"AWS_USE_DUALSTACK_ENDPOINT": "true"},
        {"AWS_USE_FIPS_ENDPOINT": "true", "AWS_USE_DUALSTACK_ENDPOINT": "true"},
    ]
    rows = [
        {"ask": "endpoint", "region": region, "env": {**mode, **variant}}
        for region, mode, variant in itertools.product(REGIONS, modes, variants)
    ]
    rows += [{"ask": "endpoint", "region": region, "env": mode} for region in ODD_REGIONS for mode in modes[:2]]
    rows += [{"ask": "endpoint", "env": {**mode, **variant}} for mode in modes for variant in variants]
    mix = Mix(seed, regions=REGIONS + ODD_REGIONS, **PYTHON)
    rows += [mix.row() for _ in range(mixed)]
    return rows
