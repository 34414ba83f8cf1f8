#!/usr/bin/env -S python3 -B
"""Random configurations of nginx: what `storable import` makes of them, held against nginx itself. See README.md.

Exit status 1: a known answer that is wrong, or fewer known ones than `--known` asks for.
"""
import argparse
import asyncio
import collections
import json
import os
import random
import shutil
import struct
import subprocess
import sys
import time

import caches
import places
from client import Client
from compare import REPOSITORY, STORABLE, decide, is_within
from lines import ANSWERS, RECEIVED_AT, header_lines
from nginx_conf import HOSTS, changed, configuration, request, response
from origin import Origin, Page
from probes import CROWD_DELAY, SECOND_AFTER, SETTLE, classify
from signals import exit_on_terminate

EXCHANGES = 24              # to each configuration
WORKERS = 12
WAIT_DELAY = CROWD_DELAY
QUESTIONS = ('storage', 'fresh_for', 'same_request', 'other_user', 'other_host', 'waiting_user')

Observed = collections.namedtuple('Observed', 'question line answer')


class Differential:
    """One configuration, its nginx and the exchanges that are put to it."""

    def __init__(self, program, folder, port, origin_port, seed):
        self.program, self.folder, self.port, self.origin_port = program, folder, port, origin_port
        self.random = random.Random(seed)
        self.configuration = configuration(self.random, folder, port, origin_port)
        self.observed, self.alone = [], {}

    def run(self):
        shutil.rmtree(self.folder, ignore_errors=True)
        os.makedirs(self.folder)
        path = caches.write(f'{self.folder}/nginx.conf', self.configuration.text)
        process = caches.launch('nginx', self.program.command(['-p', self.folder, '-c', path]), self.folder, self.port)
        try:
            asyncio.run(self.ask())
        finally:
            caches.stop(process)
        self.read_store()
        return self.observed

    async def ask(self):
        self.origin, self.client = Origin(), Client(self.port)
        await self.origin.serve(self.origin_port)
        self.free = asyncio.Semaphore(WORKERS)
        probes = (self.alone_in_store, self.same, self.other_user, self.other_host, self.waiting)
        await asyncio.gather(*(self.exchange(number, probes) for number in range(EXCHANGES)))
        self.origin.close()

    def exchange(self, number, probes):
        """Everything is drawn before anything is awaited, so that the seed alone decides."""
        draw = random.Random(self.random.random())
        location = draw.choice(self.configuration.locations)
        if location.is_one_path:            # its key is one: a single probe finds it empty
            self.configuration.locations.remove(location)
            probes = [draw.choice(probes)]
        host = draw.choice(HOSTS[:1] * 4 + HOSTS)
        asked, (status, headers) = request(draw, host), response(draw)
        runs = [probe(draw, f'{number}{name}', location, asked, status, headers) for probe, name in zip(probes, 'abcde')]
        return asyncio.gather(*(self.limited(run) for run in runs))

    async def limited(self, run):
        async with self.free:
            await run

    def page(self, token, asked, status, headers, **delays):
        method, _, sent = asked
        marked = [*headers, ['X-Page', token]]
        exchange = {'id': token, 'req': {'method': method, 'headers': sent}, 'res': {'status': status, 'headers': marked, 'framing': 'length'}}
        page = self.origin.pages[token] = Page(exchange, **delays)
        return page

    async def get(self, token, path, asked):
        method, query, headers = asked
        return await self.client.get(method, path + ('?' + query if query else ''), [*headers, ['X-Page', token]])

    def line(self, path, asked, page, other=None, waiting=None):
        """The exchange as `storable decide` reads it, its dates moved to the instant of all recordings."""
        sent = page.exchange['res']
        headers = [line for line in sent['headers'] if line[0] != 'X-Page']
        line = {'request': written(path, asked), 'received_at': RECEIVED_AT,
                'response': {'status': sent['status'], 'headers': header_lines([['Date', {'now': 0}], *headers], path)}}
        if other:
            line['other_request'] = written(path, other)
        if waiting:
            line['waiting'] = waiting
        return line

    def saw(self, question, line, answer):
        self.observed.append(Observed(question, line, answer))

    async def alone_in_store(self, draw, token, location, asked, status, headers):
        """One request; what is stored of it is read when nginx has ended."""
        path, page = location.unique(token), self.page(token, asked, status, headers)
        answer = await self.get(token, path, asked)
        if answer.status == status and page.log:
            self.alone[token] = (path, asked, page)

    async def same(self, draw, token, location, asked, status, headers):
        await self.pair(token, location, asked, asked, status, headers, 'same_request')

    async def other_user(self, draw, token, location, asked, status, headers):
        await self.pair(token, location, asked, changed(draw, *asked), status, headers, 'other_user')

    async def other_host(self, draw, token, location, asked, status, headers):
        method, query, lines = asked
        host = draw.choice([host for host in HOSTS if host != lines[0][1]] + ['SHOP.TEST', 'shop.test:8080'])
        await self.pair(token, location, asked, (method, query, [['Host', host], *lines[1:]]), status, headers, 'other_host')

    async def pair(self, token, location, asked, later, status, headers, question):
        path, page = location.unique(token), self.page(token, asked, status, headers)
        first = await self.get(token, path, asked)
        if first.status != status or not page.log:
            return
        await asyncio.sleep(SECOND_AFTER)
        before = len(page.log)
        second = await self.get(token, path, later)
        await asyncio.sleep(SETTLE)
        what = ANSWERS.get(self.classified(second, first, page.log[before:], later))
        self.saw(question, self.line(path, asked, page, other=later), what)

    def classified(self, answer, first, log, asked):
        own = {name.lower() for name, _ in asked[2]}
        for entry in log:
            if entry.get('cond') and all(name in own for name in entry['cond']):
                entry['own'] = True
        return classify(answer, first, log)

    async def waiting(self, draw, token, location, asked, status, headers):
        later = changed(draw, *asked)
        path, page = location.unique(token), self.page(token, asked, status, headers, delays=(WAIT_DELAY,))
        running = asyncio.ensure_future(self.get(token, path, asked))
        await page_arrival(page)
        if not page.log:
            await running
            return
        second = await self.get(token, path, later)
        first = await running
        if first.status != status or second.error or second.sent > page.answered_at(0) - 0.5 * WAIT_DELAY:
            return
        if len(page.log) == 1:
            what = 'shared' if second.serial == first.serial and second.status == first.status else None
        elif len(page.log) == 2:
            fetch, refetch = page.log
            what = 'validated' if refetch['t'] >= fetch.get('done', 0) and refetch.get('cond') else 'own-fetch'
        else:
            what = 'own-fetch'
        self.saw('waiting_user', self.line(path, asked, page, other=later, waiting=1), what)

    def read_store(self):
        """Whether there is a file, and until when nginx itself says that it is fresh."""
        stored = {}
        for zone in ('main', 'second'):
            for folder, _, files in os.walk(f'{self.folder}/{zone}'):
                for name in files:
                    with open(os.path.join(folder, name), 'rb') as f:
                        data = f.read()
                    token = token_of(data)
                    if token:
                        stored[token] = struct.unpack_from('<q', data, 8)[0]
        for token, (path, asked, page) in self.alone.items():
            line = self.line(path, asked, page)
            self.saw('storage', line, 'stored' if token in stored else 'not-stored')
            if token in stored:
                self.saw('fresh_for', line, max(0, stored[token] - page.epoch))


