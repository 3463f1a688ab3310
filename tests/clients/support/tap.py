"""A tap on a line: passes bytes on, both ways, and reads what TLS agrees on from what the server says in the clear.

A test lays it between a client and the server, so that what a record tells of a connection can be held against the
connection itself. A ServerHello is never encrypted, in TLS 1.2 (RFC 5246, 7.4.1.3) and 1.3 (RFC 8446, 4.1.3).
"""

import socket
import struct
import threading

VERSIONS = {0x0303: "TLSv1.2", 0x0304: "TLSv1.3"}

#: The names of IANA's registry of TLS parameters.
SUITES = {
    0x1301: "TLS_AES_128_GCM_SHA256",
    0x1302: "TLS_AES_256_GCM_SHA384",
    0x1303: "TLS_CHACHA20_POLY1305_SHA256",
    0xC02B: "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
    0xC02C: "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
    0xCCA9: "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
}
GROUPS = {0x0017: "SECP256R1", 0x0018: "SECP384R1", 0x001D: "X25519", 0x11EC: "X25519MLKEM768"}

_HANDSHAKE, _SERVER_HELLO, _SERVER_KEY_EXCHANGE = 22, 2, 12
_SUPPORTED_VERSIONS, _KEY_SHARE = 43, 51


class Tap:
    """A port of its own that leads to another one of this machine."""

    def __init__(self, port: int):
        self._to = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        #: What was agreed on, a document per connection: `tlsVersion`, `cipherSuite`, `keyExchange`.
        self.agreed = []
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self._to))
            agreed = {}
            self.agreed.append(agreed)
            threading.Thread(target=_pass_on, args=(client, server), daemon=True).start()
            threading.Thread(target=_pass_on, args=(server, client, _Reader(agreed)), daemon=True).start()


def _pass_on(source, sink, reader=None) -> None:
    try:
        while data := source.recv(65536):
            # Read before it is passed on: whoever has the answer may look at once.
            if reader:
                reader.read(data)
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        pass


class _Reader:
    """Follows one side of a connection as far as it is in the clear."""

    def __init__(self, agreed: dict):
        self.agreed, self.records, self.messages, self.done = agreed, b"", b"", False

    def read(self, data: bytes) -> None:
        self.records += b"" if self.done else data
        while not self.done and len(self.records) >= 5:
            kind, _, length = struct.unpack("!BHH", self.records[:5])
            if len(self.records) < 5 + length:
                return
            body, self.records = self.records[5:5 + length], self.records[5 + length:]
            # What follows the first record of another kind is encrypted.
            self.done = kind != _HANDSHAKE
            if kind == _HANDSHAKE:
                self.messages += body
                self._messages()

    def _messages(self) -> None:
        while len(self.messages) >= 4:
            kind, length = self.messages[0], int.from_bytes(self.messages[1:4], "big")
            if len(self.messages) < 4 + length:
                return
            body, self.messages = self.messages[4:4 + length], self.messages[4 + length:]
            if kind == _SERVER_HELLO:
                self._hello(body)
            elif kind == _SERVER_KEY_EXCHANGE:
                # A named curve: RFC 8422, 5.4.
                self.agreed["keyExchange"] = GROUPS[struct.unpack("!H", body[1:3])[0]]

    def _hello(self, body: bytes) -> None:
        version = struct.unpack("!H", body[:2])[0]
        at = 35 + body[34]
        self.agreed["cipherSuite"] = SUITES[struct.unpack("!H", body[at:at + 2])[0]]
        at += 5
        while at + 4 <= len(body):
            kind, length = struct.unpack("!HH", body[at:at + 4])
            value, at = body[at + 4:at + 4 + length], at + 4 + length
            if kind == _SUPPORTED_VERSIONS:
                version = struct.unpack("!H", value)[0]
            elif kind == _KEY_SHARE:
                self.agreed["keyExchange"] = GROUPS[struct.unpack("!H", value[:2])[0]]
        self.agreed["tlsVersion"] = VERSIONS[version]
