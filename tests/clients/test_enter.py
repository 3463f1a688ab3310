"""What a place is like from inside, and what is left of it: nothing."""

import contextlib
import itertools
import json
import os
import pty
import resource
import select
import shlex
import shutil
import signal
import socket
import subprocess
import threading
import time
from pathlib import Path

import pytest

from support.places import EXAMPLES, Place, as_nobody, copied
from support.server import Server, binary

#: A connection that times out has to time out: a second is enough where everything is on this machine.
SILENCE = 1


pytestmark = pytest.mark.usefixtures("namespaces")


@pytest.fixture
def closed(tmp_path) -> Place:
    return Place(tmp_path / "closed", EXAMPLES / "story-2", "windows-instance")


#: A word of what a test has run in a place and no other program.
LEFTOVER = b"1000.25"


def connect(host: str, port: int) -> str:
    """A program that says how a connection goes."""
    return f"""
import socket, sys
try:
    print(socket.create_connection(("{host}", {port}), timeout={SILENCE}).getpeername()[0])
except Exception as error:
    print(type(error).__name__)
"""


def test_the_place_has_its_addresses_its_router_and_its_resolver(batch):
    said = batch.shell("hostname; ip -4 -brief address show eth0; ip route; cat /etc/resolv.conf")
    assert said.splitlines() == [
        "ip-10-0-1-20.ap-northeast-1.compute.internal",
        next(line for line in said.splitlines() if line.startswith("eth0")),
        "default via 10.0.1.1 dev eth0 proto static ",
        "10.0.1.0/24 dev eth0 proto kernel scope link src 10.0.1.20 ",
        "search ap-northeast-1.compute.internal",
        "nameserver 10.0.0.2",
        "options timeout:2 attempts:2",
    ]
    assert "10.0.1.20/24" in said


def test_names_are_answered_as_the_places_resolver_answers_them(batch):
    ask = "dig +short +time=2 +tries=1"
    said = batch.shell(f"""
        {ask} sts.ap-northeast-1.amazonaws.com
        {ask} sts.ap-northeast-1.amazonaws.com @169.254.169.253
        {ask} +tcp vpce-0sts-0a1b2c3d.sts.ap-northeast-1.vpce.amazonaws.com
        {ask} sts.amazonaws.com
        {ask} sts.eu-west-1.amazonaws.com
        {ask} iam.amazonaws.com
        {ask} cloudtrail.ap-northeast-1.amazonaws.com
        {ask} ip-10-0-1-21.ap-northeast-1.compute.internal
        {ask} AAAA sts.eu-west-1.amazonaws.com; echo none
        dig pypi.org | grep -o 'status: [A-Z]*'
        dig -t MX sts.amazonaws.com | grep -o 'status: [A-Z]*'
    """).splitlines()
    private, public = said[:3], said[3:7]
    assert private == ["10.0.1.77"] * 3
    assert len(set(public)) == 4 and all(address.startswith(("192.0.2.", "198.18.")) for address in public)
    assert said[7:] == ["10.0.1.21", "none", "status: NXDOMAIN", "status: NOERROR"]


def test_nslookup_tells_story_2s_answer(closed):
    said = closed.shell("nslookup sts.ap-northeast-1.amazonaws.com").split()
    assert said[said.index("Server:") + 1] == "10.0.0.2"
    assert said[-1] == "10.0.2.228"


def test_what_aws_drops_is_silent_what_it_refuses_is_refused_and_what_answers_answers(batch, closed):
    for place, host, port, expected in [
        (batch, "10.0.1.77", 443, "10.0.1.77"),
        (batch, "10.0.1.77", 80, "TimeoutError"),
        (batch, "10.0.1.99", 443, "TimeoutError"),
        (batch, "10.0.1.21", 443, "ConnectionRefusedError"),
        (batch, "10.0.1.21", 22, "ConnectionRefusedError"),
        (batch, "sts.us-west-2.amazonaws.com", 443, "192.0.2."),
        (batch, "93.184.215.14", 443, "TimeoutError"),
        (batch, "10.0.0.2", 443, "TimeoutError"),
        (batch, "nowhere.example", 443, "gaierror"),
        (batch, "127.0.0.1", 443, "ConnectionRefusedError"),
        (closed, "10.0.2.228", 443, "10.0.2.228"),
        (closed, "sts.amazonaws.com", 443, "TimeoutError"),
    ]:
        done = place.run("python3", "-c", connect(host, port))
        assert done.stdout.startswith(expected), (host, port, done.stdout, done.stderr)


@pytest.mark.parametrize(
    "how",
    [
        "curl -sS -o /dev/null -w '%{http_code}' $URL",
        "env -u SSL_CERT_FILE -u CURL_CA_BUNDLE curl -sS -o /dev/null -w '%{http_code}' $URL",
        "echo | openssl s_client -connect $HOST:443 -verify_return_error -brief",
        "python3 -c 'import urllib.request, os; urllib.request.urlopen(os.environ[\"URL\"])' 2>&1 | grep 'HTTP Error 403'",
        "node -e 'fetch(process.env.URL).then(answer => process.exit(answer.status === 403 ? 0 : 1))'",
    ],
)
def test_the_authority_is_trusted(batch, how):
    host = "sts.ap-northeast-1.amazonaws.com"
    done = batch.run("sh", "-c", how, env={"HOST": host, "URL": f"https://{host}/"})
    assert done.returncode == 0, done.stdout + done.stderr


