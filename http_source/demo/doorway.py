"""A known port in front of a server whose port nobody can choose, such as librdkafka's in-memory Kafka.

Kafka's clients need it for their first question only: the answer says where the broker itself is.
"""

import asyncio
import socket
import threading
from contextlib import suppress

_CHUNK_BYTES = 65_536


def open_doorway(port: int, target: str) -> None:
    """Forward each connection to 127.0.0.1:`port` to `target`, host:port, as long as the process lives; raises OSError for a taken port."""
    host, _, number = target.rpartition(":")
    door = socket.create_server(("127.0.0.1", port))
    loop = asyncio.new_event_loop()

    async def forward(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with suppress(OSError):
                inner_reader, inner_writer = await asyncio.open_connection(host, int(number))
                await asyncio.gather(_copy(reader, inner_writer), _copy(inner_reader, writer))
        finally:
            # A client whose connection stays open waits for its own time-out.
            writer.close()

    loop.run_until_complete(asyncio.start_server(forward, sock=door))
    threading.Thread(target=loop.run_forever, daemon=True).start()


async def _copy(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    """Write what comes until there is no more, or either side is gone."""
    with suppress(OSError):
        while part := await source.read(_CHUNK_BYTES):
            target.write(part)
            await target.drain()
    target.close()
