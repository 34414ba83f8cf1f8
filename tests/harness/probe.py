#!/usr/bin/env -S python3 -B
"""Measures caches that can be had here with `storable probe`, and prints a table. See README.md.

Of each cache: the measured site file is held against recordings of that cache; with `--base` its own profile has to show no
departure, and a neighbour's has to show some. Exit status 1 where that is not so. `here:nginx-ignoring` is a
nginx that ignores Cache-Control and Set-Cookie: there the probe has to say so, and `switch` to report who is exposed.
"""
import argparse
import concurrent.futures
import dataclasses
import gzip
import json
import os
import subprocess
import sys
import tempfile
import time

import caches
import places
from compare import REPOSITORY, STORABLE, disagreements, known
from signals import exit_on_terminate

RECORDINGS = os.path.join(REPOSITORY, 'tests', 'recordings')
AGREEMENT = 0.97
DEPARTED = 3                # exit status of `probe --base`
EXPOSED = 3                 # exit status of `switch`


@dataclasses.dataclass(frozen=True)
class Row:
    """A cache: where it is had, the recording of it, and another version's or setting's profile."""
    place: str
    setup: str
    recording: str
    neighbour: str | None

    @property
    def name(self):
        return f'{self.place}:{self.setup}'


ROWS = (
    Row('here', 'nginx', 'nginx-1.22', 'nginx'),
    Row('pypi', 'nginx', 'nginx-1.31.3', 'nginx-1.22'),
    # The versions of Varnish do the same in every experiment; with a setting those who wait do not.
    Row('here', 'varnish', 'varnish-7', 'varnish-8-deliver-expired'),
    Row('trixie', 'varnish', 'varnish-7.7.0', 'varnish-8-deliver-expired'),
    Row('here', 'squid', 'squid-5', 'squid'),
    Row('here', 'squid-cf', 'squid-5-collapsed', 'squid-5'),
    Row('trixie', 'squid', 'squid-6.13', 'squid-5'),
    Row('here', 'ats', 'ats-9', 'ats-10'),
    Row('here', 'httpd', 'httpd-2.4', None),        # there is one profile of httpd
    Row('here', 'haproxy', 'haproxy-2.6', 'haproxy-3'),
    Row('pypi', 'haproxy', 'haproxy-2.8.25', 'haproxy-2.6'),
)


def probe(setup, *arguments):
    """The report of one measurement, and the exit status."""
    command = [*STORABLE, 'probe', '--listen', f'127.0.0.1:{setup.origin}', '--via', f'http://127.0.0.1:{setup.port}', '--json', *arguments]
    run = subprocess.run(command, capture_output=True, text=True, cwd=REPOSITORY)
    if run.returncode not in (0, DEPARTED):
        raise RuntimeError(f'{setup.name}: probe: {run.stderr[-1000:]}')
    return json.loads(run.stdout), run.returncode


def recorded(folder, name):
    with gzip.open(os.path.join(folder, f'{name}.jsonl.gz'), 'rt') as lines:
        return [json.loads(line) for line in lines]


def names(exchanges):
    return ''.join(f'\n    {one["experiment"]}: {one["seen"]}, and not {one["instead_of"]}' for one in exchanges)


def measure(row, folder, out):
    """True, and a line of the table, where the cache is predicted and told from its neighbour."""
    begun = time.monotonic()
    setup, software = caches.SETUPS[row.setup], caches.SOFTWARE[caches.SETUPS[row.setup].software]
    program = places.program(row.place, software, caches.WORK)
    version = software.version(program)
    profile = setup.profile(version)
    server = caches.start(setup, program)
    site = os.path.join(out, f'{row.place}-{row.setup}.toml')
    try:
        told, _ = probe(setup, '-o', site, '--record', site.replace('.toml', '.jsonl'))
        own, own_status = probe(setup, '--base', profile)
        other, other_status = probe(setup, '--base', row.neighbour) if row.neighbour else (None, DEPARTED)
    finally:
        caches.stop(server)
    observations, found = disagreements(recorded(folder, row.recording), site)
    found = [one for one in found if (one.id, one.question) not in known(profile)]
    agreeing = (observations - len(found)) / observations
    known_facts = sum(finding['state'] == 'known' for finding in told['findings'])
    departures = '-' if other is None else str(len(other['departures']))
    line = (f'| {software.name} {version} | `{told["base"]}` | {told["requests"]} | {known_facts} | '
            f'{100 * agreeing:.2f} % of {observations} | `{profile}`: {len(own["departures"])} | '
            f'{f"`{row.neighbour}`: {departures}" if row.neighbour else "no other profile"} |')
    good = agreeing >= AGREEMENT and not own['departures'] and own_status == 0 and other_status == DEPARTED
    if not good:
        line += (f'\n  NOT AS IT HAS TO BE ({time.monotonic() - begun:.0f} s): departs from its own profile:{names(own["departures"])}'
                 f'\n  unexplained:{names(told["contradicted"])}\n  not as recorded:'
                 + ''.join(f'\n    {one.id} {one.question}: {one.observed}, and not {one.judged} ({one.rule})' for one in found[:12]))
    return good, line


