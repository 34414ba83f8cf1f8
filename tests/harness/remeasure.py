#!/usr/bin/env -S python3 -B
"""Gets what Debian 13 and PyPI have of caches, records it, and holds it against the profiles. See README.md.

Exit status 1: a profile disagrees in more than one observation of 1,000, or a cache could not be measured.
"""
import argparse
import os
import sys
import time

import caches
import places
from compare import NoSuchProfile, describe, disagreements, known
from record import add_choice, chosen, record
from signals import exit_on_terminate

WHAT = ('trixie:nginx', 'trixie:varnish', 'trixie:varnish-deliver', 'trixie:squid', 'trixie:squid-cf', 'trixie:httpd',
        'trixie:haproxy', 'pypi:nginx', 'pypi:envoy', 'pypi:haproxy')
AGREEMENT = 0.999
SHOWN = 10


def remeasure(place, setup, arguments):
    """True where the profile stands."""
    begun = time.monotonic()
    software = caches.SOFTWARE[setup.software]
    program = places.program(place, software, caches.WORK)
    version = software.version(program)
    profile = version and setup.profile(version)
    if profile is None:
        raise places.Impossible(f'no profile stands for version {version}')
    exchanges = chosen(arguments.half, arguments.parts, arguments.limit, arguments.seed)
    path, lines = record(setup, program, version, exchanges, arguments.out)
    observations, found = disagreements(lines, profile)
    found = [one for one in found if (one.id, one.question) not in known(profile)]
    agreeing = observations - len(found)
    stands = observations > 0 and agreeing >= AGREEMENT * observations
    print(f'{"ok" if stands else "DISAGREES"}: {place} {software.name} {version}, profile {profile}: {agreeing} of {observations} '
          f'observations agree ({time.monotonic() - begun:.0f} s): {path}', flush=True)
    by_id = {line['id']: line for line in lines}
    for one in found[:SHOWN]:
        print(f'  {one.id} {one.question}: observed {one.observed}, judged {one.judged} ({one.rule})')
        print(f'    {describe(by_id[one.id])}')
    return stands


def main():
    parser = argparse.ArgumentParser(description='Measures newer versions of caches again.')
    parser.add_argument('what', nargs='*', default=WHAT, help='PLACE:SETUP, of: ' + ', '.join(WHAT) + ' (default: all)')
    add_choice(parser)
    arguments = parser.parse_args()
    os.makedirs(arguments.out, exist_ok=True)
    failed = []
    try:
        for what in arguments.what:
            place, name = what.rsplit(':', 1)
            try:
                if not remeasure(place, caches.SETUPS[name], arguments):
                    failed.append(what)
            except (places.Impossible, NoSuchProfile, RuntimeError, OSError) as error:
                failed.append(what)
                print(f'{what}: NOT MEASURED: {error}', flush=True)
    finally:
        places.unmount_all(caches.WORK)
    print(f'{len(arguments.what) - len(failed)} of {len(arguments.what)} stand{": not " + ", ".join(failed) if failed else ""}')
    return 1 if failed else 0


if __name__ == '__main__':
    exit_on_terminate()
    sys.exit(main())
