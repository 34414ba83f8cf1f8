"""The origin: answers each URL with the response of one exchange, and notes what it was asked."""
import asyncio
import gzip
import time

from dates import header_value

CONDITIONS = ('if-none-match', 'if-modified-since', 'if-match', 'if-range')
NOTED = ('range', 'cookie', 'authorization', 'cache-control', 'pragma')
REFETCH_DELAY = 0.025       # later answers take this long, so that "answered before the origin was done" can be seen
NOT_FOUND = b'HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nCache-Control: no-store\r\n\r\n'


def is_condition(name):
    return name.lower().startswith('if-')


class Page:
    """What the origin does for one URL, and what it saw there.

    `delays`: how long the first, second ... answer takes; the last counts for all that follow.
    `log`: one dict per request: n(umber), t(ime), m(ethod), ver(sion), s(tatus sent), done (when), cond(itions) and
    the headers in `NOTED`.
    """

    def __init__(self, exchange, delays=(0, REFETCH_DELAY)):
        self.exchange, self.delays, self.log = exchange, delays, []
        self.epoch = None                   # the first answer's second: a Last-Modified stays what it was
        self.arrived = asyncio.Event()

    def answered_at(self, default):
        """When the first answer was out."""
        return self.log[0].get('done', default) if self.log else default


class Origin:
    """Pages by path, or by what X-Page in a request says."""

    def __init__(self):
        self.pages = {}

    async def serve(self, port):
        self.server = await asyncio.start_server(self.connection, '127.0.0.1', port, backlog=512)

    def close(self):
        self.server.close()

    async def connection(self, reader, writer):
        try:
            while await self.request(reader, writer):
                pass
        except (asyncio.IncompleteReadError, ConnectionError, ValueError, IndexError, asyncio.LimitOverrunError, asyncio.CancelledError):
            pass                            # the cache hung up, or the run is over
        finally:
            try:
                writer.close()
            except Exception:
                pass

    async def request(self, reader, writer):
        """Answers one request; true where the connection may carry another."""
        method, target, version, headers = await read_request(reader)
        page = self.pages.get(headers.get('x-page') or target.split('?')[0])
        if page is None:
            writer.write(NOT_FOUND)
            await writer.drain()
            return True
        if not await answer(page, method, target, version, headers, writer):
            return False
        connection = headers.get('connection', '').lower()
        return connection != 'close' and (version != 'HTTP/1.0' or connection == 'keep-alive')


async def read_request(reader):
    """Method, target, version and the first value of each header; the body is read and dropped."""
    lines = (await reader.readuntil(b'\r\n\r\n')).decode('latin1').split('\r\n')
    method, target, version = lines[0].split(' ', 2)
    headers = {}
    for line in lines[1:]:
        if ':' in line:
            name, value = line.split(':', 1)
            headers.setdefault(name.strip().lower(), value.strip())
    if headers.get('transfer-encoding', '').lower() == 'chunked':
        await read_chunks(reader)
    elif headers.get('content-length', '0') not in ('0', ''):
        await reader.readexactly(int(headers['content-length']))
    if target.startswith('http://'):
        target = '/' + target.split('/', 3)[3]
    return method, target, version, headers


async def read_chunks(reader):
    body = b''
    while True:
        size = int((await reader.readline()).split(b';')[0], 16)
        body += (await reader.readexactly(size + 2))[:-2]
        if size == 0:
            return body


async def answer(page, method, target, version, headers, writer):
    """Sends the page's response, or 304 to a condition that holds; true where the connection stays open."""
    entry = note(page, method, version, headers)
    delay = page.delays[min(entry['n'], len(page.delays)) - 1]
    if delay:
        await asyncio.sleep(delay)
    now = time.time()
    if page.epoch is None:
        page.epoch = int(now)
    unchanged = is_unchanged(page, method, headers)
    lines = header_lines(page, target, now, unchanged)
    if unchanged:
        entry['s'] = 304
        data, keep = head(page, '304 Not Modified', lines), True
    else:
        entry['s'] = page.exchange['res']['status']
        data, keep = full_response(page, method, version, entry['n'], lines)
    writer.write(data)
    await writer.drain()
    entry['done'] = time.monotonic()
    return keep


def note(page, method, version, headers):
    entry = {'n': len(page.log) + 1, 't': time.monotonic(), 'm': method, 'ver': version}
    conditions = [name for name in CONDITIONS if name in headers]
    if conditions:
        entry['cond'] = {name: headers[name] for name in conditions}
    entry.update({name: headers[name] for name in NOTED if name in headers})
    page.log.append(entry)
    page.arrived.set()
    return entry


def is_unchanged(page, method, headers):
    """True where a condition that the cache added asks for what is there. The client's own ones are answered in full."""
    response = page.exchange['res']
    if response['status'] != 200 or method not in ('GET', 'HEAD'):
        return False
    if any(is_condition(name) for name, _ in page.exchange['req']['headers']):
        return False
    own = {name.lower(): value for name, value in response['headers']}
    if 'if-none-match' in headers:
        etag = own.get('etag')
        return etag is not None and str(etag).replace('W/', '').strip('"') in headers['if-none-match']
    if 'if-modified-since' in headers and isinstance(own.get('last-modified'), dict):
        return headers['if-modified-since'] == header_value(own['last-modified'], page.epoch)
    return False


def header_lines(page, target, now, unchanged):
    lines, names = [], set()
    for name, value in page.exchange['res']['headers']:
        names.add(name.lower())
        if value is None:
            continue
        if unchanged and name.lower() in ('content-encoding', 'content-range', 'set-cookie'):
            continue
        if isinstance(value, dict):
            value = header_value(value, page.epoch if name.lower() == 'last-modified' else int(now))
        elif value == 'SELF':
            value = target
        lines.append(f'{name}: {value}')
    if 'date' not in names:
        lines.insert(0, 'Date: ' + header_value({'now': 0}, now))
    return lines


def head(page, status, lines):
    version = page.exchange['res'].get('version', '1.1')
    return (f'HTTP/{version} {status}\r\n' + '\r\n'.join(lines) + '\r\n\r\n').encode('latin1')


def full_response(page, method, request_version, number, lines):
    """The bytes, and whether the connection stays open. `X-Serial` tells one answer from another."""
    response = page.exchange['res']
    status, old = response['status'], response.get('version') == '1.0'
    body = (f'serial={number} id={page.exchange["id"]} ' + 'x' * 60)[:100].ljust(100, '.').encode()
    if any(name.lower() == 'content-encoding' and value == 'gzip' for name, value in response['headers']):
        body = gzip.compress(body, mtime=0)
    if status == 206:
        body = body[:10]
    if response['framing'] == 'empty':
        body = b''
    lines.append(f'X-Serial: {number}')
    framing = response['framing']
    if framing == 'chunked' and (request_version == 'HTTP/1.0' or old):
        framing = 'close'
    keep = not old
    if status not in (204, 304):
        lines.append('Content-Type: text/plain')
        if framing in ('length', 'empty'):
            lines.append(f'Content-Length: {len(body)}')
        elif framing == 'chunked':
            lines.append('Transfer-Encoding: chunked')
        else:
            lines.append('Connection: close')
            keep = False
    data = head(page, f'{status} X', lines)
    if method != 'HEAD' and status >= 200 and status not in (204, 304):
        data += b'%x\r\n%s\r\n0\r\n\r\n' % (len(body), body) if framing == 'chunked' else body
    return data, keep
