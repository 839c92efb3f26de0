"""A stand-in for services of AWS on a free port: each request goes to a function of the test, raw answers may misbehave."""
import socket
import threading
from typing import Callable, Dict, List, NamedTuple


class Request(NamedTuple):
    method: str
    target: str
    headers: Dict[str, str]  # names in lower case
    body: bytes


def http(body: str, status: int = 200, headers: str = "") -> bytes:
    data = body.encode()
    return f"HTTP/1.1 {status} X\r\nContent-Length: {len(data)}\r\n{headers}\r\n".encode() + data


class StandIn:
    """`answer(request)` gives the bytes to send (the connection is then closed if they say X-Close), pieces of them that are sent
    one by one, or None."""

    def __init__(self, answer: Callable[[Request], bytes]):
        self.answer = answer
        self.requests: List[Request] = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        self.accepting = threading.Thread(target=self._accept, daemon=True)
        self.accepting.start()

    def close(self) -> None:
        # The thread is out of accept() before its descriptor's number can become another listener's.
        self.listener.shutdown(socket.SHUT_RDWR)
        self.accepting.join()
        self.listener.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with connection, connection.makefile("rb") as stream:
            while True:
                request = self._read(stream)
                if request is None:
                    return
                self.requests.append(request)
                data = self.answer(request)
                if data is None:
                    return
                pieces = [data] if isinstance(data, bytes) else data
                try:
                    for piece in pieces:
                        connection.sendall(piece)
                except OSError:
                    return  # The client has had enough.
                if isinstance(data, bytes) and b"X-Close" in data:
                    return

    @staticmethod
    def _read(stream):
        line = stream.readline().decode()
        if not line:
            return None
        method, target, _ = line.split()
        headers = {}
        while True:
            field = stream.readline().decode().rstrip("\r\n")
            if not field:
                break
            name, _, value = field.partition(":")
            headers[name.lower()] = value.strip()
        return Request(method, target, headers, stream.read(int(headers.get("content-length", "0"))))
