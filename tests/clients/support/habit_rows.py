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

    def rows(self, many: int) -> list:
        return [self.row() for _ in range(many)]

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
    return rows + mix.rows(mixed)


#: One way or another to write a chain, each with what it shows.
CHAINS = {
    "keys": {"config": config(default={"aws_access_key_id": "AKIDD", "aws_secret_access_key": "s"})},
    "keys in both files": {
        "config": config(default={"aws_access_key_id": "AKIDC", "aws_secret_access_key": "s"}),
        "credentials": config(default={"aws_access_key_id": "AKIDD", "aws_secret_access_key": "s"}),
    },
    "half a key": {"credentials": config(default={"aws_access_key_id": "AKIDD"})},
    "half a key over a whole one": {
        "config": config(default={"aws_access_key_id": "AKIDC", "aws_secret_access_key": "s"}),
        "credentials": config(default={"aws_access_key_id": "AKIDD"}),
    },
    "nothing": {},
    "a profile that is not there": {"profile": "nobody"},
    "no file can be read": {"config": "region = eu-west-1\n[default]\n"},
    "a section twice": {"config": "[default]\nregion = eu-west-1\n[default]\nregion = eu-west-2\n"},
    "a key twice": {"config": "[default]\nregion = eu-west-1\nregion = eu-west-2\n"},
    "no value": {"config": "[default]\nregion\n"},
    "colons, capitals, comments": {
        "config": "; one\n[profile  \"a b\"]\nAWS_ACCESS_KEY_ID: AKIDA ; no comment\n# two\naws_secret_access_key : s\nregion=\n   eu-west-1\n",
        "profile": "a b",
    },
    "defaults for all": {
        "config": "[DEFAULT]\nregion = eu-west-3\naws_access_key_id = AKIDALL\naws_secret_access_key = s\n[profile a]\nx = 1\n",
        "profile": "a",
    },
    "the instance's role": {"provided": "instance"},
    "the container's role": {"provided": "container"},
    "a metadata service that is switched off": {"provided": "instance", "env": {"AWS_EC2_METADATA_DISABLED": "true"}},
    "web identity by the environment": {
        "env": {"AWS_WEB_IDENTITY_TOKEN_FILE": "token", "AWS_ROLE_ARN": ARN.format("web")}
    },
    "web identity with a name": {
        "env": {
            "AWS_WEB_IDENTITY_TOKEN_FILE": "token", "AWS_ROLE_ARN": ARN.format("web"), "AWS_ROLE_SESSION_NAME": "named",
        }
    },
    "web identity without a role": {"env": {"AWS_WEB_IDENTITY_TOKEN_FILE": "token"}},
    "web identity of the environment over that of a profile": {
        "env": {"AWS_WEB_IDENTITY_TOKEN_FILE": "token"},
        "config": config(default={"web_identity_token_file": "elsewhere", "role_arn": ARN.format("p"), "role_session_name": "n"}),
    },
    "web identity below a role": {
        "config": config(
            profile_a={"role_arn": ARN.format("a"), "source_profile": "b"},
            profile_b={"role_arn": ARN.format("b"), "web_identity_token_file": "token", "region": "eu-west-1"},
        ),
        "profile": "a",
    },
    "a process below a role": {
        "config": config(
            profile_a={"role_arn": ARN.format("a"), "source_profile": "b"}, profile_b={"credential_process": "sh process"}
        ),
        "profile": "a",
    },
    "identity center below a role": {
        "config": config(
            profile_a={"role_arn": ARN.format("a"), "source_profile": "b"},
            profile_b={
                "sso_start_url": "https://sso", "sso_region": "eu-west-1", "sso_account_id": "111111111111",
                "sso_role_name": "r",
            },
        ),
        "profile": "a",
    },
    "identity center by a session": {
        "config": "[profile a]\nsso_session = sess\nsso_account_id = 111111111111\nsso_role_name = r\n"
        "[sso-session sess]\nsso_start_url = https://sso\nsso_region = eu-west-1\n",
        "profile": "a",
    },
    "identity center by a session that is not there": {
        "config": "[profile a]\nsso_session = sess\nsso_account_id = 111111111111\nsso_role_name = r\n",
        "profile": "a",
    },
    "half an identity center": {"config": config(profile_a={"sso_account_id": "111111111111"}), "profile": "a"},
}


