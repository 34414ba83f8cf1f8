#!/usr/bin/env -S python3 -B
"""How closely the proxy in a cache's profile does what that cache did in http-tests/cache-tests.

    emulation.py --suite DIR --tools DIR [--proxy FILE] [--keep DIR] [PROFILE ...]

DIR of --suite is a checkout of the suite with its packages `undici` and `ajv` installed; DIR of --tools holds
`run-suite.sh`, `score.py` and the recorded `results`. Every profile runs with the settings that its recording had
(RUNS below), all of them at the same time; prints how many outcomes agree, and what differs. Exit status 1: a
profile agrees in less than 90 % of the tests.
"""
import argparse
import concurrent.futures
import json
import pathlib
import socket
import subprocess
import sys
import tempfile
import time

LEAST = 0.9
PROXY = pathlib.Path(__file__).resolve().parents[4] / 'target' / 'release' / 'storable'

# Profile: the recorded outcomes, and the operator settings of that run. Those of Fastly's are not published: that
# nothing without a lifetime of its own is kept is read off its outcomes. --interim, --own-date and --refuse
# are no settings, but the HTTP layer of the cache as its outcomes show it.
RUNS = {
    'nginx-1.22': ('results-nginx-1.22.1', ['--revalidate', '--interim', 'forward-unstored', '--own-date']),
    'varnish-7': ('results-varnish-7.1.1', ['--default-ttl', '0', '--grace', '0', '--refuse', 'interim,coding,part']),
    'squid-5': ('results-squid-5.7', ['--refuse', 'coding']),
    'ats-9': ('results-trafficserver-9.2.9', ['--refuse', 'coding']),
    'httpd-2.4': ('results-apache-2.4.71', ['--default-ttl', '0', '--store-stale', '--own-date']),
    'haproxy-2.6': ('results-haproxy-2.6.12', ['--maximum-ttl', '240', '--default-ttl', '240', '--refuse', 'coding']),
    'fastly': ('published-fastly-2025-12-29', ['--default-ttl', '0', '--interim', 'drop', '--own-date', '--refuse', 'coding']),
}


def free_port():
    with socket.socket() as one:
        one.bind(('127.0.0.1', 0))
        return one.getsockname()[1]


def outcomes(tools, export, results):
    command = [sys.executable, '-B', tools / 'score.py', export, results, '--json']
    scored = subprocess.run(command, check=True, capture_output=True, text=True)
    (by_test,) = json.loads(scored.stdout).values()
    return by_test


def run(profile, options, export, folder):
    """The outcomes of the proxy in a profile, and the raw results."""
    recorded, settings = RUNS[profile]
    origin, port = free_port(), free_port()
    results = folder / f'{profile}.json'
    command = [options.proxy, 'proxy', '--listen', f'127.0.0.1:{port}', '--origin', f'http://127.0.0.1:{origin}',
               '--profile', profile, *settings]
    with open(folder / f'{profile}.log', 'w', encoding='utf-8') as log:
        proxy = subprocess.Popen(command, stderr=log)
        try:
            time.sleep(0.5)
            subprocess.run(['bash', options.tools / 'run-suite.sh', options.suite, f'http://127.0.0.1:{port}', results],
                           check=True, env={'PATH': '/usr/local/bin:/usr/bin:/bin', 'ORIGIN_PORT': str(origin)},
                           stderr=log)
        finally:
            proxy.terminate()
            proxy.wait()
    ours = outcomes(options.tools, export, results)
    return ours, outcomes(options.tools, export, options.tools / 'results' / f'{recorded}.json')


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('profiles', nargs='*', metavar='PROFILE', help=f'of {", ".join(RUNS)}; all by default')
    parser.add_argument('--suite', type=pathlib.Path, required=True)
    parser.add_argument('--tools', type=pathlib.Path, required=True)
    parser.add_argument('--proxy', type=pathlib.Path, default=PROXY)
    parser.add_argument('--keep', type=pathlib.Path, help='a folder for the results')
    options = parser.parse_args()
    profiles = options.profiles or list(RUNS)
    unknown = [profile for profile in profiles if profile not in RUNS]
    if unknown:
        parser.error(f'there is no recording for {", ".join(unknown)}')
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.keep or pathlib.Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        export = folder / 'export.json'
        with open(export, 'w', encoding='utf-8') as out:
            subprocess.run(['node', '--no-warnings', 'test-engine/export.mjs'], cwd=options.suite, stdout=out, check=True)
        with concurrent.futures.ThreadPoolExecutor(len(profiles)) as pool:
            pairs = list(pool.map(lambda profile: run(profile, options, export, folder), profiles))
    failed = False
    for profile, (ours, theirs) in zip(profiles, pairs):
        differing = [test for test in theirs if ours[test] != theirs[test]]
        share = 1 - len(differing) / len(theirs)
        failed |= share < LEAST
        print(f'{profile}: {len(theirs) - len(differing)} of {len(theirs)} agree, {share:.1%}')
        for test in differing:
            print(f'    {test}: proxy {ours[test]}, cache {theirs[test]}')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
