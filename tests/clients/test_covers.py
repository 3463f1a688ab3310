"""What is covered in a place stays covered, whatever somebody on the host puts in its stead meanwhile: the kernel takes
away what is mounted over a file that is replaced from another mount namespace."""

import contextlib
import os
import shutil
import socket
import subprocess
import time
from pathlib import Path

import pytest

from support.places import EXAMPLES, Place, demand_namespaces

#: Seconds in which something is covered again. It takes milliseconds; the machine may be busy.
SOON = 10

#: Reads lines and runs them.
SHELL = "echo in; while read -r line; do eval \"$line\"; echo end; done"


@pytest.fixture(scope="module", autouse=True)
def namespaces(tmp_path_factory):
    demand_namespaces(tmp_path_factory.mktemp("namespaces"))


@pytest.fixture
def batch(tmp_path) -> Place:
    return Place(tmp_path / "home", EXAMPLES / "story-1", "batch-task")


class Inside:
    """A shell in a place."""

    def __init__(self, command: list, env: dict):
        self.process = subprocess.Popen(command, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                        text=True)
        assert self.process.stdout.readline() == "in\n", self.process.communicate()

    def says(self, line: str) -> str:
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()
        said = ""
        while not said.endswith("end\n"):
            read = self.process.stdout.readline()
            assert read, self.process.communicate()
            said += read
        return said.removesuffix("end\n")

    def says_soon(self, line: str, wanted: str) -> None:
        until = time.monotonic() + SOON
        while (said := self.says(line)) != wanted:
            assert time.monotonic() < until, said
            time.sleep(0.01)


@contextlib.contextmanager
def inside(place: Place, wrap=lambda command: command, **env: str):
    shell = Inside(wrap(place.command("sh", "-c", SHELL)), place.environment(**env))
    try:
        yield shell
    finally:
        shell.process.communicate(timeout=30)


def renamed(path: Path, text: str) -> None:
    new = path.with_name("new")
    new.write_text(text)
    new.rename(path)


def removed_and_made(path: Path, text: str) -> None:
    path.unlink()
    path.write_text(text)


def moved_and_made(path: Path, text: str) -> None:
    path.rename(path.with_name("old"))
    path.write_text(text)


def another_link(path: Path, text: str) -> None:
    elsewhere = path.parent.parent / "elsewhere"
    elsewhere.mkdir(exist_ok=True)
    (elsewhere / path.name).write_text(text)
    path.with_name("new").symlink_to(elsewhere / path.name)
    path.with_name("new").rename(path)


REPLACED = pytest.mark.parametrize("replace", [renamed, removed_and_made, moved_and_made, another_link])


@REPLACED
def test_the_hosts_resolver_does_not_come_back(batch, tmp_path, replace):
    etc = tmp_path / "etc"
    subprocess.run(["cp", "-a", "/etc", etc], check=False)
    resolv_conf = etc / "resolv.conf"
    if resolv_conf.is_symlink():
        resolv_conf.unlink()
    resolv_conf.write_text("nameserver 192.0.2.1\n")

    def with_etc(command):
        return ["unshare", "-rm", "sh", "-c", f'mount --bind {etc} /etc && exec "$@"', "sh", *command]

    with inside(batch, with_etc) as shell:
        before = shell.says("cat /etc/resolv.conf")
        assert "nameserver 10.0.0.2\n" in before
        for _ in range(3):
            replace(resolv_conf, "nameserver 192.0.2.2\n")
            shell.says_soon("cat /etc/resolv.conf", before)
        # Nothing of this is seen where the host is.
        assert resolv_conf.read_text() == "nameserver 192.0.2.2\n"


@REPLACED
def test_keys_of_a_file_that_is_replaced_stay_outside(batch, replace):
    config = batch.home / "mine" / "own.config"
    config.parent.mkdir()
    keys = "[default]\nregion = {}\naws_access_key_id = AKIAHOST\n"
    config.write_text(keys.format("eu-west-1"))
    with inside(batch, AWS_CONFIG_FILE=str(config)) as shell:
        assert shell.says("cat $AWS_CONFIG_FILE") == "[default]\nregion = eu-west-1\n"
        replace(config, keys.format("eu-north-1"))
        # The settings are the new file's.
        shell.says_soon("cat $AWS_CONFIG_FILE", "[default]\nregion = eu-north-1\n")


def test_keys_of_a_directory_that_is_replaced_stay_outside(batch):
    aws = batch.home / ".aws"

    def write(region: str) -> None:
        aws.mkdir()
        (aws / "credentials").write_text("AKIAHOST")
        (aws / "config").write_text(f"[default]\nregion = {region}\naws_access_key_id = AKIAHOST\n")

    write("eu-west-1")
    with inside(batch) as shell:
        look = "ls -A ~/.aws; cat ~/.aws/config"
        assert shell.says(look) == "config\n[default]\nregion = eu-west-1\n"
        aws.rename(batch.home / "old")
        shell.says_soon("test -e ~/.aws || echo gone", "gone\n")
        write("eu-north-1")
        shell.says_soon(look, "config\n[default]\nregion = eu-north-1\n")
    assert sorted(path.name for path in aws.iterdir()) == ["config", "credentials"]