async def page_arrival(page):
    try:
        await asyncio.wait_for(page.arrived.wait(), 3)
    except asyncio.TimeoutError:
        pass


def token_of(data):
    """Which probe's answer a file of the cache holds: the origin has written it into the head."""
    at = data.find(b'X-Page: ')
    return data[at + 8:data.find(b'\r\n', at)].decode() if at >= 0 else None


def written(path, asked):
    method, query, headers = asked
    return {'method': method, 'url': f'http://{headers[0][1]}{path}' + ('?' + query if query else ''), 'headers': headers}


def judged(configuration, folder, lines, profile):
    """What the imported site says of each line, and what the import could not express."""
    conf, site = f'{folder}/nginx.conf', f'{folder}/site.toml'
    run = subprocess.run([*STORABLE, 'import', 'nginx', conf, '-o', site, '--version', profile], capture_output=True, text=True, cwd=REPOSITORY)
    if run.returncode not in (0, 4):
        raise RuntimeError(f'import: {run.stderr}')
    return decide(lines, site), run.stderr


def answer_to(question, verdict):
    if question == 'storage':
        return {'bypass': 'not-stored'}.get(verdict['storage'], verdict['storage'])
    return verdict['other_user' if question == 'other_host' else question]


def agrees(question, answer, seen):
    return is_within(answer, [seen, seen + 1] if seen else [0, 1]) if question == 'fresh_for' else answer == seen


