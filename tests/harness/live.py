#!/usr/bin/env -S python3 -B
"""The profiles against caches that can be had here: 100 exchanges, three times. See README.md.

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
import places
from compare import NoSuchProfile, describe, disagreements, known
from lines import lines
from probes import Prober, each, in_crowd
from record import chosen
from signals import exit_on_terminate

LIVE = ('here:nginx', 'here:varnish', 'here:ats', 'here:haproxy', 'here:squid', 'here:httpd', 'pypi:nginx', 'pypi:envoy', 'pypi:haproxy')
EXCHANGES = 100
REPEATS = 3
WORKERS = 24                # two busy cores have to answer in time while requests wait
CROWD_WORKERS = 8
LEAST = 3                   # observations per exchange; less is a broken run, not a good one


class Skipped(Exception):
    pass


def selection():
    """Every 37th exchange or so: the list is ordered by kind, so all kinds are in it."""
    exchanges = chosen(half='all')
    return [exchanges[i * len(exchanges) // EXCHANGES] for i in range(EXCHANGES)]


def had(place, software):
    """How the program is run, and its version."""
    if os.geteuid() != 0:
        raise Skipped('the servers are configured to be started by root')
    try:
        program = places.program(place, software, caches.WORK)
    except places.Impossible as reason:
        raise Skipped(f'{software.program} cannot be had: {reason}') from None
    version = software.version(program)
    if version is None:
        raise Skipped(f'{software.program} does not say its version')
    return program, version


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


def run(place, setup, exchanges):
    """True where the profile stands."""
    begun = time.monotonic()
    program, version = had(place, caches.SOFTWARE[setup.software])
    profile = profile_for(setup, version)
    excused = known(profile)
    counts, seen, text = [], collections.Counter(), {}
    server = caches.start(setup, program)
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
    print(f'{place} {setup.name} {version}: profile {profile}, {" + ".join(map(str, counts))} observations, '
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
    parser.add_argument('what', nargs='*', default=LIVE, help='PLACE:SETUP, of: ' + ', '.join(LIVE) + ' (default: all)')
    failed, skipped = [], []
    exchanges = selection()
    for what in parser.parse_args().what:
        place, name = what.rsplit(':', 1)
        try:
            if not run(place, caches.SETUPS[name], exchanges):
                failed.append(what)
        except Skipped as reason:
            skipped.append(what)
            print(f'{what}: SKIPPED, NOT COMPARED: {reason}', flush=True)
        except (RuntimeError, OSError) as error:
            failed.append(what)
            print(f'{what}: FAILED: {error}', flush=True)
    places.unmount_all(caches.WORK)
    print(f'live run: {len(failed)} failed{": " + ", ".join(failed) if failed else ""}; '
          f'{len(skipped)} skipped{": " + ", ".join(skipped) if skipped else ""}')
    return 1 if failed else 0


if __name__ == '__main__':
    exit_on_terminate()
    sys.exit(main())
