"""Connections by the thousand that never come to an end, from a process of their own.

`python flood.py HOST PORT COUNT MODE` opens them, prints `open N` and holds them until its standard input closes.
"""

import resource
import selectors
import socket
import subprocess
import sys
import time

#: What each connection sends before it falls silent.
MODES = {
    "silent": lambda: b"",
    "half-a-header": lambda: b"POST / HTTP/1.1\r\nHost: sts.amazonaws.com\r\nAuthorization: AWS4-HMAC",
    "headers-without-end": lambda: b"POST / HTTP/1.1\r\nHost: sts.amazonaws.com\r\n" + b"X-A: %s\r\n" % (b"a" * 480) * 31,
    "half-a-body": lambda: b"POST / HTTP/1.1\r\nHost: sts.amazonaws.com\r\nContent-Length: 900\r\n\r\n" + b"a" * 400,
    "a-body-that-lacks-a-byte": lambda: b"POST / HTTP/1.1\r\nHost: sts.amazonaws.com\r\nContent-Length: 1048576\r\n\r\n"
    + b"a" * 1048575,
}


class Flood:
    """A flood under way."""

    def __init__(self, server, count: int, mode: str):
        command = [sys.executable, __file__, server.host, str(server.port), str(count), mode]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline().split()
        assert line[:1] == ["open"], f"the flood did not rise: {line}"
        self.open = int(line[1])

    def end(self) -> None:
        self.process.stdin.close()
        self.process.wait(timeout=60)

    def __enter__(self) -> "Flood":
        return self

    def __exit__(self, *_) -> None:
        self.end()


def room() -> int:
    """How many connections a process may hold, up to ten thousand; asks the system for all it gives."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    return min(10_000, most - 500)


def main() -> None:
    host, port, count, mode = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
    room()
    prefix, watched, held = MODES[mode](), selectors.DefaultSelector(), []
    for _ in range(count):
        line = socket.create_connection((host, port), timeout=30)
        line.setblocking(False)
        held.append(line)
        if prefix:
            watched.register(line, selectors.EVENT_WRITE, [line, 0])
    # Whoever does not take what is sent to it within this time is left as it is.
    deadline = time.monotonic() + 20
    while watched.get_map() and time.monotonic() < deadline:
        for key, _ in watched.select(timeout=1):
            line, sent = key.data
            try:
                key.data[1] = sent + line.send(prefix[sent : sent + 262144])
            except BlockingIOError:
                continue
            except OSError:
                watched.unregister(line)
                continue
            if key.data[1] == len(prefix):
                watched.unregister(line)
    print("open", len(held), flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
