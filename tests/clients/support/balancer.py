"""A load balancer in small: passes connections on, and writes before each whose it is.

The header is of version 2 of the PROXY protocol (HAProxy, proxy-protocol.txt, section 2.2), with the VPC endpoint's id
as Network Load Balancers write it (Elastic Load Balancing, User Guide for Network Load Balancers, "Proxy protocol").
"""

import ipaddress
import socket
import struct
import threading

SIGNATURE = b"\r\n\r\n\0\r\nQUIT\n"
LOCAL = SIGNATURE + b"\x20\x00\x00\x00"


def header(source: str, destination: str = "10.0.9.9", endpoint: str | None = None) -> bytes:
    """What is written for a connection from `source`, through `endpoint` where one is named."""
    ends = [ipaddress.ip_address(end) for end in (source, destination)]
    body = b"".join(end.packed for end in ends) + struct.pack("!HH", 50000, 443)
    if endpoint:
        value = b"\x01" + endpoint.encode()
        body += struct.pack("!BH", 0xEA, len(value)) + value
    family = 0x11 if ends[0].version == 4 else 0x21
    return SIGNATURE + struct.pack("!BBH", 0x21, family, len(body)) + body


class Balancer:
    """A port of its own that leads to another one of this machine, the same bytes before every connection."""

    def __init__(self, port: int, first: bytes, source: str = "127.0.0.1"):
        self._to, self._first, self._source = port, first, source
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self._to), source_address=(self._source, 0))
            server.sendall(self._first)
            for ends in ((client, server), (server, client)):
                threading.Thread(target=_pass_on, args=ends, daemon=True).start()


def _pass_on(source, sink) -> None:
    try:
        while data := source.recv(65536):
            sink.sendall(data)
    except OSError:
        pass
    try:
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        pass