def test_java_trusts_the_authority_without_being_told(batch, tmp_path):
    source = tmp_path / "Get.java"
    source.write_text("""
        public class Get {
            public static void main(String[] given) throws Exception {
                var answer = (java.net.HttpURLConnection) new java.net.URL(given[0]).openConnection();
                System.out.println(answer.getResponseCode());
            }
        }
    """)
    done = batch.run("java", source, "https://sts.ap-northeast-1.amazonaws.com/")
    assert done.stdout == "403\n", done.stderr


def test_nothing_of_the_hosts_leads_around_the_place(batch):
    (batch.home / ".aws").mkdir()
    (batch.home / ".aws/credentials").write_text("[default]\naws_access_key_id = AKIAHOST\naws_secret_access_key = x\n")
    (batch.home / ".aws/config").write_text(
        "[default]\nregion = eu-west-1\naws_access_key_id = AKIAHOST\naws_secret_access_key = x\n"
    )
    given = {"HTTPS_PROXY": "http://10.9.9.9:1", "AWS_ACCESS_KEY_ID": "AKIAHOST", "AWS_SECRET_ACCESS_KEY": "x", "AWS_SHARED_CREDENTIALS_FILE": "/AKIAHOST",
             "AWS_STS_REGIONAL_ENDPOINTS": "legacy"}
    said = batch.shell("env; ls -A ~/.aws; cat ~/.aws/config; echo mine > ~/.aws/new", env=given)
    assert "AKIAHOST" not in said and "10.9.9.9" not in said
    assert "AWS_STS_REGIONAL_ENDPOINTS=legacy" in said, "settings come along"
    assert said.endswith("config\n[default]\nregion = eu-west-1\n")
    assert sorted(path.name for path in (batch.home / ".aws").iterdir()) == ["config", "credentials"]


@pytest.mark.parametrize("name", ["own.config", ".aws/own.config", "linked", "~/own.config", "$HOME/own.config", "relative"])
def test_a_config_file_by_another_name_gives_its_settings_alone(batch, name):
    home = batch.home
    (home / ".aws").mkdir()
    bare = name.removeprefix("~/").removeprefix("$HOME/")
    if name == "linked":
        (home / name).symlink_to("own.config")
        bare = "own.config"
    (home / bare).write_text("[default]\nregion = eu-west-1\naws_secret_access_key = AKIAHOST\n")
    told = name if name[0] in "~$" or name == "relative" else str(home / name)
    read = "python3 -c 'import os; print(open(os.path.expanduser(os.path.expandvars(os.environ[\"AWS_CONFIG_FILE\"]))).read())'"
    said = batch.shell(f"cd / && {read}", env={"AWS_CONFIG_FILE": told}, cwd=home)
    assert said == "[default]\nregion = eu-west-1\n\n"
    # The user's own file to a place that has no credentials of its own.
    laptop = Place(home, EXAMPLES / "story-4", "laptop", home / "other")
    assert "AKIAHOST" in laptop.shell(read, env={"AWS_CONFIG_FILE": told}, cwd=home)


def test_a_relative_home_is_one(batch):
    (batch.home / ".aws").mkdir()
    (batch.home / ".aws/credentials").write_text("AKIAHOST")
    said = batch.shell(f"ls -A {batch.home}/.aws", env={"HOME": "."}, cwd=batch.home)
    assert said == ""


def test_the_working_directory_is_what_is_seen(batch):
    (batch.home / ".aws").mkdir()
    (batch.home / ".aws/credentials").write_text("AKIAHOST")
    (batch.home / ".boto").write_text("AKIAHOST")
    done = batch.run("sh", "-c", "pwd; ls -A; cat credentials ~/.boto", cwd=batch.home / ".aws")
    assert done.stdout == f"{batch.home}/.aws\n", done.stderr


def test_a_visit_may_be_within_another(batch):
    inner = shlex.join(batch.at("work-instance").command("sh", "-c", "hostname; cat /etc/resolv.conf"))
    said = batch.shell(f"{inner}; hostname")
    assert said.splitlines()[0] != said.splitlines()[-1] == "ip-10-0-1-20.ap-northeast-1.compute.internal"


def test_who_has_no_home_has_no_keys_there_either(batch):
    """Programs ask the system for it then, as boto3 and Java do."""
    home = batch.home / "of-the-system"
    (home / ".aws").mkdir(parents=True)
    (home / ".aws/credentials").write_text("AKIAHOST")
    users = batch.home / "passwd"
    users.write_text(f"root:x:0:0:root:{home}:/bin/sh\n")
    look = shlex.join(batch.command("sh", "-c", f"echo in; ls -A {home}/.aws"))
    script = f"mount --bind {users} /etc/passwd && unset HOME && {look}"
    done = subprocess.run(["unshare", "-rm", "sh", "-c", script], env=batch.environment(), capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "in\n"), done.stderr


def test_links_in_the_users_files_lead_where_they_did(tmp_path):
    home = tmp_path / "home"
    laptop = Place(home, EXAMPLES / "story-4", "laptop")
    (home / ".aws").mkdir()
    (home / "dot").mkdir()
    (home / "dot/config").write_text("by a link\n")
    (home / ".aws/config").symlink_to("../dot/config")
    (home / ".aws/real").write_text("beside it\n")
    (home / ".aws/credentials").symlink_to("real")
    assert laptop.shell("cat ~/.aws/config ~/.aws/credentials") == "by a link\nbeside it\n"