class Chains(Mix):
    """Profiles that lead to each other, and to credentials or nowhere."""

    NAMES = ["default", "a", "b", "c", "d"]

    def __init__(self, seed: int, *, forward: bool = False, **more):
        super().__init__(seed, **more)
        # Profiles lead only to those behind them, for clients that profiles in a circle make run for ever.
        self.forward = forward

    def row(self) -> dict:
        row = {"ask": "chain", "env": {}, "options": {}}
        profiles = {name: self.profile(name) for name in self.NAMES if self.maybe(0.85)}
        sections = {name if name == "default" else f"profile_{name}": told for name, told in profiles.items()}
        row["config"] = config(**sections)
        if self.maybe(0.4):
            name = self.pick(self.NAMES)
            row["credentials"] = config(**{name: self.keys_of(name)})
        chosen = self.pick(self.NAMES)
        row.update({"profile": chosen} if self.maybe(0.5) else {})
        if "profile" not in row and self.maybe(0.8):
            row["env"]["AWS_PROFILE"] = chosen
        if self.maybe(0.25):
            row["region"] = self.pick(self.regions)
        for name, values in self.variables.items():
            if self.maybe(0.1):
                row["env"][name] = self.pick(values)
        for name, values in self.options.items():
            if self.maybe(0.07):
                row["options"][name] = self.pick(values)
        if self.maybe(0.25):
            row["env"].update({"AWS_ACCESS_KEY_ID": "AKIDENV", "AWS_SECRET_ACCESS_KEY": "secret"})
        if self.maybe(0.4):
            row["provided"] = self.pick(["instance", "container"])
        return row

    def keys_of(self, name: str) -> dict:
        return {"aws_access_key_id": f"AKID{name.upper()}", "aws_secret_access_key": "secret"}

    def profile(self, name: str) -> dict:
        told = {}
        kind = self.random.choices(
            ["role", "keys", "source", "web", "process", "both", "neither", "half", "empty"],
            [50, 22, 8, 5, 4, 3, 3, 2, 3],
        )[0]
        if kind in ("role", "source", "both", "neither", "web"):
            told["role_arn"] = ARN.format(name)
        if kind in ("role", "both"):
            back = 0 if self.forward else 0.2
            names = self.NAMES if name != "default" else self.NAMES[1:]
            behind = [other for other in names if self.NAMES.index(other) > self.NAMES.index(name) or self.maybe(back)]
            told["source_profile"] = self.pick([*behind, "missing"])
        if kind in ("source", "both"):
            told["credential_source"] = self.pick(["Environment", "Ec2InstanceMetadata", "EcsContainer", "Nowhere"])
        if kind == "web":
            told["web_identity_token_file"] = "token"
        if kind == "process":
            told["credential_process"] = "sh process"
        if kind == "keys" or (kind == "role" and self.maybe(0.1)):
            told.update(self.keys_of(name))
        if kind == "half":
            told["aws_access_key_id"] = "AKIDHALF"
        if "role_arn" in told:
            for key, values in {
                "role_session_name": [f"session-of-{name}"], "external_id": ["night-shift"], "duration_seconds": ["900", "7200", "+3_600", "soon"],
                "mfa_serial": ["arn:aws:iam::111111111111:mfa/alice"],
            }.items():
                if self.maybe(0.3):
                    told[key] = self.pick(values)
        told.update({key: self.pick(values) for key, values in self.keys.items() if self.maybe(0.12)})
        return told


def python_chains(seed: int, mixed: int) -> list:
    """Rows for the credential chain of botocore."""
    rows = [
        {"ask": "chain", **row, "region": region} if region else {"ask": "chain", **row}
        for row in CHAINS.values()
        for region in (None, "ap-northeast-1")
    ]
    kept = {name: values for name, values in PYTHON["keys"].items() if name in ("region", "sts_regional_endpoints", "endpoint_url", "use_fips_endpoint")}
    chains = Chains(
        seed,
        options={"endpoint_url": URLS, "use_fips_endpoint": [True]},
        variables={name: PYTHON["variables"][name] for name in ("AWS_DEFAULT_REGION", "AWS_STS_REGIONAL_ENDPOINTS", "AWS_ENDPOINT_URL_STS")},
        keys=kept,
        regions=REGIONS,
    )
    return rows + chains.rows(mixed)


