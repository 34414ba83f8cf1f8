"""A client that opens a connection per request, adds nothing, and never raises."""
import asyncio
import time

from origin import read_chunks

MAX_CONNECTIONS = 64
WITH_BODY = ('POST', 'PUT', 'PATCH')
BODY = b'a=1'
BODY_HEADERS = [['Content-Type', 'application/x-www-form-urlencoded'], ['Content-Length', str(len(BODY))]]
BASE_HEADERS = [['Host', 'oracle.test'], ['User-Agent', 'oracle/1'], ['Accept', '*/*'], ['Accept-Encoding', 'gzip']]


def with_base(headers):
    """A whole set of request headers: the base ones, save those that are given."""
    given = {name.lower() for name, _ in headers}
    return [line for line in BASE_HEADERS if line[0].lower() not in given] + [list(line) for line in headers]


class Answer:
    """What came back: `error` or `status`, `headers` (lower case, first value of each), and when it was sent and complete."""

    def __init__(self):
        self.sent, self.complete = time.monotonic(), None
        self.error, self.status, self.headers = None, None, {}

    @property
    def serial(self):
        """The number of the origin's answer that this is a copy of."""
        serial = self.headers.get('x-serial', '')
        return int(serial) if serial.isdigit() else None


class Client:
    def __init__(self, port, connections=MAX_CONNECTIONS):
        self.port, self.free = port, asyncio.Semaphore(connections)

    async def get(self, method, path, headers, timeout=12):
        async with self.free:
            answer = Answer()
            try:
                await asyncio.wait_for(self.exchange(answer, method, path, headers), timeout)
            except Exception as error:
                answer.error = type(error).__name__
            answer.complete = time.monotonic()
            return answer

    async def warm_up(self, pause):
        """Asks until the cache reaches the origin: some mark it dead when they start before it."""
        for i in range(60):
            answer = await self.get('GET', f'/warm/{i}', BASE_HEADERS, timeout=3)
            if answer.status == 404 and i >= 3:
                return
            await asyncio.sleep(pause)

    async def exchange(self, answer, method, path, headers):
        reader, writer = await asyncio.open_connection('127.0.0.1', self.port)
        try:
            body = BODY if method in WITH_BODY else b''
            lines = list(headers) + (BODY_HEADERS if body else [])
            answer.sent = time.monotonic()      # a request that waits for its connection has not come yet
            text = f'{method} {path} HTTP/1.1\r\n' + ''.join(f'{name}: {value}\r\n' for name, value in lines) + '\r\n'
            writer.write(text.encode('latin1') + body)
            await read_answer(reader, answer, method)
        finally:
            writer.close()


async def read_answer(reader, answer, method):
    while True:
        lines = (await reader.readuntil(b'\r\n\r\n')).decode('latin1').split('\r\n')
        answer.status = int(lines[0].split(' ')[1])
        if answer.status >= 200 or answer.status == 101:
            break
    for line in lines[1:]:
        if ':' in line:
            name, value = line.split(':', 1)
            answer.headers.setdefault(name.strip().lower(), value.strip())
    if method == 'HEAD' or answer.status in (204, 304):
        return
    if 'chunked' in answer.headers.get('transfer-encoding', '').lower():
        await read_chunks(reader)
    elif 'content-length' in answer.headers:
        await reader.readexactly(int(answer.headers['content-length']))
    else:
        await reader.read()
