#!/usr/bin/env -S python3 -B
"""Whole lives: random sequences of requests for one URL, recorded on real caches, and played through `storable proxy`.

A sequence is one line of JSON, as `tests/sequences/README.md` describes it. Every sequence is played twice; what
differs between the plays is left out (null), with all that follows on it. Lifetimes are 2 s or a minute and waits
0.06 or 3.5 s, so that no answer hangs on a fraction of a second.
"""
import argparse
import asyncio
import collections
import gzip
import hashlib
import json
import random
import shlex
import subprocess
import sys
import time

import caches
import places
from client import Answer, Client
from dates import header_value
from origin import Origin, read_request
from signals import exit_on_terminate

SET_UPS = ('haproxy', 'nginx', 'nginx-revalidate', 'varnish', 'squid', 'ats', 'httpd')
AT_ONCE = 60
SETTLE = 0.12               # a fetch behind a stale answer belongs to the step that set it off
LONG, SHORT = 3.5, 0.06
FLOOR = 99.5                # per cent of the steps of each set-up

OLD, NEW = 'Mon, 19 Oct 2020 12:00:00 GMT', 'Mon, 19 Oct 2026 12:00:00 GMT'
FUTURE = 'Mon, 19 Oct 2036 12:00:00 GMT'
CONTROLS = (
    ['max-age=60'] * 8 + ['max-age=2'] * 8 + [None] * 2
    + ['max-age=2, must-revalidate', 'max-age=2, stale-while-revalidate=60', 'max-age=2, stale-if-error=60', 's-maxage=2',
       's-maxage=2, max-age=60', 'max-age=2, s-maxage=60', 'no-cache', 'max-age=0', 'public, max-age=60', 'public',
       'private, max-age=60', 'no-store', 'max-age=60, no-cache="set-cookie"', 'max-age=60, private="x-u"',
       'max-age=2, proxy-revalidate', 'max-age=60, must-revalidate', 'public, max-age=2', 'max-age=60, no-transform'])
RENEWING_CONTROLS = ('max-age=60', 'max-age=2', 'no-cache', 'private', 'no-store', 'max-age=60, must-revalidate')
STATUSES = [200] * 16 + [404, 404, 301, 410, 503, 204, 203, 300]
FAILURES = (500, 502, 503, 504, 404)
TAGS = ['"a"'] * 5 + ['W/"a"'] * 2 + [None] * 4
OTHER_TAGS = ('"b"', '"c"', None)
VARIES = ([None] * 10 + ['Accept-Encoding'] * 3 + ['X-U'] * 2
          + ['Cookie', 'Accept-Language', 'X-U, Accept-Language', '*', 'User-Agent'])