def test_root_does_not_uncover_what_is_covered(batch):
    script = """
umount /etc/resolv.conf; cat /etc/resolv.conf
mount -t tmpfs none /mnt
grep CapBnd /proc/self/status
python3 -c 'import ctypes; print(ctypes.CDLL(None).ptrace(16, 1, 0, 0))'
"""
    done = batch.run("sh", "-c", script)
    assert "nameserver 10.0.0.2\n" in done.stdout and "\n-1\n" in done.stdout, done.stdout
    for forbidden in ("umount: /etc/resolv.conf", "mount: /mnt"):
        assert forbidden in done.stderr, done.stderr
    bounding = int(done.stdout.split("CapBnd:")[1].split()[0], 16)
    sys_ptrace, sys_admin = 19, 21
    assert bounding & (1 << sys_admin | 1 << sys_ptrace) == 0


def test_sockets_of_the_hosts_services_are_not_there(batch, tmp_path):
    """Through the user's bus or a container engine, a program would be run outside."""
    runtime = tmp_path / "runtime"
    (runtime / "systemd").mkdir(parents=True)
    for name in ("bus", "docker.sock", "systemd/private", "mine"):
        socket.socket(socket.AF_UNIX).bind(str(runtime / name))
    seen = "for s in bus docker.sock systemd/private mine; do test -S $XDG_RUNTIME_DIR/$s && echo $s; done; true"
    assert batch.shell(seen, env={"XDG_RUNTIME_DIR": str(runtime)}) == "mine\n"


def test_a_way_out_is_there_for_whom_it_was_allowed_and_nobody_else(batch):
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]

    def answer():
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            connection.sendall(b"from outside")
            connection.close()

    threading.Thread(target=answer, daemon=True).start()
    read = f"import socket; print(socket.create_connection(('localhost.outside', {port}), timeout={SILENCE}).recv(99))"
    refused = batch.run("python3", "-c", read)
    assert "gaierror" in refused.stderr, "an unknown name"
    # The name leads to this machine for who is outside, and nobody else knows it.
    by_address = f"import socket; print(socket.create_connection(('127.0.0.1', {port}), timeout={SILENCE}).recv(99))"
    assert "ConnectionRefusedError" in batch.run("python3", "-c", by_address).stderr
    reach = read.replace("localhost.outside", "outside.localhost")
    done = batch.run("python3", "-c", reach, allow=[f"outside.localhost:{port}"])
    listener.close()
    assert done.stdout == "b'from outside'\n", done.stderr


def test_the_commands_status_and_end_are_passed_on(batch):
    assert batch.run("sh", "-c", "exit 7").returncode == 7
    assert batch.run("sh", "-c", "kill -TERM $$").returncode == -signal.SIGTERM
    assert batch.run("sh", "-c", "kill -KILL $$").returncode == -signal.SIGKILL
    missing = batch.run("no-such-program")
    assert (missing.returncode, missing.stderr) == (127, "rolecall: no-such-program: No such file or directory\n")


def test_a_real_time_signal_ends_who_got_it_alone(batch):
    assert batch.shell("(sh -c 'kill -37 $$' &) ; sleep 0.5; echo alive") == "alive\n"
    assert batch.run("sh", "-c", "kill -37 $$").returncode == 128 + 37


def test_a_broken_pipe_ends_a_command_as_everywhere(batch):
    word, _, ignored = batch.shell("yes | head -1; grep SigIgn /proc/self/status").split()
    assert word == "y"
    # Others may be ignored by whoever runs the tests.
    assert int(ignored, 16) & 1 << signal.SIGPIPE - 1 == 0


def test_a_place_may_have_two_addresses(tmp_path):
    world = copied("story-1", tmp_path)
    text = (world / "world.toml").read_text()
    (world / "world.toml").write_text(text.replace('address = "10.0.1.20"', 'address = ["10.0.1.20", "10.0.1.22"]', 1))
    place = Place(tmp_path / "home", world, "batch-task")
    done = place.run("ip", "-4", "-brief", "address", "show", "eth0")
    assert "10.0.1.20/24" in done.stdout and "10.0.1.22/24" in done.stdout, done.stderr


def test_a_host_may_be_allowed_without_a_port(batch):
    """Its 443 stands beside the endpoints', and neither is taken for the other."""
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]

    def answer():
        for _ in range(2):
            with listener.accept()[0] as connection:
                connection.recv(1024)
                connection.sendall(b"from outside")

    threading.Thread(target=answer, daemon=True).start()
    curl = batch.run("curl", "-sS", "-m", "5", "--http0.9", f"http://host.internal:{port}/", allow=[f"host.internal:{port}"])
    assert curl.stdout == "from outside", curl.stderr
    script = f"""
import socket
for at in (("outside.localhost", {port}), ("sts.ap-northeast-1.amazonaws.com", 443), ("outside.localhost", 443)):
    connection = socket.create_connection(at, timeout=3)
    print(connection.getpeername()[0], end=" ")
    print(connection.recv(12) if at[1] != 443 and not connection.sendall(b"hello") else "")
"""
    allow = ["outside.localhost", f"outside.localhost:{port}", "outside.localhost:443"]
    done = batch.run("python3", "-c", script, allow=allow)
    listener.close()
    assert done.stdout.splitlines() == [
        "198.19.255.1 b'from outside'", "10.0.1.77 ", "198.19.255.1 ",
    ], done.stderr


