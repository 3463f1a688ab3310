"""What is covered in a place stays covered, whatever somebody on the host puts in its stead meanwhile: the kernel takes
away what is mounted over a file that is replaced from another mount namespace."""

import contextlib
import ctypes
import os
import shutil
import socket
import subprocess
import time
from pathlib import Path

import pytest

from support.places import EXAMPLES, Place

#: Seconds in which something is covered again. It takes milliseconds; the machine may be busy.
SOON = 10

#: Reads lines and runs them.
SHELL = "echo in; while read -r line; do eval \"$line\"; echo end; done"


pytestmark = pytest.mark.usefixtures("namespaces")


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


KEYS = "[default]\nregion = {}\naws_access_key_id = AKIAHOST\n"


def write(aws: Path, region: str) -> dict:
    """The directory of a user, and what is in it."""
    aws.mkdir()
    (aws / "credentials").write_text("AKIAHOST")
    (aws / "config").write_text(KEYS.format(region))
    return contents(aws)


def contents(directory: Path) -> dict:
    return {path.name: path.read_text() for path in directory.iterdir()}


LOOK = "ls -A ~/.aws; cat ~/.aws/config"
SEEN = "config\n[default]\nregion = eu-west-1\n"


def test_keys_of_a_directory_that_is_replaced_stay_outside(batch):
    aws = batch.home / ".aws"
    write(aws, "eu-west-1")
    with inside(batch) as shell:
        assert shell.says(LOOK) == SEEN
        aws.rename(batch.home / "old")
        shell.says_soon("test -e ~/.aws || echo gone", "gone\n")
        new = write(aws, "eu-north-1")
        # The settings are those of the beginning.
        shell.says_soon(LOOK, SEEN)
        # And back again, as who has several accounts does it.
        for _ in range(3):
            for one, other in [(aws, "new"), (batch.home / "old", ".aws"), (aws, "old"), (batch.home / "new", ".aws")]:
                one.rename(batch.home / other)
        shell.says_soon(LOOK, SEEN)
        assert int(shell.says("grep -c rolecall /proc/self/mountinfo")) < 30
    assert contents(aws) == new


def test_nothing_is_written_to_the_host_while_directories_are_swapped(batch):
    """However fast, and whatever links somebody inside has made in what is seen."""
    aws, other, precious = batch.home / ".aws", batch.home / "other", batch.home / "precious"
    one, two = write(aws, "eu-west-1"), write(other, "eu-north-1")
    precious.write_text("precious")
    rename = ctypes.CDLL(None, use_errno=True).renameat2
    at_fdcwd, exchange = -100, 2
    with inside(batch) as shell:
        assert shell.says("ln -sf ~/precious ~/.aws/config; ln -s ~/absent ~/.aws/credentials; echo x") == "x\n"
        until = time.monotonic() + 1
        while time.monotonic() < until:
            assert rename(at_fdcwd, os.fsencode(aws), at_fdcwd, os.fsencode(other), exchange) == 0
        shell.says_soon("ls -A ~/.aws", "config\ncredentials\n")
        assert shell.says("readlink ~/.aws/config").endswith("/precious\n")
    assert sorted([contents(aws)["config"], contents(other)["config"]]) == sorted([one["config"], two["config"]])
    assert contents(aws).keys() == contents(other).keys() == one.keys()
    assert precious.read_text() == "precious" and not (batch.home / "absent").exists()


def test_a_mount_over_what_is_covered_is_covered_too(batch, tmp_path):
    """As a home that is mounted by and by."""
    write(batch.home / ".aws", "eu-west-1")
    other = tmp_path / "other"
    other.mkdir()
    write(other / ".aws", "eu-north-1")
    later = f"(while ! test -e {tmp_path}/go; do sleep 0.05; done; mount --bind {other} {batch.home}; touch {tmp_path}/done) &"

    def with_mount(command):
        script = f'{later} exec "$@"'
        return ["unshare", "-rm", "--propagation", "shared", "sh", "-c", script, "sh", *command]

    with inside(batch, with_mount) as shell:
        assert shell.says(LOOK) == SEEN
        (tmp_path / "go").touch()
        while not (tmp_path / "done").exists():
            time.sleep(0.01)
        shell.says_soon("grep -c other /proc/self/mountinfo", "1\n")
        shell.says_soon(LOOK, SEEN)


