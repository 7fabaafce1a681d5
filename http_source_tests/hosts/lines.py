"""Lines between networks: every connection of a host leads through this process, which lets bytes pass, holds them or cuts it off.

What is held stays open and silent, as behind a switch that is down; what is cut is closed, as by a server that is stopped.
"""

import asyncio
import socket
import threading
from asyncio import StreamReader, StreamWriter
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, NamedTuple, Self

Network = Callable[[], socket.socket]
"""Makes a socket in it."""

LOOPBACK = "127.0.0.1"


class End(NamedTuple):
    """A port on the loopback address of a network."""

    network: Network
    port: int


class Line:
    """What listens at one end and leads to the other.

    Attributes:
        port: where it listens.
        to: where new connections lead; without one they are closed.
    """

    def __init__(self, listener: socket.socket, to: End | None) -> None:
        self.port = int(listener.getsockname()[1])
        self.to = to
        self._listener = listener
        self._passes = asyncio.Event()
        self._passes.set()
        self._is_cut = False
        self._writers: set[StreamWriter] = set()

    async def open(self) -> None:
        self._server = await asyncio.start_server(self._accept, sock=self._listener)

    async def close(self) -> None:
        self._server.close()
        await self.let("cut")

    async def let(self, what: str) -> None:
        """`pass`, `hold` or `cut`."""
        self._is_cut = what == "cut"
        (self._passes.clear if what == "hold" else self._passes.set)()
        if self._is_cut:
            for each in self._writers:
                each.transport.abort()

    async def _accept(self, reader: StreamReader, writer: StreamWriter) -> None:
        ends = [writer]
        self._writers.add(writer)
        with suppress(OSError):
            await self._connect(reader, ends)
        for each in ends:
            each.transport.abort()
            self._writers.discard(each)

    async def _connect(self, reader: StreamReader, ends: list[StreamWriter]) -> None:
        await self._passes.wait()
        if self._is_cut or not self.to:
            return
        far_reader, far_writer = await _dial(self.to)
        ends.append(far_writer)
        self._writers.add(far_writer)
        with suppress(ExceptionGroup):
            async with asyncio.TaskGroup() as both:
                both.create_task(self._carry(reader, far_writer))
                both.create_task(self._carry(far_reader, ends[0]))

    async def _carry(self, reader: StreamReader, writer: StreamWriter) -> None:
        while data := await reader.read(65_536):
            await self._passes.wait()
            writer.write(data)
            await writer.drain()
        await self._passes.wait()
        writer.write_eof()


class Switchboard:
    """Runs lines, in a thread of its own, until it is left."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._lines: list[Line] = []

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._call(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def line(self, listen: End, to: End | None) -> Line:
        """A new line. Port 0 is a free one."""
        listener = listen.network()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((LOOPBACK, listen.port))
        line = Line(listener, to)
        self._call(line.open())
        self._lines.append(line)
        return line

    def let(self, what: str, *lines: Line) -> None:
        """`pass`, `hold` or `cut` all of them."""
        for line in lines:
            self._call(line.let(what))

    def _call(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result()

    async def _end(self) -> None:
        for line in self._lines:
            await line.close()
        if left := asyncio.all_tasks() - {asyncio.current_task()}:
            await asyncio.wait(left, timeout=5)


def here() -> socket.socket:
    """A socket in the network of this process."""
    return socket.socket()


async def _dial(end: End) -> tuple[StreamReader, StreamWriter]:
    connection = end.network()
    try:
        connection.setblocking(False)  # noqa: FBT003 - the parameter has no name
        await asyncio.get_running_loop().sock_connect(connection, (LOOPBACK, end.port))
    except OSError:
        connection.close()
        raise
    return await asyncio.open_connection(sock=connection)