UNSAFE = ('POST', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS')
FIELDS = (('Cookie', 'uid=1'), ('Cookie', 'uid=2'), ('Authorization', 'Basic YTpi'), ('Authorization', 'Basic Yjpj'),
          ('Accept-Encoding', 'gzip'), ('Accept-Encoding', 'br'), ('Accept-Encoding', 'gzip, br'), ('Accept-Encoding', 'identity'),
          ('Accept-Language', 'en'), ('Accept-Language', 'de'), ('X-U', '1'), ('X-U', '2'), ('X-U', ''), ('User-Agent', 'other/2'))
WISHES = (*(('Cache-Control', value) for value in (
    'no-cache', 'max-age=0', 'max-age=30', 'no-store', 'only-if-cached', 'max-stale', 'max-stale=5', 'max-stale=100',
    'min-fresh=30', 'min-fresh=100', 'max-age=100')), ('Pragma', 'no-cache'))
CONDITIONS = (*(('If-None-Match', value) for value in ('"a"', 'W/"a"', '"b"', '*', '"x", "a"')), ('If-Modified-Since', OLD),
              ('If-Modified-Since', NEW), ('If-Match', '"a"'), ('If-Match', '"b"'), ('If-Unmodified-Since', OLD))
RANGES = (*((('Range', value),) for value in ('bytes=0-0', 'bytes=2-5', 'bytes=-3', 'bytes=5-', 'bytes=100-', 'bytes=0-1,4-5')),
          *((('Range', 'bytes=2-5'), ('If-Range', value)) for value in ('"a"', '"b"', OLD)))


class Dice(random.Random):
    def happens(self, probability):
        return self.random() < probability


def body(step):
    return f'body-{step}-0123456789'


def representation(dice, step, tags=TAGS):
    """What the origin has from a step on."""
    status, control = dice.choice(STATUSES), dice.choice(CONTROLS)
    lines = []
    if control:
        lines.append(['Cache-Control', control])
    elif dice.happens(0.5):
        lines.append(['Expires', dice.choice((FUTURE, OLD))])
    if tag := dice.choice(tags):
        lines.append(['ETag', tag])
    if dice.happens(0.4):
        lines.append(['Last-Modified', OLD])
    if vary := dice.choice(VARIES):
        lines.append(['Vary', vary])
    if vary == 'Accept-Encoding' and dice.happens(0.5):
        lines.append(['Content-Encoding', dice.choice(('gzip', 'br', 'identity'))])
    if dice.happens(0.12):
        lines.append(['Set-Cookie', f's={step}'])
    if dice.happens(0.06):
        lines.append(['Age', dice.choice(('0', '30', '100'))])
    if dice.happens(0.05):
        lines.append(['Content-Location', '/elsewhere'])
    lines.append(['Content-Type', 'text/plain'])
    renew = renewal(dice) if dice.happens(0.8) else None
    return {'status': status, 'headers': lines, 'body': '' if status == 204 else body(step), 'renew': renew}


def renewal(dice):
    """The fields of its 304."""
    lines = [] if dice.happens(0.5) else [['Cache-Control', dice.choice(RENEWING_CONTROLS)]]
    for probability, line in ((0.15, ['X-New', '1']), (0.08, ['Vary', 'X-U']), (0.08, ['Set-Cookie', 's=304'])):
        if dice.happens(probability):
            lines.append(line)
    return lines


def failure(dice, step):
    control = dice.choice(([], [['Cache-Control', 'max-age=60']], [['Cache-Control', 'no-store']]))
    return {'status': dice.choice(FAILURES), 'headers': [['Content-Type', 'text/plain'], *control], 'body': body(step), 'renew': None}


def request(dice, first):
    lines, kind = [], dice.random()
    method = 'HEAD' if kind < 0.07 else dice.choice(UNSAFE) if kind < 0.11 and not first else 'GET'
    for probability in (0.45, 0.12):
        if dice.happens(probability):
            lines.append(dice.choice(FIELDS))
    wish = dice.random()
    if method in ('GET', 'HEAD'):
        if wish < 0.12:
            lines.append(dice.choice(WISHES))
        elif wish < 0.2:
            lines.append(dice.choice(CONDITIONS))
        elif wish < 0.28 and method == 'GET':
            lines.extend(dice.choice(RANGES))
    return method, [list(line) for line in dict(reversed(lines)).items()]


def steps(dice):
    first = representation(dice, 0)
    long_waits = 0
    for step in range(dice.choice((2, 3, 3, 4, 4, 5))):
        method, lines = request(dice, first=step == 0)
        made = {'wait': 0, 'method': method, 'headers': lines}
        if step == 0:
            made['plan'] = first
        else:
            is_long = long_waits < 2 and dice.happens(0.4)
            made['wait'] = LONG if is_long else SHORT
            long_waits += is_long
            change = dice.random()
            if change < 0.22:
                made['plan'] = representation(dice, step, OTHER_TAGS)
            elif change < 0.3:
                made['plan'] = failure(dice, step)
            elif change < 0.33:
                made['plan'] = {'status': 200, 'headers': [], 'body': '', 'renew': None, 'close': True}
            elif change < 0.45:             # the same tags, another body: what is delivered shows whether it was asked for
                made['plan'] = dict(first, body=body(step) if first['body'] else '')
        yield made


def sequences(seed, number):
    dice = Dice(seed)
    for _ in range(number):
        made = list(steps(dice))
        yield {'id': hashlib.sha256(json.dumps(made, sort_keys=True).encode()).hexdigest()[:12], 'steps': made}


def weak(tag):
    return tag.removeprefix('W/')


class Script(Origin):
    """The origin of the sequences: `pages` holds what it has at a path, `asked` what it was asked there."""

    def __init__(self):
        super().__init__()
        self.asked = collections.defaultdict(list)

    async def request(self, reader, writer):
        method, path, _, fields = await read_request(reader)
        self.asked[path].append(fields)
        plan = self.pages.get(path, {'status': 404, 'headers': [], 'body': 'none', 'renew': None})
        if plan.get('close'):
            return False
        status, lines, content = plan['status'], list(plan['headers']), plan['body']
        own = {name.lower(): value for name, value in lines}
        if plan['renew'] is not None and method in ('GET', 'HEAD') and holds(fields, own):
            status, lines, content = 304, list(plan['renew']), ''
            lines += [['ETag', own['etag']]] if 'etag' in own else []
        if not any(name.lower() == 'date' for name, _ in lines):
            lines.append(['Date', header_value({'now': 0}, time.time())])
        if status not in (204, 304):
            lines.append(['Content-Length', len(content)])
        head = f'HTTP/1.1 {status} X\r\n' + ''.join(f'{name}: {value}\r\n' for name, value in lines) + '\r\n'
        writer.write((head + ('' if method == 'HEAD' or status in (204, 304) else content)).encode('latin1'))
        await writer.drain()
        return fields.get('connection', '').lower() != 'close'


def holds(fields, own):
    """Whether a condition asks for what the origin has."""
    if 'if-none-match' in fields:
        return 'etag' in own and weak(own['etag']) in (weak(one.strip()) for one in fields['if-none-match'].split(','))
    return fields.get('if-modified-since') is not None and fields['if-modified-since'] == own.get('last-modified')


class Content(Answer):
    """An answer with its content."""
    body = b''


class Reader(Client):
    """A client that keeps what it is sent. The connection goes with each answer, which ends what has no length."""

    async def exchange(self, answer, method, path, lines):
        reader, writer = await asyncio.open_connection('127.0.0.1', self.port)
        try:
            content = b'x=1' if method in ('POST', 'PUT', 'PATCH') else b''
            fields = [['Host', 'oracle.test'], *lines, ['Connection', 'close']]
            fields += [['Content-Length', len(content)]] if content else []
            text = f'{method} {path} HTTP/1.1\r\n' + ''.join(f'{name}: {value}\r\n' for name, value in fields) + '\r\n'
            writer.write(text.encode('latin1') + content)
            head, _, answer.body = (await reader.read()).partition(b'\r\n\r\n')
            while head.startswith(b'HTTP/1.1 1'):
                head, _, answer.body = answer.body.partition(b'\r\n\r\n')
            first, *rest = head.decode('latin1').split('\r\n')
            answer.status = int(first.split(' ')[1])
            for line in rest:
                name, _, value = line.partition(':')
                answer.headers.setdefault(name.strip().lower(), value.strip())
            if 'chunked' in answer.headers.get('transfer-encoding', '').lower():
                answer.body = unchunked(answer.body)
        finally:
            writer.close()

    async def ask(self, method, path, lines):
        answer = Content()
        try:
            await asyncio.wait_for(self.exchange(answer, method, path, lines), 15)
        except (OSError, ValueError, IndexError, asyncio.TimeoutError) as error:
            answer.error, answer.status, answer.body = type(error).__name__, 0, b''
        return answer


def unchunked(text):
    content = b''
    while text:
        size, _, text = text.partition(b'\r\n')
        length = int(size.split(b';')[0], 16)
        content, text = content + text[:length], text[length + 2:]
        if length == 0:
            break
    return content


async def play(client, origin, sequence, run):
    """What a cache does at each step of a sequence, at a path of its own."""
    path, outcomes = f'/{run}-{client.port}-{sequence["id"]}', []
    for step in sequence['steps']:
        await asyncio.sleep(step['wait'])
        if 'plan' in step:
            origin.pages[path] = step['plan']
        before = len(origin.asked[path])
        answer = await client.ask(step['method'], path, step['headers'])
        await asyncio.sleep(SETTLE)
        asked = origin.asked[path][before:]
        own = {name.lower() for name, _ in step['headers']}
        added = any(name in asked[0] and name not in own for name in ('if-none-match', 'if-modified-since')) if asked else False
        text = answer.body.decode('latin1')
        outcomes.append({
            'asked': len(asked), 'condition': added, 'status': answer.status,
            'body': int(text[5]) if text.startswith('body-') else None, 'length': len(text),
            'range': answer.headers.get('content-range'), 'cookie': 'set-cookie' in answer.headers})
    return outcomes


async def play_all(ports, wanted, origin_port, run):
    """{(set-up, id): outcomes} for pairs of a set-up and a sequence."""
    origin = Script()
    await origin.serve(origin_port)
    free = asyncio.Semaphore(AT_ONCE)
    clients = {name: Reader(port) for name, port in ports.items()}

    async def one(name, sequence):
        async with free:
            return (name, sequence['id']), await play(clients[name], origin, sequence, run)

    try:
        for client in clients.values():
            await client.warm_up(0.3)
        return dict(await asyncio.gather(*(one(*pair) for pair in wanted)))
    finally:
        origin.close()


def alike(first, second):
    """What two plays have in common, up to where they part."""
    outcomes = []
    for one, other in zip(first, second):
        if one != other:
            break
        outcomes.append(one)
    return outcomes + [None] * (len(first) - len(outcomes))


def record(arguments):
    made = list(sequences(arguments.seed, arguments.number))
    for sequence in made:
        sequence['observed'] = {}
    for name in arguments.set_up or SET_UPS:
        setup = caches.SETUPS[name]
        program = places.program(arguments.at, caches.SOFTWARE[setup.software], caches.WORK)
        server = caches.start(setup, program)
        try:
            wanted = [(name, sequence) for sequence in made]
            plays = [asyncio.run(play_all({name: setup.port}, wanted, setup.origin, run)) for run in ('a', 'b')]
        finally:
            caches.stop(server)
        for sequence in made:
            first, second = (play[name, sequence['id']] for play in plays)
            sequence['observed'][name] = alike(first, second)
        steps = [outcome for sequence in made for outcome in sequence['observed'][name]]
        print(f'{name}: {len(steps)} steps, {steps.count(None)} that were not the same twice', flush=True)
    with gzip.GzipFile(arguments.out, 'wb', mtime=0) as f:
        for sequence in made:
            f.write((json.dumps(sequence, separators=(',', ':')) + '\n').encode())


def how(outcome):
    return 'hit' if not outcome['asked'] else 'validated' if outcome['condition'] else 'asked'


def counted(outcome):
    """What has to be the same. A page that a cache makes itself is the HTTP layer's, and so is asking a failing origin again."""
    status, content = outcome['status'], outcome['body']
    if status >= 500 and content is None:
        return how(outcome), 'an error of its own'
    length = outcome['length'] if content is not None or status == 206 else None
    return how(outcome), status, content, length, outcome['range'] if status == 206 else None, outcome['cookie']


def judge(arguments):
    with gzip.open(arguments.file, 'rt') as f:
        rows = [json.loads(line) for line in f][:arguments.limit]
    lowest = 100.0
    for name in arguments.set_up or SET_UPS:
        setup, software = caches.SETUPS[name], caches.SOFTWARE[caches.SETUPS[name].software]
        wanted = [(name, row) for row in rows if row['observed'].get(name)]
        caches.demand_free(setup.port)
        command = [*shlex.split(arguments.proxy), '--listen', f'127.0.0.1:{setup.port}', '--origin', f'http://127.0.0.1:{setup.origin}',
                   '--profile', software.profiles[0][1] + setup.suffix, *setup.flags]
        proxy = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        try:
            caches.wait_for_port(proxy, setup.port)
            played = asyncio.run(play_all({name: setup.port}, wanted, setup.origin, 'p'))
        finally:
            caches.stop(proxy)
        agreed, total = 0, 0
        for _, row in wanted:
            for step, (real, ours) in enumerate(zip(row['observed'][name], played[name, row['id']])):
                if real is None:
                    break
                total += 1
                if counted(real) != counted(ours):
                    print(f'  {name} {row["id"]} step {step}: real {counted(real)}, ours {counted(ours)}')
                    break
                agreed += 1
        if total == 0:
            sys.exit(f'{name}: nothing of it is recorded in {arguments.file}')
        share = 100 * agreed / total
        lowest = min(lowest, share)
        print(f'{name}: {share:.2f} % of {total} steps', flush=True)
    return 0 if lowest >= arguments.floor else 1


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(required=True)
    one = commands.add_parser('record', help='plays random sequences to the real caches, and writes what they did')
    one.add_argument('seed', type=int)
    one.add_argument('number', type=int, help='how many sequences')
    one.add_argument('out', help='the file, gzip')
    one.add_argument('--at', default='here', help='where the programs are had, as record.py says')
    one.set_defaults(run=record)
    other = commands.add_parser('judge', help='plays recorded sequences through `storable proxy`, and compares')
    other.add_argument('file')
    other.add_argument('--proxy', default='target/release/storable proxy', help='its command (default: %(default)s)')
    other.add_argument('--floor', type=float, default=FLOOR, help='the least share of steps of a set-up, in per cent')
    other.add_argument('--limit', type=int, help='only so many sequences')
    other.set_defaults(run=judge)
    for command in (one, other):
        command.add_argument('--set-up', action='append', choices=SET_UPS, help='only this one; may be given again')
    arguments = parser.parse_args()
    try:
        return arguments.run(arguments)
    except places.Impossible as reason:
        sys.exit(str(reason))


if __name__ == '__main__':
    exit_on_terminate()
    sys.exit(main())