def cli(seed: int, mixed: int, chained: int) -> list:
    """Rows for version 1 of the AWS CLI, which takes its keys from the environment or a profile alone."""
    rows = python_chains(seed, chained)
    keys = {"AWS_ACCESS_KEY_ID": "AKIDENV", "AWS_SECRET_ACCESS_KEY": "secret"}
    for row in Mix(seed, regions=REGIONS + ODD_REGIONS, **PYTHON).rows(mixed):
        row.pop("profile", None)
        rows.append({**row, "ask": "chain", "env": {**row["env"], **keys}})
    for row in rows:
        options = row.pop("options", {})
        if "endpoint_url" in options:
            row["options"] = {"endpoint_url": options["endpoint_url"]}
    return rows


JAVASCRIPT = {
    "options": {
        "endpoint_url": [*URLS, "sts.amazonaws.com"],
        "use_fips_endpoint": [True, False],
        "use_dualstack_endpoint": [True, False],
        "use_global_endpoint": [True, False],
        "ignore_configured_endpoint_urls": [True, False],
    },
    "variables": {
        "AWS_REGION": [*REGIONS, ""],
        "AWS_DEFAULT_REGION": REGIONS,
        "AWS_STS_REGIONAL_ENDPOINTS": ["legacy", "regional", "REGIONAL", "foo"],
        "AWS_ENDPOINT_URL": [*URLS, "", "nonsense"],
        "AWS_ENDPOINT_URL_STS": [*URLS, ""],
        "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": SWITCHES,
        "AWS_USE_FIPS_ENDPOINT": SWITCHES,
        "AWS_USE_DUALSTACK_ENDPOINT": SWITCHES,
        "AWS_AUTH_SCHEME_PREFERENCE": ["sigv4", "sigv4a", "sigv4,sigv4a", "other, sigv4a"],
    },
    "keys": PYTHON["keys"],
}


def javascript3(seed: int, mixed: int, chained: int) -> list:
    """Rows for version 3 of the SDK for JavaScript."""
    switches = ["use_fips_endpoint", "use_dualstack_endpoint", "use_global_endpoint"]
    # A star asks for sigv4a, the code for which is not installed.
    regions = [region for region in REGIONS + ODD_REGIONS if region != "*"]
    rows = [
        {"ask": "endpoint", "region": region, "options": {name: True for name, on in zip(switches, which) if on}}
        for region in regions
        for which in itertools.product([False, True], repeat=3)
    ]
    rows += Mix(seed, regions=regions, **JAVASCRIPT).rows(mixed)
    # How identity center and the metadata service are asked is the same question for every client, and not for these rows.
    rows += [
        {"region": "eu-west-1", "ask": "chain", **row}
        for name, row in CHAINS.items()
        if not any(word in name for word in ("identity center", "switched off", "over that of a profile"))
    ]
    chains = Chains(
        seed,
        options={"endpoint_url": URLS, "use_fips_endpoint": [True]},
        variables={name: JAVASCRIPT["variables"][name] for name in ("AWS_REGION", "AWS_ENDPOINT_URL_STS")},
        keys={name: PYTHON["keys"][name] for name in ("region", "endpoint_url", "use_fips_endpoint")},
        regions=REGIONS,
    )
    for row in chains.rows(chained):
        # It would send NaN.
        row["config"] = row["config"].replace("duration_seconds = soon", "duration_seconds = 1200")
        rows.append(row if "region" in row or "AWS_REGION" in row["env"] else {**row, "region": "eu-central-1"})
    return rows


JAVASCRIPT_2 = {
    "options": {
        "endpoint_url": [*URLS, "sts.amazonaws.com"],
        "use_ssl": [True, False],
        "use_fips_endpoint": [True, False],
        "use_dualstack_endpoint": [True, False],
        "sts_regional_endpoints": ["legacy", "regional", "Regional", "foo"],
    },
    "variables": {
        "AWS_REGION": [*REGIONS, *ODD_REGIONS, ""],
        "AMAZON_REGION": REGIONS,
        "AWS_DEFAULT_REGION": REGIONS,
        "AWS_SDK_LOAD_CONFIG": ["1", "true", ""],
        "AWS_STS_REGIONAL_ENDPOINTS": ["legacy", "regional", "REGIONAL", "foo", ""],
        "AWS_ENDPOINT_URL": URLS,
        "AWS_ENDPOINT_URL_STS": URLS,
        "AWS_USE_FIPS_ENDPOINT": SWITCHES,
        "AWS_USE_DUALSTACK_ENDPOINT": SWITCHES,
    },
    "keys": {name: values for name, values in PYTHON["keys"].items() if name != "services"},
}