@pytest.mark.parametrize(("host", "why"), [
    ("10.0.1.20", "that is the place's own address"),
    ("10.0.1.77:443", "an endpoint of the world is at that address"),
    ("10.0.0.2", "the place's DNS server is at that address"),
    ("169.254.170.2", "what hands out the place's credentials is at that address"),
    ("localhost:5432", "inside it is the place itself; host.internal is this machine"),
    ("127.0.0.1", "inside it is the place itself; host.internal is this machine"),
    ("0.0.0.0", "that is no host's address"),
    ("sts.ap-northeast-1.amazonaws.com", "that is a name of the world's own"),
])
def test_a_way_out_that_would_be_in_the_way_is_refused(batch, host, why):
    done = batch.run("true", allow=[host])
    assert done.returncode == 2
    assert done.stderr == f"rolecall: {host.partition(':')[0]} cannot be allowed: {why}\n"


def test_ctrl_c_leaves_the_way_out(batch):
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]

    def answer():
        with contextlib.suppress(OSError):
            while True:
                listener.accept()[0].sendall(b"outside")

    threading.Thread(target=answer, daemon=True).start()
    script = f"""
import signal, socket, time
def reach():
    return socket.create_connection(("outside.localhost", {port}), timeout=3).recv(7)
caught = []
signal.signal(signal.SIGINT, lambda *_: caught.append(1))
print(reach(), flush=True)
while not caught:
    time.sleep(0.02)
print(reach(), flush=True)
"""
    process = batch.start(
        "python3", "-c", script, allow=[f"outside.localhost:{port}"], stdout=subprocess.PIPE, text=True,
        start_new_session=True,
    )
    assert process.stdout.readline() == "b'outside'\n"
    os.killpg(process.pid, signal.SIGINT)
    assert process.stdout.readline() == "b'outside'\n"
    process.wait(timeout=20)
    listener.close()


