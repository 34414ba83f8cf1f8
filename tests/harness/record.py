#!/usr/bin/env -S python3 -B
"""Records what a cache does: every probe of every exchange, some of them twice, lifetimes, crowds. See README.md."""
import argparse
import asyncio
import gzip
import hashlib
import json
import os
import sys

import caches
import cases
import clock
import edge
import places
from lines import WAITING_PROBES, lines
from probes import SLOW_WAIT_DELAY, Prober, each, in_crowd
from signals import exit_on_terminate

WORKERS, CAREFUL_WORKERS = 30, 12
ONE_IN = 10                 # that many exchanges are probed again


def drawn(key, one_in):
    """A choice by the hash of an id: it does not depend on the order of the exchanges."""
    return int(hashlib.sha256(key.encode()).hexdigest(), 16) % one_in == 0


def is_open(exchange):
    """The half of the exchanges whose recordings are kept in the repository. The other half tries the profiles."""
    return drawn('split:' + exchange['id'], 2)


def probe_all(setup, program, exchanges, probe, run, workers, **options):
    """{id: what `probe` of a Prober saw}, on a server that is started for it."""
    async def work():
        prober = Prober(setup.port, run, setup.waiting_only, **options)
        await prober.start(setup.origin)
        seen = await each(exchanges, lambda exchange: probe(prober, exchange), workers)
        prober.origin.close()
        return seen

    server = caches.start(setup, program)
    try:
        return asyncio.run(work())
    finally:
        caches.stop(server)


def is_odd(setup, seen):
    """A waiting probe that was not the same each time, or that looks as if it had come late."""
    answers = {probe: seen[probe] for probe in WAITING_PROBES if seen.get(probe)}
    if any(answer.endswith('?') for answer in answers.values()):
        return True
    if setup.never_waits:
        return any(answer != 'parallel' for answer in answers.values())
    return setup.name == 'varnish' and answers.get('coll_cookie', 'parallel') != 'parallel'


class Recording:
    """The stages. Each is kept in `folder` as JSON, so that a stage that failed can be done again alone."""

    def __init__(self, setup, program, exchanges, folder):
        self.setup, self.program, self.exchanges, self.folder = setup, program, exchanges, folder
        os.makedirs(folder, exist_ok=True)

    def stage(self, name, measure):
        path = os.path.join(self.folder, f'{self.setup.name}.{name}.json')
        if os.path.exists(path):
            print(f'{self.setup.name}: {name} is there already: {path}', flush=True)
        else:
            result = measure()
            with open(path + '.new', 'w') as f:
                json.dump(result, f)
            os.replace(path + '.new', path)
            print(f'{self.setup.name}: {name}: {len(result)} exchanges', flush=True)
        with open(path) as f:
            return json.load(f)

    def lines(self):
        software = self.setup.software
        seen = self.stage('probes', self.probes)
        again = self.stage('again', self.again)
        untimed = self.setup.waiting_only or software == 'varnish' or self.program.clock is None
        timed = {} if untimed else self.stage('lifetimes', lambda: self.lifetimes(seen))
        crowds = self.stage('crowds', self.crowds)
        for exchange in self.exchanges:
            id = exchange['id']
            if id in seen:
                yield from lines(exchange, seen[id], again.get(id), timed.get(id), crowds.get(id), software)

    def probes(self):
        seen = probe_all(self.setup, self.program, self.exchanges, Prober.all, run=0, workers=WORKERS)
        odd = [exchange for exchange in self.exchanges if is_odd(self.setup, seen[exchange['id']])]
        if odd:
            slowly = probe_all(self.setup, self.program, odd, Prober.waiting, run=7, workers=CAREFUL_WORKERS, wait_delay=SLOW_WAIT_DELAY)
            for id, waiting in slowly.items():
                seen[id].update(waiting)
        return seen

    def again(self):
        sample = [exchange for exchange in self.exchanges if drawn('rep' + exchange['id'], ONE_IN)]
        return probe_all(self.setup, self.program, sample, Prober.all, run=1, workers=WORKERS)

    def lifetimes(self, seen):
        hits = [exchange for exchange in self.exchanges if clock.can_be_timed(exchange, seen.get(exchange['id'], {}))]
        return clock.measure(self.setup, self.program, hits)

    def crowds(self):
        chosen = [exchange for exchange in self.exchanges if in_crowd(exchange)]
        return probe_all(self.setup, self.program, chosen, Prober.crowds, run=9, workers=CAREFUL_WORKERS)


def write_recording(path, recorded):
    with gzip.GzipFile(path, 'wb', mtime=0) as f:
        for line in recorded:
            f.write((json.dumps(line, separators=(',', ':')) + '\n').encode())


def chosen(half='open', parts=None, limit=None, seed=None):
    """The exchanges that are recorded: those of `cases.py`, and then those of `edge.py`. With a seed: others, drawn with it."""
    exchanges, _ = generated = cases.generate()
    assert cases.digest(generated) == cases.DIGEST, 'the exchanges have changed'
    exchanges = exchanges + edge.exchanges()
    if seed is not None:
        there = {exchange['id'] for exchange in exchanges}
        exchanges = [exchange for exchange in cases.generate(seed)[0] if exchange['id'] not in there]
    elif half != 'all':
        exchanges = [exchange for exchange in exchanges if is_open(exchange) == (half == 'open')]
    if parts:
        exchanges = [exchange for exchange in exchanges if exchange['set'] in parts]
    return exchanges[::max(1, len(exchanges) // limit)] if limit else exchanges


def record(setup, program, version, exchanges, out):
    """Records a cache, and returns the file's path and its lines. Its name says software, version and setting."""
    name = f'{setup.software}-{version}{setup.suffix}'
    recorded = list(Recording(setup, program, exchanges, os.path.join(out, 'stages', name)).lines())
    path = os.path.join(out, f'{name}.jsonl.gz')
    write_recording(path, recorded)
    return path, recorded


def add_choice(parser):
    parser.add_argument('--out', required=True, help='folder for recordings and their stages')
    parser.add_argument('--half', choices=('open', 'heldout', 'all'), default='open',
                        help='open: the exchanges that the recordings in the repository hold (default)')
    parser.add_argument('--parts', type=lambda text: text.split(','), help='only these parts: hand, ttl, single, pair, cover, rand, edge')
    parser.add_argument('--seed', type=int, help='other exchanges, drawn with this seed; then --half says nothing')
    parser.add_argument('--limit', type=int, help='only so many exchanges, spread out')


def main():
    parser = argparse.ArgumentParser(description='Records what a cache does, as lines that `storable decide` reads.')
    parser.add_argument('setup', choices=caches.SETUPS)
    parser.add_argument('--at', default='here', help='where the program is had: here (default), trixie, pypi, or its path')
    add_choice(parser)
    arguments = parser.parse_args()
    setup = caches.SETUPS[arguments.setup]
    software = caches.SOFTWARE[setup.software]
    try:
        program = places.program(arguments.at, software, caches.WORK)
        version = software.version(program)
        if version is None:
            sys.exit(f'{software.program} does not say its version')
        print(f'{setup.name}: version {version}, profile {setup.profile(version)}', flush=True)
        exchanges = chosen(arguments.half, arguments.parts, arguments.limit, arguments.seed)
        path, recorded = record(setup, program, version, exchanges, arguments.out)
        print(f'{path}: {len(recorded)} lines')
    except places.Impossible as reason:
        sys.exit(f'{setup.name}: {reason}')
    finally:
        places.unmount_all(caches.WORK)


if __name__ == '__main__':
    exit_on_terminate()
    main()