def javascript2(seed: int, mixed: int, chained: int) -> list:
    """Rows for version 2 of the SDK for JavaScript."""
    modes = [{}, {"sts_regional_endpoints": "regional"}]
    variants = [{}, {"use_fips_endpoint": True}, {"use_dualstack_endpoint": True}]
    variants.append({**variants[1], **variants[2]})
    rows = [
        {"ask": "endpoint", **({"region": region} if region else {}), "options": {**mode, **variant}}
        for region, mode, variant in itertools.product([*REGIONS, *ODD_REGIONS, None], modes, variants)
    ]
    rows += Mix(seed, regions=REGIONS + ODD_REGIONS, **JAVASCRIPT_2).rows(mixed)
    rows += [
        {"ask": "chain", "region": "eu-west-1", **row, "env": {**row.get("env", {}), **more}}
        for name, row in CHAINS.items()
        for more in ({}, {"AWS_SDK_LOAD_CONFIG": "1"})
        if not any(word in name for word in ("identity center", "metadata", "instance", "over that of a profile"))
    ]
    chains = Chains(
        seed,
        options={"endpoint_url": URLS, "use_fips_endpoint": [True]},
        variables={name: JAVASCRIPT_2["variables"][name] for name in ("AWS_REGION", "AWS_STS_REGIONAL_ENDPOINTS")},
        keys={name: PYTHON["keys"][name] for name in ("region", "sts_regional_endpoints", "use_fips_endpoint")},
        regions=REGIONS,
        forward=True,
    )
    for row in chains.rows(chained):
        if row.get("provided") == "instance":
            row["provided"] = "container"
        if chains.maybe(0.8):
            row["env"]["AWS_SDK_LOAD_CONFIG"] = "1"
        rows.append(row)
    return rows