def test_signals_reach_the_command_once(batch):
    script = """
import signal, sys, time
seen = []
for number in (signal.SIGTERM, signal.SIGUSR1, signal.SIGINT):
    signal.signal(number, lambda number, _: seen.append(number))
print("ready", flush=True)
while signal.SIGTERM not in seen:
    time.sleep(0.02)
print([int(number) for number in seen])
"""
    process = batch.start("python3", "-c", script, stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "ready\n"
    for number in (signal.SIGUSR1, signal.SIGINT, signal.SIGTERM):
        process.send_signal(number)
        time.sleep(0.1)
    out, _ = process.communicate(timeout=20)
    assert out == f"[{int(signal.SIGUSR1)}, {int(signal.SIGINT)}, {int(signal.SIGTERM)}]\n"
    assert process.returncode == 0


#: A program that tells of each signal it gets, and ends with the last.
TELLS = """
import signal, time
seen = []
for number in (signal.SIGHUP, signal.SIGUSR1, signal.SIGINT, signal.SIGTERM):
    signal.signal(number, lambda number, _: (seen.append(number), print(int(number), flush=True)))
print("ready", flush=True)
while signal.SIGTERM not in seen:
    time.sleep(0.02)
time.sleep(0.7)
"""


@pytest.mark.parametrize("to", ["the-visit", "the-group", "all-of-that-name"])
def test_a_signal_is_one_however_it_was_sent(batch, to):
    process = batch.start("python3", "-c", TELLS, stdout=subprocess.PIPE, text=True, start_new_session=True)
    assert process.stdout.readline() == "ready\n"
    for number in (signal.SIGUSR1, signal.SIGINT, signal.SIGTERM):
        if to == "the-visit":
            process.send_signal(number)
        elif to == "the-group":
            os.killpg(process.pid, number)
        else:
            subprocess.run(["pkill", f"-{int(number)}", "-f", f"enter batch-task --world .*{batch.data}"], check=True)
        assert process.stdout.readline() == f"{int(number)}\n"
        # Another would come into the telling of this one.
        time.sleep(0.1)
    assert process.stdout.read() == ""
    assert process.wait(timeout=20) == 0


def test_a_terminal_that_is_hung_up_ends_what_was_run_at_it(batch):
    """`rolecall` leads the session, as where a shell has replaced itself by it or `ssh` was told to run it."""
    child, person = pty.fork()
    if child == 0:
        told = batch.home / "told"
        script = TELLS.replace("print(int(number), flush=True)", f"open({str(told)!r}, 'a').write(f'{{int(number)}} ')")
        os.execvpe(binary(), batch.command("python3", "-c", script.replace("SIGTERM not", "SIGHUP not")), batch.environment())
    while b"ready" not in os.read(person, 4096):
        pass
    os.close(person)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert (batch.home / "told").read_text() == f"{int(signal.SIGHUP)} "


def at_terminal(place: Place, steps: list, *command, program=None) -> str:
    """Has a person at a terminal type each of `steps` once what stands before it has been said."""
    child, person = pty.fork()
    if child == 0:
        program = program or place.command(*command)
        os.execvpe(program[0], program, place.environment(TERM="xterm", PS1="$ "))
    said, deadline = b"", time.monotonic() + 30
    for wanted, typed in steps:
        while wanted not in said:
            ready, _, _ = select.select([person], [], [], max(0, deadline - time.monotonic()))
            assert ready, f"{wanted!r} was not said: {said!r}"
            try:
                said += os.read(person, 4096)
            except OSError:
                raise AssertionError(f"{wanted!r} was not said: {said!r}") from None
        said = said.split(wanted, 1)[1]
        os.write(person, typed)
    while True:
        ready, _, _ = select.select([person], [], [], max(0, deadline - time.monotonic()))
        if not ready:
            os.kill(child, signal.SIGKILL)
            raise AssertionError(f"it did not end: {said!r}")
        try:
            piece = os.read(person, 4096)
        except OSError:
            break
        if not piece:
            break
        said += piece
    os.close(person)
    return f"{os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])} {said.decode(errors='replace')}"


def test_a_terminal_program_works_and_ctrl_c_ends_what_it_runs_alone(batch):
    running = b"sh -c 'printf runn; echo ing; exec sleep 100'\n"
    steps = [
        (b"$ ", b"tty && stty size && echo one\n"),
        (b"one\r\n", running),
        (b"running\r\n", b"\x03"),
        (b"$ ", b"echo still-$((40+2))\n"),
        (b"still-42", running),
        (b"running\r\n", b"\x1a"),
        (b"Stopped", b"kill -KILL %1; sleep 0.2; echo\n"),
        (b"Killed", b"exit 5\n"),
    ]
    said = at_terminal(batch, steps, "bash", "--norc", "-i")
    assert said.startswith("5 "), said


def test_a_terminal_that_was_taken_is_given_back(batch):
    """An interactive shell inside that is killed gives nothing back; the shell outside waits for `rolecall` alone."""
    command = shlex.join(batch.command("bash", "--norc", "-ic", "kill -KILL $$"))
    waits = "import os; print(os.tcgetpgrp(0) == os.getpgrp())"
    steps = [(b"True\r\n", b"\x04")]
    said = at_terminal(batch, steps, program=["sh", "-c", f"{command}; python3 -c '{waits}'; cat"])
    assert said.startswith("0 "), said


def at_shell(place: Place, steps: list) -> str:
    """Has a person at an interactive shell outside type `steps`; `$VISIT` begins a command in the place."""
    shell = ["bash", "--norc", "--noprofile", "-i"]
    return at_terminal(place, [(b"$ ", f"VISIT={shlex.quote(shlex.join(place.command()))}\n".encode()), *steps], program=shell)


@pytest.mark.parametrize("steps", [
    [(b"$ ", b"eval $VISIT sleep 0.3 & wait; echo ali''ve\n")],
    [(b"$ ", b"eval $VISIT sh -c \"'echo be''gun; sleep 1.5'\"\n"), (b"begun\r\n", b"\x1a"), (b"Stopped", b"bg; sleep 2; echo ali''ve\n")],
    [(b"$ ", b"eval $VISIT sh -c \"'echo be''gun; sleep 1'\"\n"), (b"begun\r\n", b"\x1a"), (b"Stopped", b"fg; echo ali''ve\n")],
    # A shell inside that stops itself.
    [(b"$ ", b"eval $VISIT bash --norc --noprofile -i\n"), (b"$ ", b"sus''pend\n"), (b"Stopped", b"echo out''side\n"),
     (b"outside", b"fg\n"), (b"$ ", b"echo in''side\n"), (b"inside", b"exit\n"), (b"$ ", b"echo ali''ve\n")],
    # A command that is stopped by somebody else.
    [(b"$ ", b"eval $VISIT sh -c \"'kill -STOP \\$\\$; echo going; exit 3'\"\n"), (b"Stopped", b"fg; echo ali''ve $?\n")],
], ids=["background", "stopped-and-bg", "stopped-and-fg", "suspend", "kill-stop"])
def test_a_shell_outside_keeps_its_terminal_and_its_jobs(batch, steps):
    assert batch.run("true").returncode == 0
    said = at_shell(batch, [*steps, (b"alive", b"exit 9\n")])
    assert said.startswith("9 "), said
    settle(batch)


def test_a_terminal_that_is_hung_up_ends_a_visit_that_is_stopped(batch):
    shell = ["bash", "--norc", "--noprofile", "-i"]
    child, person = pty.fork()
    if child == 0:
        os.execvpe(shell[0], shell, batch.environment(TERM="xterm", PS1="$ "))
    said = b""
    for typed, wanted in ((f"{shlex.join(batch.command(*shell))}\n", b"$ "), ("sus''pend\n", b"Stopped")):
        os.write(person, typed.encode())
        while wanted not in said.split(typed.strip().encode())[-1]:
            said += os.read(person, 4096)
    os.close(person)
    os.waitpid(child, 0)
    settle(batch)


def test_a_signal_while_entering_is_not_lost(batch):
    """Whenever it comes: the command gets it, or is not begun at all."""
    keeps = asking(batch)
    assert keeps.stdout.readline() == "in\n"
    for number, milliseconds in itertools.product((signal.SIGINT, signal.SIGTERM), range(4, 44, 2)):
        process = batch.start("sleep", "20", start_new_session=True)
        time.sleep(milliseconds / 1000)
        os.killpg(process.pid, number)
        assert process.wait(timeout=10) == -number, milliseconds
    keeps.communicate(timeout=20)


def test_a_signal_to_a_stopped_group_is_one(batch):
    process = batch.start("python3", "-c", TELLS, stdout=subprocess.PIPE, text=True, start_new_session=True)
    assert process.stdout.readline() == "ready\n"
    os.killpg(process.pid, signal.SIGTSTP)
    time.sleep(0.1)
    os.killpg(process.pid, signal.SIGUSR1)
    time.sleep(0.8)
    os.killpg(process.pid, signal.SIGCONT)
    assert process.stdout.readline() == f"{int(signal.SIGUSR1)}\n"
    time.sleep(0.2)
    os.killpg(process.pid, signal.SIGTERM)
    assert process.stdout.read() == f"{int(signal.SIGTERM)}\n"


@pytest.mark.parametrize("stderr", ["/dev/full", "closed pipe"])
def test_a_killed_server_is_followed_though_nobody_can_be_told(batch, stderr):
    if stderr == "/dev/full":
        told = os.open(stderr, os.O_WRONLY)
    else:
        read, told = os.pipe()
        os.close(read)
    visit = batch.start("sh", "-c", f"echo in; ({ASKS}) 2>/dev/null", stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                        stderr=told, text=True)
    os.close(told)
    assert visit.stdout.readline() == "in\n"
    os.kill(servers(batch)[0], signal.SIGKILL)
    assert asks(visit).endswith(" 403\n")
    visit.communicate(timeout=20)


def test_without_the_process_outside_a_visit_goes_to_a_server_that_others_began(batch):
    visits = [asking(batch), asking(batch)]
    for visit in visits:
        assert visit.stdout.readline() == "in\n"
    lab = visits[0].pid
    children = Path(f"/proc/{lab}/task/{lab}/children").read_text().split()
    (outside,) = [pid for pid in children if b"enter" in (Path("/proc") / pid / "cmdline").read_bytes()]
    os.kill(int(outside), signal.SIGKILL)
    assert "the process outside has ended" in visits[0].stderr.readline()
    os.kill(servers(batch)[0], signal.SIGKILL)
    while "is there again" not in visits[0].stderr.readline():
        pass
    for visit in visits:
        assert asks(visit).endswith(" 403\n")
        visit.communicate(timeout=20)


def test_ctrl_c_ends_a_command_that_does_not_care(batch):
    said = at_terminal(batch, [(b"begun\r\n", b"\x03")], "sh", "-c", "echo begun; exec sleep 100")
    assert said.startswith(f"-{int(signal.SIGINT)} "), said


def here() -> dict:
    """What there is of namespaces, mounts, processes and files that a visit could leave."""
    spaces, processes = set(), set()
    for process in Path("/proc").iterdir():
        if not process.name.isdigit():
            continue
        try:
            spaces |= {(kind, os.readlink(process / "ns" / kind)) for kind in ("user", "net", "mnt", "pid", "uts")}
            words = (process / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if any(word.endswith(b"/rolecall") or word == b"place" for word in words[:1]) or LEFTOVER in words:
            processes.add((process.name, tuple(words)))
    return {
        "namespaces": spaces,
        "mounts": Path("/proc/self/mountinfo").read_text(),
        "processes": processes,
        "temporary": sorted(Path("/tmp").glob("*rolecall*")),
        "shared": sorted(Path("/dev/shm").iterdir()),
    }


def files(data: Path) -> list:
    # The log goes on; a server's own log is written anew by each.
    return sorted(str(path.relative_to(data)) for path in data.rglob("*") if "log.db" not in path.name)


@pytest.mark.parametrize("end", ["by-itself", "kill-rolecall", "kill-the-command", "ctrl-c", "terminate"])
def test_nothing_is_left_behind(batch, end):
    assert batch.run("true").returncode == 0
    settle(batch)
    before, before_files = here(), files(batch.data)
    # A process that would live on, and one that has left its session.
    script = "sleep 1000.25 & setsid sleep 1000.25 & echo begun; sleep 1000.25"
    if end == "by-itself":
        script = script.removesuffix("; sleep 1000.25")
    process = batch.start("sh", "-c", script, stdout=subprocess.PIPE,
                          text=True, start_new_session=True)
    assert process.stdout.readline() == "begun\n"
    assert here()["namespaces"] > before["namespaces"] or end == "by-itself", "the test sees namespaces"
    if end == "kill-rolecall":
        process.kill()
    elif end == "kill-the-command":
        for child in descendants(process.pid):
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
    elif end == "ctrl-c":
        os.killpg(process.pid, signal.SIGINT)
    elif end == "terminate":
        process.terminate()
    process.stdout.close()
    process.wait(timeout=20)
    settle(batch)
    after = here()
    for what in before:
        assert after[what] == before[what], what
    assert files(batch.data) == before_files


def descendants(pid: int) -> list:
    """Children of children, not the process's own."""
    found, todo = [], [pid]
    while todo:
        for thread in Path(f"/proc/{todo.pop()}/task").iterdir():
            try:
                children = [int(child) for child in (thread / "children").read_text().split()]
            except OSError:
                continue
            todo += children
            found.append(children)
    # The first are rolecall's own: init. What they run is to be killed.
    return [child for children in found[1:] for child in children]


def settle(place: Place) -> None:
    """Waits until the server has noticed that it is alone."""
    deadline = time.monotonic() + 15
    while (place.data / "control.sock").exists() or any(str(place.data).encode() in b" ".join(words) for _, words in here()["processes"]):
        assert time.monotonic() < deadline, here()["processes"]
        time.sleep(0.05)


def test_a_user_without_any_privilege_may_enter(tmp_path):
    if not as_nobody():
        # Then every other test of this file has shown it.
        return
    home = tmp_path / "nobody"
    place = Place(home, EXAMPLES / "story-1", "batch-task")
    os.chown(home, 65534, 65534)
    for parent in [tmp_path, *tmp_path.parents]:
        if parent.stat().st_uid == 0 and parent != Path("/") and not parent.stat().st_mode & 0o001:
            parent.chmod(parent.stat().st_mode | 0o011)
    done = subprocess.run(
        [*as_nobody(), *place.command("sh", "-c", "id -u; dig +short sts.ap-northeast-1.amazonaws.com; grep CapEff /proc/self/status")],
        env=place.environment(), capture_output=True, text=True, timeout=60, cwd="/",
    )
    assert done.stdout.split() == ["65534", "10.0.1.77", "CapEff:", "0000000000000000"], done.stderr


def test_several_visits_share_one_server_which_ends_with_the_last(batch):
    first = batch.start("sh", "-c", "echo in; read line", stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert first.stdout.readline() == "in\n"
    servers = [words for _, words in here()["processes"] if b"serve" in words and str(batch.data).encode() in words]
    assert len(servers) == 1
    second = batch.at("work-instance").run("true")
    assert second.returncode == 0, second.stderr
    assert (batch.data / "control.sock").exists(), "the first visit still needs it"
    first.communicate("out\n", timeout=20)
    settle(batch)


def test_ten_visits_at_once_start_one_server(batch):
    started = [batch.start("sleep", "1", stderr=subprocess.PIPE) for _ in range(10)]
    for process in started:
        _, error = process.communicate(timeout=60)
        assert process.returncode == 0, error
    settle(batch)


def test_a_server_that_runs_already_is_joined_and_left_running(batch, tmp_path):
    server = Server(tmp_path / "server", "--world", str(EXAMPLES / "story-1"), data=batch.data)
    try:
        assert batch.run("true").returncode == 0
        time.sleep(0.5)
        assert server.alive()
        other = Place(batch.home, EXAMPLES / "story-2", "windows-instance", batch.data).run("true")
        assert other.returncode == 2
        assert "serves the world in" in other.stderr and "--data" in other.stderr
    finally:
        server.kill()


def test_a_world_is_read_again_at_every_visit(tmp_path):
    world = copied("story-1", tmp_path)
    place = Place(tmp_path / "home", world, "batch-task")
    holding = place.start("sh", "-c", "echo in; read line", stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert holding.stdout.readline() == "in\n"
    text = (world / "world.toml").read_text()
    (world / "world.toml").write_text(text.replace("private_dns = true", "private_dns = false"))
    assert place.shell("dig +short sts.ap-northeast-1.amazonaws.com").startswith("192.0.2.")
    (world / "role-b.trust.json").write_text("{")
    broken = place.run("true")
    assert broken.returncode == 2 and "role-b.trust.json:1:" in broken.stderr, broken.stderr
    holding.communicate("out\n", timeout=20)


def test_what_cannot_be_entered_is_told(batch, tmp_path):
    for place, expected in [
        (batch.at("nowhere"), "there is no place `nowhere`"),
        (Place(batch.home, tmp_path / "no-world", "x"), "no-world"),
    ]:
        done = place.run("true")
        assert done.returncode == 2 and expected in done.stderr, done.stderr
    wrong = batch.run("true", allow=["http://host"])
    assert wrong.returncode == 2 and "HOST:PORT" in wrong.stderr


def test_a_kernel_that_forbids_it_is_told_of_with_what_to_allow(batch):
    """In a user namespace of its own the test may say that there can be no other."""
    forbid = "echo 0 > /proc/sys/user/max_user_namespaces; exec \"$@\""
    done = subprocess.run(
        ["unshare", "--user", "--map-root-user", "sh", "-c", forbid, "sh", *batch.command("true")],
        env=batch.environment(), capture_output=True, text=True, timeout=60,
    )
    assert done.returncode == 2, done.stderr
    assert "does not let `rolecall enter` make a user namespace" in done.stderr
    assert "user.max_user_namespaces" in done.stderr
    settle(batch)


def test_a_path_that_is_no_text_is_told(tmp_path):
    world = os.fsencode(copied("story-1", tmp_path))
    os.rename(world, world + b"\xff")
    place = Place(tmp_path / "home", Path(os.fsdecode(world + b"\xff")), "batch-task")
    done = subprocess.run([os.fsencode(word) for word in place.command("true")], env=place.environment(), capture_output=True)
    assert done.returncode == 2
    assert b"has to be text in UTF-8" in done.stderr
    assert not (place.data / "control.sock").exists()


def test_what_the_server_lacks_is_told(batch):
    """It reads the world again at a visit, for which it has no descriptor left."""
    first = asking(batch)
    assert first.stdout.readline() == "in\n"
    (server,) = servers(batch)
    used = max(int(number) for number in os.listdir(f"/proc/{server}/fd"))
    # Room for the conversation, not for the files.
    limits = resource.prlimit(server, resource.RLIMIT_NOFILE)
    resource.prlimit(server, resource.RLIMIT_NOFILE, (used + 2, limits[1]))
    done = batch.run("true")
    assert done.returncode == 2
    assert "Too many open files" in done.stderr
    resource.prlimit(server, resource.RLIMIT_NOFILE, limits)
    assert batch.run("true").returncode == 0
    first.communicate(timeout=20)


def test_a_path_that_is_long_and_has_spaces_does(tmp_path):
    data = tmp_path / ("a directory with a long name " * 7).strip() / "data"
    data.parent.mkdir()
    place = Place(tmp_path / "home", EXAMPLES / "story-1", "batch-task", data)
    assert place.shell("curl -sS -o /dev/null -w '%{http_code}' https://sts.ap-northeast-1.amazonaws.com/") == "403"


def servers(place: Place) -> list:
    """The processes that serve a place's world."""
    words = ((int(pid), words) for pid, words in here()["processes"])
    return [pid for pid, words in words if b"serve" in words and str(place.data).encode() in words]


#: Asks for credentials and for who one is, whenever a line comes.
ASKS = """
while read line; do
    curl -sS -m 5 -o /dev/null -w '%{http_code} ' "http://169.254.170.2$AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"
    curl -sS -m 5 -o /dev/null -w '%{http_code}\n' https://sts.ap-northeast-1.amazonaws.com/
done
"""


def asking(place: Place) -> subprocess.Popen:
    return place.start(
        "sh", "-c", f"echo in; {ASKS}", stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )


def asks(visit: subprocess.Popen) -> str:
    visit.stdin.write("go\n")
    visit.stdin.flush()
    return visit.stdout.readline()


def test_a_killed_server_is_followed_by_another(batch):
    """Visits go to it, and it ends with the last of them."""
    visits = [asking(batch), asking(batch)]
    for visit in visits:
        assert visit.stdout.readline() == "in\n"
    told = [[], []]
    for _ in range(2):
        answers = [asks(visit) for visit in visits]
        (server,) = servers(batch)
        os.kill(server, signal.SIGKILL)
        for visit, lines in zip(visits, told, strict=True):
            lines += [visit.stderr.readline(), visit.stderr.readline()]
        assert [asks(visit) for visit in visits] == answers == ["200 403\n"] * 2
    assert batch.run("true").returncode == 0
    for visit, lines in zip(visits, told, strict=True):
        _, rest = visit.communicate(timeout=30)
        assert visit.returncode == 0
        assert lines + rest.splitlines() == [
            "rolecall: the world's server has ended; beginning another\n",
            "rolecall: the world's server is there again\n",
        ] * 2
    settle(batch)


def test_a_data_directory_that_is_removed_is_made_anew(batch):
    """With another authority: whoever is inside already trusts it from then on."""
    script = """
echo in
while read line; do
  for ca in "$SSL_CERT_FILE" /etc/ssl/certs/ca-certificates.crt; do
    env -i curl -s -m 5 -o /dev/null -w '%{http_code} ' --cacert $ca https://sts.amazonaws.com/
  done
  echo
done
"""
    visit = batch.start("sh", "-c", script, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert visit.stdout.readline() == "in\n"
    assert asks(visit) == "403 403 \n"
    (server,) = servers(batch)
    before = (batch.data / "tls/ca.pem").read_text()
    shutil.rmtree(batch.data)
    os.kill(server, signal.SIGKILL)
    while "is there again" not in visit.stderr.readline():
        pass
    assert (batch.data / "tls/ca.pem").read_text() != before
    until = time.monotonic() + 10
    while (said := asks(visit)) != "403 403 \n":
        assert time.monotonic() < until, said
    visit.communicate(timeout=20)
    assert visit.returncode == 0
    settle(batch)


def test_an_outage_goes_on_at_the_next_server(tmp_path):
    place = Place(tmp_path / "home", EXAMPLES / "story-3", "us-west-2")
    visit = place.start("sh", "-c", "echo in; read line", stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                        text=True)
    assert visit.stdout.readline() == "in\n"
    (name,) = (outage["name"] for outage in json.loads(place.verb("outage", "list", "--json"))["outages"])
    place.verb("outage", "on", name)
    before = place.verb("outage", "list")
    time.sleep(0.3)
    os.kill(servers(place)[0], signal.SIGKILL)
    while "is there again" not in visit.stderr.readline():
        pass
    assert place.verb("outage", "list") == before
    visit.communicate("\n", timeout=20)


def test_a_server_that_somebody_began_is_waited_for(batch, tmp_path):
    server = Server(tmp_path / "server", "--world", str(batch.world))
    place = Place(batch.home, batch.world, "batch-task", server.data)
    visit = asking(place)
    assert visit.stdout.readline() == "in\n"
    before = asks(visit)
    server.stop()
    assert visit.stderr.readline() == "rolecall: the world's server has ended; waiting for another\n"
    assert servers(place) == []
    server.start()
    assert visit.stderr.readline() == "rolecall: the world's server is there again\n"
    assert asks(visit) == before
    _, rest = visit.communicate(timeout=30)
    assert rest == ""
    server.stop()


def test_a_server_whose_beginner_is_killed_goes_too(batch):
    """Whenever it is killed: here before it has come to the server that it began."""
    assert batch.run("true").returncode == 0
    settle(batch)
    for milliseconds in range(2, 42):
        visit = batch.start("true", stdout=subprocess.DEVNULL)
        time.sleep(milliseconds / 1000)
        visit.kill()
        visit.wait()
        settle(batch)


def test_the_server_has_nothing_of_its_first_visitors(batch):
    """Neither its directory nor what it had open, or whoever waits for a pipe's end waits for the server's."""
    read, write = os.pipe()
    first = batch.start("sh", "-c", "echo in; read line", stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                        pass_fds=[write], cwd=batch.home, umask=0o077)
    os.close(write)
    assert first.stdout.readline() == "in\n"
    (server,) = servers(batch)
    assert os.readlink(f"/proc/{server}/cwd") == "/"
    assert "Umask:\t0022\n" in Path(f"/proc/{server}/status").read_text()
    second = asking(batch)
    assert second.stdout.readline() == "in\n"
    first.communicate("\n", timeout=20)
    ready, _, _ = select.select([read], [], [], 5)
    assert ready and os.read(read, 1) == b""
    os.close(read)
    second.communicate(timeout=20)
