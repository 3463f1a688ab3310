"""The server under test, as a process."""

import configparser
import os
import queue
import signal
import subprocess
import threading
from pathlib import Path

#: Seconds a start may take; the longest is the one that reads the whole log of a killed server.
START_SECONDS = 30

WORLDS = Path(__file__).parent.parent / "worlds"


class Server:
    """`rolecall serve` on a data directory and a port of its own."""

    def __init__(self, home: Path, *options: str, data: Path | None = None, listen: str = "127.0.0.1:0"):
        self.home = home
        self.options = options
        self.data = data or home / "data"
        self.listen = listen
        self.process = None
        self.start()

    def start(self) -> "Server":
        command = [binary(), "serve", "--data", str(self.data), "--listen", self.listen, *self.options]
        self.home.mkdir(parents=True, exist_ok=True)
        with open(self.home / "serve.log", "ab") as log:
            self.process = subprocess.Popen(
                command, env=environment(self.home), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log
            )
        lines = queue.SimpleQueue()
        threading.Thread(target=_pass_on, args=(self.process.stdout, lines), daemon=True).start()
        try:
            line = lines.get(timeout=START_SECONDS)
        except queue.Empty:
            line = None
        if line is None or not line.startswith("ready http://"):
            self.kill()
            raise AssertionError(f"the server did not come up: {line!r}\n{self.log()}")
        self.host, _, port = line.removeprefix("ready http://").strip().rpartition(":")
        self.port = int(port)
        return self

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"

    @property
    def pid(self) -> int:
        return self.process.pid

    def at(self, name: str) -> str:
        """The URL that names the server as an endpoint, such as `sts.eu-west-1.localhost`."""
        return f"http://{name}:{self.port}"

    def log(self) -> str:
        """The end of what the server logged."""
        text = (self.home / "serve.log").read_text(errors="replace")
        return text[-4000:]

    def keys(self, profile: str = "default") -> dict:
        """A profile of the credentials file that the server wrote."""
        found = configparser.RawConfigParser()
        found.read(self.data / "credentials")
        return {
            "AccessKeyId": found[profile]["aws_access_key_id"],
            "SecretAccessKey": found[profile]["aws_secret_access_key"],
        }

    def memory(self) -> int:
        """The most memory the process ever held, in bytes."""
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
        raise AssertionError("the kernel does not tell VmHWM")

    def alive(self) -> bool:
        return self.process.poll() is None

    def stop(self) -> int:
        """Asks the server to stop; its exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=START_SECONDS)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


def _pass_on(stream, lines) -> None:
    for line in stream:
        lines.put(line.decode(errors="replace"))
    lines.put(None)


def binary() -> str:
    return os.environ["ROLECALL_BIN"]


def environment(home: Path, **more: str) -> dict:
    """An environment that holds nothing of the user's: no credentials, no configuration, no proxy."""
    return {
        "HOME": str(home),
        "PATH": os.environ["PATH"],
        "LANG": "C.UTF-8",
        "AWS_EC2_METADATA_DISABLED": "true",
        "PYTHONDONTWRITEBYTECODE": "1",
        "RUST_BACKTRACE": "1",
        **more,
    }