GO = {
    "options": {
        "endpoint_url": [*URLS],
        "use_fips_endpoint": [True, False],
        "use_dualstack_endpoint": [True, False],
    },
    "variables": {
        "AWS_REGION": [*REGIONS, *ODD_REGIONS, ""],
        "AWS_DEFAULT_REGION": REGIONS,
        "AWS_STS_REGIONAL_ENDPOINTS": ["legacy", "regional", "REGIONAL", ""],
        "AWS_ENDPOINT_URL": [*URLS, ""],
        "AWS_ENDPOINT_URL_STS": [*URLS, ""],
        "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": ["true", "false", "True", ""],
        "AWS_USE_FIPS_ENDPOINT": ["true", "false", "TRUE", ""],
        "AWS_USE_DUALSTACK_ENDPOINT": ["true", "false", "TRUE", ""],
        "AWS_SDK_LOAD_CONFIG": ["1", "true", "0", ""],
    },
    "keys": {name: values for name, values in PYTHON["keys"].items() if name != "defaults_mode"},
}
GO_1 = {
    "options": {**GO["options"], "use_ssl": [False, True], "sts_regional_endpoints": ["legacy", "regional", "foo"]},
    "variables": {**GO["variables"], "AWS_STS_REGIONAL_ENDPOINTS": ["legacy", "regional", "REGIONAL", "foo", ""]},
    "keys": GO["keys"],
}
#: What stops a client written in Go, each alone: mixed with the rest they would hide everything else.
GO_STOPS = [
    {"AWS_USE_FIPS_ENDPOINT": "yes"}, {"AWS_USE_DUALSTACK_ENDPOINT": "1"}, {"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "1"},
    {"AWS_STS_REGIONAL_ENDPOINTS": "foo"},
]


def go(seed: int, mixed: int, chained: int, first: bool) -> list:
    """Rows for both versions of the SDK for Go."""
    from_all = GO_1 if first else GO
    switches = ["use_fips_endpoint", "use_dualstack_endpoint"]
    modes = [{}, {"AWS_STS_REGIONAL_ENDPOINTS": "regional"}] if first else [{}]
    rows = [
        {"ask": "endpoint", "region": region, "env": mode, "options": {name: True for name, on in zip(switches, which) if on}}
        for region in REGIONS + ODD_REGIONS
        for which in itertools.product([False, True], repeat=2)
        for mode in modes
    ]
    rows += [{"ask": "endpoint", "region": "eu-west-1", "env": env} for env in GO_STOPS] + [{"ask": "endpoint"}]
    rows += Mix(seed, regions=REGIONS + ODD_REGIONS, **from_all).rows(mixed)
    without = ("identity center", "over that of a profile", "twice", "no file can be read", "no value", "defaults for all", "colons")
    rows += [
        {"ask": "chain", "region": "eu-west-1", **row, "env": {**row.get("env", {}), **more}}
        for name, row in CHAINS.items()
        for more in ([{}, {"AWS_SDK_LOAD_CONFIG": "1"}] if first else [{}])
        if not any(word in name for word in without)
    ]
    chains = Chains(
        seed,
        options={"endpoint_url": URLS, "use_fips_endpoint": [True]},
        variables={name: GO["variables"][name] for name in ("AWS_REGION", "AWS_ENDPOINT_URL_STS")},
        keys={name: PYTHON["keys"][name] for name in ("region", "endpoint_url", "use_fips_endpoint")},
        regions=REGIONS,
    )
    for row in chains.rows(chained):
        row = row if "region" in row or "AWS_REGION" in row["env"] else {**row, "region": "eu-central-1"}
        if first and chains.maybe(0.8):
            row["env"]["AWS_SDK_LOAD_CONFIG"] = "1"
        rows.append(row)
    return rows


JAVA = {
    "options": {
        "endpoint_url": [*URLS],
        "use_fips_endpoint": [True, False],
        "use_dualstack_endpoint": [True, False],
    },
    "variables": {
        "AWS_REGION": [*REGIONS, *ODD_REGIONS, ""],
        "AWS_DEFAULT_REGION": REGIONS,
        "AWS_STS_REGIONAL_ENDPOINTS": ["legacy", "regional", "REGIONAL"],
        "AWS_ENDPOINT_URL": URLS,
        "AWS_ENDPOINT_URL_STS": URLS,
        "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": ["true", "false"],
        "AWS_USE_FIPS_ENDPOINT": ["true", "false", "TRUE"],
        "AWS_USE_DUALSTACK_ENDPOINT": ["true", "false", "TRUE"],
    },
    "keys": {
        **{name: values for name, values in PYTHON["keys"].items() if name != "defaults_mode"},
        "use_fips_endpoint": ["true", "false", "True"],
        "use_dualstack_endpoint": ["true", "false", "True"],
    },
}
JAVA_1 = {
    "options": {"endpoint_url": [*URLS, "sts.amazonaws.com"], "use_ssl": [True, False]},
    "variables": {**JAVA["variables"], "AWS_STS_REGIONAL_ENDPOINTS": ["legacy", "regional", "REGIONAL", "foo", ""]},
    "keys": JAVA["keys"],
}


def java(seed: int, mixed: int, chained: int, first: bool) -> list:
    """Rows for both versions of the SDK for Java."""
    from_all = JAVA_1 if first else JAVA
    switches = [] if first else ["use_fips_endpoint", "use_dualstack_endpoint"]
    modes = [{}, {"AWS_STS_REGIONAL_ENDPOINTS": "regional"}] if first else [{}]
    rows = [
        {"ask": "endpoint", "region": region, "env": mode, "options": {name: True for name, on in zip(switches, which) if on}}
        for region in REGIONS + ODD_REGIONS
        for which in itertools.product([False, True], repeat=len(switches))
        for mode in modes
    ]
    rows += [{"ask": "endpoint"}]
    rows += Mix(seed, regions=REGIONS + ODD_REGIONS, **from_all).rows(mixed)
    without = ("identity center", "over that of a profile")
    rows += [
        {"ask": "chain", "region": "eu-west-1", **row}
        for name, row in CHAINS.items()
        if not any(word in name for word in without)
    ]
    chains = Chains(
        seed,
        options={"endpoint_url": URLS},
        variables={name: from_all["variables"][name] for name in ("AWS_REGION", "AWS_STS_REGIONAL_ENDPOINTS", "AWS_ENDPOINT_URL_STS")},
        keys={name: JAVA["keys"][name] for name in ("region", "sts_regional_endpoints", "endpoint_url", "use_fips_endpoint")},
        regions=REGIONS,
    )
    rows += chains.rows(chained)
    for row in rows:
        # The provider that asks the instance is one for the life of a process.
        if first and row.get("provided") == "instance":
            row["provided"] = "container"
    return rows