def main():
    parser = argparse.ArgumentParser(description='Holds what is imported of random configurations against nginx.')
    parser.add_argument('--at', default='here', help='here, pypi, or the path of an nginx (default: here)')
    parser.add_argument('--seed', type=int, default=1)
    parser.add_argument('--count', type=int, default=100, help='how many configurations')
    parser.add_argument('--known', type=float, default=99.9, help='the least share of known answers, in per cent')
    parser.add_argument('--keep', help='a folder for the configurations that something was wrong or unknown with')
    arguments = parser.parse_args()
    software = caches.SOFTWARE['nginx']
    try:
        program = places.program(arguments.at, software, caches.WORK)
    except places.Impossible as reason:
        print(f'nginx random: SKIPPED, NOT COMPARED: {reason}')
        return 0
    version = software.version(program)
    profile = software.profile(version)
    begun, counts, wrong, unknown = time.monotonic(), collections.Counter(), [], []
    folder, port = f'{caches.WORK}/nginx-random', caches.BASE_PORT + 30
    for seed in range(arguments.seed, arguments.seed + arguments.count):
        run = Differential(program, folder, port, port + 1, seed)
        observed = [one for one in run.run() if one.answer is not None]
        verdicts, left = judged(run.configuration, folder, [one.line for one in observed], profile)
        bad = False
        for one, verdict in zip(observed, verdicts, strict=True):
            counts[one.question] += 1
            answer = answer_to(one.question, verdict)
            if answer == 'unknown':
                unknown.append(one.question)
            elif not agrees(one.question, answer, one.answer):
                wrong.append(one.question)
            else:
                continue
            bad = True
            print(f'  seed {seed}: {one.question}: {answer}, and nginx: {one.answer} ({verdict["rule"]}, {verdict["profile"]})')
            print('    ' + json.dumps(one.line))
        if bad:
            print('    ' + left.strip().replace('\n', '\n    '))
            if arguments.keep:
                os.makedirs(arguments.keep, exist_ok=True)
                shutil.copy(f'{folder}/nginx.conf', f'{arguments.keep}/{seed}.conf')
                shutil.copy(f'{folder}/site.toml', f'{arguments.keep}/{seed}.toml')
    places.unmount_all(caches.WORK)
    total = sum(counts.values())
    known = 100 * (1 - len(unknown) / total) if total else 0
    print(f'nginx {version}, profile {profile}, seeds {arguments.seed} to {arguments.seed + arguments.count - 1}: {total} observations '
          f'({", ".join(f"{name} {counts[name]}" for name in QUESTIONS)}), {len(wrong)} wrong, {known:.2f} % known ({time.monotonic() - begun:.0f} s)')
    return 1 if wrong or known < arguments.known else 0


if __name__ == '__main__':
    exit_on_terminate()
    sys.exit(main())