def test_sockets_that_come_while_somebody_is_inside_are_masked(batch, tmp_path):
    runtime = tmp_path / "runtime"
    runtime.mkdir()

    def listen(name: str) -> None:
        (runtime / name).parent.mkdir(exist_ok=True)
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(str(runtime / name))

    listen("docker.sock")
    listen("systemd/private")
    look = "for s in docker.sock bus systemd/private; do test -S $XDG_RUNTIME_DIR/$s && echo $s; done; true"
    with inside(batch, XDG_RUNTIME_DIR=str(runtime)) as shell:
        assert shell.says(look) == ""
        # As a service does that is started again.
        (runtime / "docker.sock").unlink()
        listen("docker.sock")
        shutil.rmtree(runtime / "systemd")
        listen("systemd/private")
        listen("bus")
        shell.says_soon(look, "")
        assert shell.says("ls $XDG_RUNTIME_DIR") == "bus\ndocker.sock\nsystemd\n", "they are there"
        # And whole, as at a login.
        shutil.rmtree(runtime)
        runtime.mkdir()
        shell.says_soon("ls $XDG_RUNTIME_DIR", "")
        listen("bus")
        shell.says_soon(look, "")


def test_who_has_no_watches_left_is_looked_after_all_the_same(batch, tmp_path):
    """Somebody's editor may have taken all that the kernel lets a user have."""
    runtime = tmp_path / "runtime"
    runtime.mkdir()
    # Within a user namespace of the test's own, where the bound is for whoever is in it.
    limited = 'echo 0 > /proc/sys/user/max_inotify_instances && exec "$@"'

    def without_watches(command):
        return ["unshare", "-r", "sh", "-c", limited, "sh", *command]

    with inside(batch, without_watches, XDG_RUNTIME_DIR=str(runtime)) as shell:
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(str(runtime / "bus"))
        shell.says_soon("test -S $XDG_RUNTIME_DIR/bus || echo masked", "masked\n")
        assert os.path.exists(runtime / "bus")


def test_the_users_settings_are_seen_as_they_become(batch):
    aws = batch.home / ".aws"
    aws.mkdir()
    (aws / "config").write_text("[default]\nregion = eu-west-1\n")
    with inside(batch) as shell:
        look = "cat ~/.aws/config 2>&1 | sed 's/.*: //'"
        assert shell.says(look) == "[default]\nregion = eu-west-1\n"
        (aws / "config").write_text("[default]\naws_access_key_id = AKIAHOST\nregion = eu-north-1\n")
        shell.says_soon(look, "[default]\nregion = eu-north-1\n")
        renamed(aws / "config", "[profile a]\naws_access_key_id = AKIAHOST\n")
        shell.says_soon(look, "[profile a]\n")
        (aws / "config").unlink()
        shell.says_soon(look, "No such file or directory\n")
        (aws / "config").write_text("[profile b]\n")
        shell.says_soon(look, "[profile b]\n")


def test_the_users_files_are_seen_as_they_become_where_their_keys_are_used(tmp_path):
    home = tmp_path / "home"
    laptop = Place(home, EXAMPLES / "story-4", "laptop")
    aws = home / ".aws"
    (aws / "cli" / "cache").mkdir(parents=True)
    (aws / "cli" / "cache" / "kept.json").write_text("of the host")
    (aws / "cli" / "alias").write_text("one")
    (aws / "config").write_text("one")
    (aws / "inner").write_text("by a link")
    (aws / "linked").symlink_to(aws / "inner")
    with inside(laptop) as shell:
        look = "cd ~/.aws && grep -r . | sort"
        files = ["cli/alias:one", "config:one", "inner:by a link", "linked:by a link"]

        def said():
            return "".join(f"{line}\n" for line in files)

        assert shell.says(look.replace("grep -r", "grep -R")) == said()
        look = look.replace("grep -r", "grep -R")
        for change, files[:2] in [
            (lambda: (aws / "config").write_text("two"), ["cli/alias:one", "config:two"]),
            (lambda: renamed(aws / "config", "three"), ["cli/alias:one", "config:three"]),
            (lambda: renamed(aws / "cli" / "alias", "two"), ["cli/alias:two", "config:three"]),
        ]:
            change()
            shell.says_soon(look, said())
        (aws / "inner").unlink()
        (aws / "linked").unlink()
        del files[2:]
        (aws / "credentials").write_text("new")
        files.append("credentials:new")
        shell.says_soon(look, said())
        # Written inside, it is the user's own file.
        shell.says("echo mine > ~/.aws/config")
        assert (aws / "config").read_text() == "mine\n"
        # And what the AWS CLI keeps is not.
        shell.says("mkdir -p ~/.aws/cli/cache && echo ours > ~/.aws/cli/cache/ours.json")
        # Moved as a whole.
        aws.rename(home / "old")
        aws.mkdir()
        (aws / "config").write_text("anew")
        files[:] = ["config:anew"]
        shell.says_soon("cd / && cd ~/.aws && grep -R . | sort", said())
    assert [path.name for path in (home / "old/cli/cache").iterdir()] == ["kept.json"]
