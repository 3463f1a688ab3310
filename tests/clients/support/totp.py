"""One-time codes as an MFA device shows them (RFC 6238: SHA-1, six digits, steps of 30 seconds)."""

import base64
import hashlib
import hmac
import struct
import time


def code(seed: str, step: int | None = None) -> str:
    """The six digits of a step, by default of the present one. `seed` is base 32."""
    if step is None:
        step = present_step()
    key = base64.b32decode(seed + "=" * (-len(seed) % 8))
    tag = hmac.new(key, struct.pack(">q", step), hashlib.sha1).digest()
    offset = tag[-1] & 15
    word = struct.unpack(">I", tag[offset : offset + 4])[0] & 0x7FFFFFFF
    return f"{word % 1_000_000:06d}"


def present_step() -> int:
    return int(time.time()) // 30