def test_who_had_no_directory_for_settings_has_none_of_the_hosts(batch):
    with inside(batch) as shell:
        assert shell.says("ls -A ~/.aws; mkdir -p ~/.aws/cli/cache && echo session > ~/.aws/cli/cache/x; ls ~/.aws") == "cli\n"
        # As `aws configure` does outside.
        (batch.home / ".aws/credentials").write_text("AKIAHOST")
        assert shell.says("ls -A ~/.aws") == "cli\n"
    assert contents(batch.home / ".aws") == {"credentials": "AKIAHOST"}


def test_files_of_a_user_whose_keys_are_used_are_the_users_own_but_the_cache(tmp_path):
    home = tmp_path / "home"
    laptop = Place(home, EXAMPLES / "story-4", "laptop")
    cache = home / ".aws/cli/cache"
    with inside(laptop) as shell:
        assert cache.is_dir()
        shell.says("echo one > ~/.aws/config; echo two > ~/.aws/new; mv ~/.aws/new ~/.aws/config; sed -i s/two/three/ ~/.aws/config")
        assert (home / ".aws/config").read_text() == "three\n"
        renamed(home / ".aws/config", "four")
        assert shell.says("cat ~/.aws/config; echo") == "four\n"
        (cache / "host.json").write_text("of the host")
        assert shell.says("ls ~/.aws/cli/cache; echo ours > ~/.aws/cli/cache/ours.json; ls ~/.aws/cli/cache") == "ours.json\n"
        shutil.rmtree(home / ".aws/cli")
        cache.mkdir(parents=True)
        (cache / "host.json").write_text("of the host")
        shell.says_soon("ls ~/.aws/cli/cache", "ours.json\n")
    assert contents(cache) == {"host.json": "of the host"}


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


@pytest.mark.parametrize("way", ["home", "link"])
def test_a_home_that_the_system_knows_too_is_covered_once(batch, tmp_path, way):
    """As everybody's is, by the same path or by another."""
    (tmp_path / "link").symlink_to(batch.home)
    users = tmp_path / "passwd"
    users.write_text(f"root:x:0:0:root:{batch.home if way == 'home' else tmp_path / 'link'}:/bin/sh\n")

    def with_users(command):
        return ["unshare", "-rm", "sh", "-c", f'mount --bind {users} /etc/passwd && exec "$@"', "sh", *command]

    with inside(batch, with_users) as shell:
        shell.says("touch ~/trigger")
        time.sleep(0.5)
        assert shell.says("grep -c '/[.]aws ' /proc/self/mountinfo") == "1\n"


def test_who_is_inside_and_does_nothing_costs_nothing(batch):
    with inside(batch) as shell:
        (init,) = (int(pid) for pid in Path(f"/proc/{shell.process.pid}/task/{shell.process.pid}/children").read_text().split()
                   if Path(f"/proc/{pid}/comm").read_text() == "place\n")

        def ticks() -> int:
            return sum(map(int, Path(f"/proc/{init}/stat").read_text().rsplit(")", 1)[1].split()[11:13]))

        time.sleep(0.2)
        before = ticks()
        time.sleep(1)
        assert ticks() - before <= 2, "hundredths of a second"


@pytest.mark.parametrize("bound", ["max_inotify_instances", "max_inotify_watches"])
def test_who_has_no_watches_left_is_looked_after_all_the_same(batch, tmp_path, bound):
    """Somebody's editor may have taken all that the kernel lets a user have."""
    runtime = tmp_path / "runtime"
    runtime.mkdir()
    # Within a user namespace of the test's own, where the bound is for whoever is in it.
    limited = f'echo 0 > /proc/sys/user/{bound} && exec "$@"'

    def without_watches(command):
        return ["unshare", "-r", "sh", "-c", limited, "sh", *command]

    with inside(batch, without_watches, XDG_RUNTIME_DIR=str(runtime)) as shell:
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(str(runtime / "bus"))
        shell.says_soon("test -S $XDG_RUNTIME_DIR/bus || echo masked", "masked\n")
        assert os.path.exists(runtime / "bus")


def test_a_thing_that_is_written_to_by_nobody_is_not_waited_for(batch):
    """A named pipe where settings are read, and where they are covered."""
    (batch.home / ".aws").mkdir()
    os.mkfifo(batch.home / ".aws/config")
    with inside(batch, AWS_CONFIG_FILE=str(batch.home / ".aws/config")) as shell:
        assert shell.says("cat $AWS_CONFIG_FILE ~/.aws/config; rm ~/.aws/config; mkfifo ~/.aws/config; ls ~/.aws") == "config\n"
        (batch.home / ".aws").rename(batch.home / "old")
        write(batch.home / ".aws", "eu-west-1")
        shell.says_soon("test -p ~/.aws/config && echo pipe", "pipe\n")