HEAD = """| cache | nearest | requests | known | recorded answers as the site file predicts | departures from its own profile | from another one |
| --- | --- | ---: | ---: | ---: | ---: | ---: |"""


def ignoring(out):
    """A nginx that ignores what would keep answers apart: it departs from nginx, which the probe says in words, and `switch` sees who is
    exposed. Only the questions that tell are asked, so this takes a minute.
    """
    setup = caches.SETUPS['nginx-ignoring']
    server = caches.start(setup, places.program('here', caches.SOFTWARE['nginx'], caches.WORK))
    site = os.path.join(out, 'here-nginx-ignoring.toml')
    command = [*STORABLE, 'probe', '--listen', f'127.0.0.1:{setup.origin}', '--via', f'http://127.0.0.1:{setup.port}',
               '--base', 'nginx', '--only', 'private,no-store,set-cookie,default-ttl', '-o', site]
    try:
        said = subprocess.run(command, capture_output=True, text=True, cwd=REPOSITORY)
    finally:
        caches.stop(server)
    exposing = [{'id': name, 'request': {'method': 'GET', 'url': f'http://shop.example/{name}', 'headers': [['Cookie', 'sid=1']]},
                 'response': {'status': 200, 'headers': headers}}
                for name, headers in (('private', [['Cache-Control', 'private, max-age=60']]),
                                      ('no-store', [['Cache-Control', 'no-store']]),
                                      ('cookie', [['Cache-Control', 'max-age=60'], ['Set-Cookie', 'sid=2']]))]
    with tempfile.NamedTemporaryFile('w', suffix='.jsonl') as lines:
        lines.write(''.join(json.dumps(line) + '\n' for line in exposing))
        lines.flush()
        switched = subprocess.run([*STORABLE, 'switch', '--from', 'nginx', '--to', site, '--json', lines.name],
                                  capture_output=True, text=True, cwd=REPOSITORY)
    words = [line for line in said.stdout.splitlines() if line.startswith(('Exposed:', 'The cache departs'))]
    print('\n'.join(words))
    good = said.returncode == DEPARTED and all(any(part in word for word in words) for part in WORDS)
    good = good and switched.returncode == EXPOSED and json.loads(switched.stdout)['exposed'] == len(exposing)
    print(f'nginx-ignoring: {"ok" if good else "NOT AS IT HAS TO BE"}; probe ends with {said.returncode}, switch with {switched.returncode}')
    if not good:
        print(said.stdout, said.stderr, switched.stdout, switched.stderr)
    return good


WORDS = ('private is stored', 'no-store is stored', 'with Set-Cookie is stored', 'departs from the profile nginx')


def in_turn(rows, folder, out):
    """Measures each, prints its line, and says of each whether all was as it has to be."""
    results = []
    for row in rows:
        try:
            good, line = measure(row, folder, out)
        except (places.Impossible, RuntimeError, OSError) as error:
            good, line = False, f'{row.name}: FAILED: {error}'
        print(line, flush=True)
        results.append(good)
    return results


def main():
    parser = argparse.ArgumentParser(description='Measures caches with `storable probe`.')
    everything = [row.name for row in ROWS] + ['here:nginx-ignoring']
    parser.add_argument('what', nargs='*', default=everything, help='of: ' + ', '.join(everything) + ' (default: all)')
    parser.add_argument('--recordings', default=RECORDINGS, metavar='FOLDER')
    parser.add_argument('--out', default=os.path.join(caches.WORK, 'probed'), metavar='FOLDER', help='for the site files')
    parser.add_argument('--jobs', type=int, default=3, help='caches that are measured at one time')
    arguments = parser.parse_args()
    os.makedirs(arguments.out, exist_ok=True)
    rows = [row for row in ROWS if row.name in arguments.what]
    if rows:
        print(HEAD, flush=True)
    # Those of one program have one folder and one port, and take turns.
    servers = {}
    for row in rows:
        servers.setdefault(caches.SETUPS[row.setup].server, []).append(row)
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        work = [pool.submit(in_turn, several, arguments.recordings, arguments.out) for several in servers.values()]
        all_good = all([good for one in work for good in one.result()])
    if 'here:nginx-ignoring' in arguments.what:
        all_good &= ignoring(arguments.out)
    places.unmount_all(caches.WORK)
    return 0 if all_good else 1


if __name__ == '__main__':
    exit_on_terminate()
    sys.exit(main())
