#!/usr/bin/env -S python3 -B
"""The profiles against the caches that are installed here: 100 exchanges, three times. See README.md.

Exit status 1: a cache did in every repeat what its profile says it does not do, or a cache could not be measured.
What was skipped is said, and is no failure.
"""
import argparse
import asyncio
import collections
import os
import sys
import time

import caches
import cases
import install
from compare import NoSuchProfile, describe, disagreements, known
from lines import lines
from probes import Prober, each, in_crowd
from signals import exit_on_terminate

LIVE = ('nginx', 'varnish', 'ats')
EXCHANGES = 100
REPEATS = 3
WORKERS = 24                # two busy cores have to answer in time while requests wait
CROWD_WORKERS = 8
LEAST = 3                   # observations per exchange; less is a broken run, not a good one


class Skipped(Exception):
    pass


def selection():
    """Every 37th exchange or so: the list is ordered by kind, so all kinds are in it."""
    generated = cases.generate()
    assert cases.digest(generated) == cases.DIGEST, 'the exchanges have changed'
    exchanges = generated[0]
    return [exchanges[i * len(exchanges) // EXCHANGES] for i in range(EXCHANGES)]


def installed_version(software):
    if os.geteuid() != 0:
        raise Skipped('the servers are configured to be started by root')
    if software.version() is None:
        try:
            install.install(software.package)
        except install.Impossible as reason:
            raise Skipped(f'{software.package} is not installed: {reason}') from None
    version = software.version()
    if version is None:
        raise Skipped(f'{software.program} does not say its version')
    return version


def profile_for(setup, version):
    profile = setup.profile(version)
    if profile is None:
        raise Skipped(f'no profile for version {version}')
    try:
        disagreements([], profile)
    except NoSuchProfile:
        raise Skipped(f'version {version} wants the profile {profile}, and there is none') from None
    return profile


async def measure(setup, exchanges, repeat):
    """The lines of one repeat. The crowds come after everything else, so that nothing else is late for them."""
    prober = Prober(setup.port, f'r{repeat}')
    await prober.start(setup.origin)
    seen = await each(exchanges, prober.all, WORKERS)
    crowds = await each([exchange for exchange in exchanges if in_crowd(exchange)], prober.crowds, CROWD_WORKERS)
    prober.origin.close()
    for exchange in exchanges:
        if 'harness_error' in seen[exchange['id']]:
            raise RuntimeError(f'{exchange["id"]}: {seen[exchange["id"]]["harness_error"]}')
    return [line for exchange in exchanges for line in
            lines(exchange, seen[exchange['id']], crowds=crowds.get(exchange['id']), software=setup.software)]


def run(setup, exchanges):
    """True where the profile stands."""
    begun = time.monotonic()
    version = installed_version(caches.SOFTWARE[setup.software])
    profile = profile_for(setup, version)
    excused = known(profile)
    counts, seen, text = [], collections.Counter(), {}
    server = caches.start(setup)
    try:
        for repeat in range(REPEATS):
            recorded = asyncio.run(measure(setup, exchanges, repeat))
            observations, found = disagreements(recorded, profile)
            counts.append(observations)
            seen.update(one for one in found if (one.id, one.question) not in excused)
            text.update((line['id'], describe(line)) for line in recorded)
    finally:
        caches.stop(server)
    stable = [one for one, times in seen.items() if times == REPEATS]
    print(f'{setup.name} {version}: profile {profile}, {" + ".join(map(str, counts))} observations, '
          f'{len(stable)} stable disagreements, {len(seen) - len(stable)} that come and go ({time.monotonic() - begun:.0f} s)', flush=True)
    for one, times in seen.items():
        print(f'  {times} of {REPEATS}: {one.id} {one.question}: observed {one.observed}, judged {one.judged} ({one.rule})')
        print(f'    {text[one.id]}')
    if min(counts) < LEAST * len(exchanges):
        print(f'  FAILED: fewer than {LEAST} observations per exchange say nothing', flush=True)
        return False
    return not stable


def main():
    parser = argparse.ArgumentParser(description='Holds the caches that are installed here against their profiles.')
    parser.add_argument('setups', nargs='*', default=LIVE, help='of: ' + ', '.join(LIVE) + ' (default: all)')
    failed, skipped = [], []
    exchanges = selection()
    for name in parser.parse_args().setups:
        setup = caches.SETUPS[name]
        try:
            if not run(setup, exchanges):
                failed.append(name)
        except Skipped as reason:
            skipped.append(name)
            print(f'{name}: SKIPPED, NOT COMPARED: {reason}', flush=True)
        except (RuntimeError, OSError) as error:
            failed.append(name)
            print(f'{name}: FAILED: {error}', flush=True)
    print(f'live run: {len(failed)} failed{": " + ", ".join(failed) if failed else ""}; '
          f'{len(skipped)} skipped{": " + ", ".join(skipped) if skipped else ""}')
    return 1 if failed else 0


if __name__ == '__main__':
    exit_on_terminate()
    sys.exit(main())
