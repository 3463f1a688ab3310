"""A person at a terminal: runs a command that may ask for a code, and types one."""

import fcntl
import os
import pty
import select
import subprocess
import termios
import time


class Terminal:
    """What a command wrote, and what it asked for."""

    def __init__(self, command: list, env: dict, answers: list, patience: float = 60):
        """Runs `command` to its end; each prompt it puts to its terminal is answered with the next of `answers`."""
        self.prompts = []
        answers = list(answers)
        person, terminal = pty.openpty()
        out, into = os.pipe()
        errors, into_errors = os.pipe()

        def own_terminal():
            os.setsid()
            fcntl.ioctl(terminal, termios.TIOCSCTTY, 0)

        process = subprocess.Popen(
            command, env=env, stdin=terminal, stdout=into, stderr=into_errors, preexec_fn=own_terminal,
            pass_fds=(terminal,),
        )
        for end in (terminal, into, into_errors):
            os.close(end)
        read = {person: b"", out: b"", errors: b""}
        open_ends, asked, deadline = set(read), 0, time.monotonic() + patience
        while open_ends:
            ready, _, _ = select.select(list(open_ends), [], [], max(0, deadline - time.monotonic()))
            if not ready:
                process.kill()
                raise AssertionError(f"{command} did not end; it had asked {read[person]!r}")
            for end in ready:
                try:
                    piece = os.read(end, 65536)
                except OSError:  # The last one to hold the terminal has closed it.
                    piece = b""
                read[end] += piece
                if not piece:
                    open_ends.discard(end)
            new = read[person][asked:]
            if new.endswith(b": "):
                self.prompts.append(new.decode().strip())
                asked = len(read[person])
                assert answers, f"{command} asked once more than expected: {self.prompts}"
                os.write(person, answers.pop(0).encode() + b"\n")
        self.status = process.wait()
        self.out, self.errors = read[out].decode(), read[errors].decode()
        os.close(person)
        os.close(out)
        os.close(errors)
