#!/usr/bin/env -S python3 -B
"""Settings of servers, each set on the real server, and held against what a site file with it says. See README.md.

usage: settings.py [--out FOLDER] [--place PLACE] [SOFTWARE ...]

Exit status 1: an observation that the site file does not agree with.
"""
import argparse
import asyncio
import dataclasses
import gzip
import json
import os
import sys
import tempfile

import caches
import places
from compare import describe, disagreements
from lines import lines, request
from probes import Prober, each
from signals import exit_on_terminate

WORKERS = 24
AGO = {'now': -60}
LONG_AGO = {'now': -864000}


def exchange(name, res, req=(), status=200, tags=(), query=False, framing='length'):
    asked = {'method': 'GET', 'headers': [list(line) for line in req]}
    if query:
        asked['query'] = True
    return {'id': name, 'set': 'settings', 'tags': list(tags), 'req': asked,
            'res': {'status': status, 'headers': [list(line) for line in res], 'framing': framing}}


FRESH = ('Cache-Control', 'max-age=600')
EXCHANGES = (
    exchange('plain', (), tags=('ttl',)),
    exchange('plain-query', (), query=True),
    exchange('modified', (('Last-Modified', AGO),), tags=('ttl',)),
    exchange('modified-lately', (('Last-Modified', {'now': -30}),), tags=('ttl',)),
    exchange('modified-long-ago', (('Last-Modified', LONG_AGO),), tags=('ttl',)),
    exchange('tagged', (('ETag', '"v1"'),), tags=('ttl',)),
    exchange('no-store', (('Cache-Control', 'no-store, max-age=600'),)),
    exchange('private', (('Cache-Control', 'private, max-age=600'),)),
    exchange('no-cache', (('Cache-Control', 'no-cache, max-age=600'), ('ETag', '"v1"'))),
    exchange('past', (('Expires', {'now': -100}), ('ETag', '"v1"'))),
    exchange('fresh', (FRESH,), tags=('ttl',)),
    exchange('fresh-for-2', (('Cache-Control', 'max-age=2'),), tags=('ttl',)),
    exchange('by-expires', (('Expires', {'now': 600}),), tags=('ttl',)),
    exchange('cookie', (FRESH, ('Set-Cookie', 'sid=1'))),
    exchange('varies', (FRESH, ('Vary', 'X-Mode'))),
    exchange('varies-by-coding', (FRESH, ('Vary', 'Accept-Encoding'))),
    exchange('not-found', (), status=404),
    exchange('not-found-for-2', (('Cache-Control', 'max-age=2'),), status=404, tags=('ttl',)),
    exchange('not-found-modified', (('Last-Modified', LONG_AGO),), status=404, tags=('ttl',)),
    exchange('not-found-by-expires', (('Expires', {'now': 2}),), status=404, tags=('ttl',)),
    exchange('fails', (), status=503, tags=('ttl',)),
    exchange('empty', (), framing='empty'),
    exchange('must-revalidate', (('Cache-Control', 'max-age=2, must-revalidate'),), tags=('ttl',)),
    exchange('long-past', (('Expires', LONG_AGO),), tags=('ttl',)),
    exchange('surrogate', (('Surrogate-Control', 'max-age=600;edge'), ('Cache-Control', 'no-store'))),
    exchange('challenge', (FRESH, ('WWW-Authenticate', 'Basic realm=x'))),
    exchange('asks-no-cache', (FRESH,), req=(('Cache-Control', 'no-cache'),)),
    exchange('asks-no-store', (FRESH,), req=(('Cache-Control', 'no-store'),)),
    exchange('asks-younger', (FRESH,), req=(('Cache-Control', 'max-age=0'),)),
    exchange('asks-modified', (FRESH, ('Last-Modified', AGO)), req=(('If-Modified-Since', 'Thu, 01 Jan 2026 00:00:00 GMT'),)),
    exchange('logged-in', (FRESH,), req=(('Cookie', 'uid=carol'),)),
    exchange('authorized', (FRESH,), req=(('Authorization', 'Basic YTpi'),)),
    exchange('authorized-public', (('Cache-Control', 'public, max-age=600'),), req=(('Authorization', 'Basic YTpi'),)),
)


def httpd(name, value, line):
    return 'httpd', {'httpd': {name: value}}, (line,)


def ats(name, value):
    return 'ats', {'traffic-server': {name: value}}, (f'CONFIG proxy.config.http.{name} INT {value}',)


def refresh(**options):
    pattern = {'min': 0, 'percent': 20, 'max': 4320, **options}
    words = ' '.join(name for name, value in options.items() if value is True)
    return 'squid', {'squid': {'refresh_pattern': pattern}}, (f'refresh_pattern . {pattern["min"]} {pattern["percent"]}% {pattern["max"]} {words}',)


OPTIONS = (
    httpd('CacheDefaultExpire', 3, 'CacheDefaultExpire 3'),
    httpd('CacheMaxExpire', 3, 'CacheMaxExpire 3'),
    httpd('CacheMinExpire', 10, 'CacheMinExpire 10'),
    httpd('CacheLastModifiedFactor', 0.05, 'CacheLastModifiedFactor 0.05'),
    httpd('CacheIgnoreCacheControl', 'on', 'CacheIgnoreCacheControl On'),
    httpd('CacheIgnoreNoLastMod', 'on', 'CacheIgnoreNoLastMod On'),
    httpd('CacheIgnoreQueryString', 'on', 'CacheIgnoreQueryString On'),
    httpd('CacheIgnoreURLSessionIdentifiers', ['q'], 'CacheIgnoreURLSessionIdentifiers q'),
    httpd('CacheIgnoreHeaders', ['Set-Cookie'], 'CacheIgnoreHeaders Set-Cookie'),
    httpd('CacheStoreExpired', 'on', 'CacheStoreExpired On'),
    httpd('CacheStoreNoStore', 'on', 'CacheStoreNoStore On'),
    httpd('CacheStorePrivate', 'on', 'CacheStorePrivate On'),
    httpd('CacheQuickHandler', 'off', 'CacheQuickHandler Off'),
    httpd('CacheDisable', 'on', 'CacheDisable /'),
    httpd('CacheMinFileSize', 1000, 'CacheMinFileSize 1000'),
    httpd('CacheMaxFileSize', 10, 'CacheMaxFileSize 10'),
    ats('cache.required_headers', 0),
    ats('cache.required_headers', 1),
    ('ats', {'traffic-server': {'cache.required_headers': 0, 'cache.heuristic_min_lifetime': 3}},
     ('CONFIG proxy.config.http.cache.required_headers INT 0', 'CONFIG proxy.config.http.cache.heuristic_min_lifetime INT 3')),
    ('ats', {'traffic-server': {'cache.required_headers': 0, 'cache.heuristic_min_lifetime': 2, 'cache.heuristic_max_lifetime': 4}},
     ('CONFIG proxy.config.http.cache.required_headers INT 0', 'CONFIG proxy.config.http.cache.heuristic_min_lifetime INT 2',
      'CONFIG proxy.config.http.cache.heuristic_max_lifetime INT 4')),
    ats('cache.guaranteed_min_lifetime', 4),
    ats('cache.guaranteed_max_lifetime', 3),
    ('ats', {'traffic-server': {'cache.ignore_client_no_cache': 0, 'cache.ignore_client_cc_max_age': 0}},
     ('CONFIG proxy.config.http.cache.ignore_client_no_cache INT 0', 'CONFIG proxy.config.http.cache.ignore_client_cc_max_age INT 0')),
    ats('cache.ignore_server_no_cache', 1),
    ats('cache.ignore_authentication', 1),
    ('ats', {'traffic-server': {'cache.enable_read_while_writer': 0}}, ('CONFIG proxy.config.cache.enable_read_while_writer INT 0',)),
    ('ats', {'traffic-server': {'cache.required_headers': 0, 'cache.heuristic_lm_factor': 0.05, 'cache.heuristic_min_lifetime': 1}},
     ('CONFIG proxy.config.http.cache.required_headers INT 0', 'CONFIG proxy.config.http.cache.heuristic_lm_factor FLOAT 0.05',
      'CONFIG proxy.config.http.cache.heuristic_min_lifetime INT 1')),
    ats('cache.cache_responses_to_cookies', 0),
    ('ats', {'traffic-server': {'cache.required_headers': 0, 'cache.when_to_revalidate': 1}},
     ('CONFIG proxy.config.http.cache.required_headers INT 0', 'CONFIG proxy.config.http.cache.when_to_revalidate INT 1')),
    ats('cache.when_to_revalidate', 2),
    ats('cache.when_to_revalidate', 3),
    ats('cache.http', 0),
    ('ats', {'traffic-server': {'negative_caching_enabled': 1, 'negative_caching_lifetime': 3}},
     ('CONFIG proxy.config.http.negative_caching_enabled INT 1', 'CONFIG proxy.config.http.negative_caching_lifetime INT 3')),
    ('ats', {'traffic-server': {'negative_caching_enabled': 1, 'negative_caching_lifetime': 3, 'negative_caching_list': [404]}},
     ('CONFIG proxy.config.http.negative_caching_enabled INT 1', 'CONFIG proxy.config.http.negative_caching_lifetime INT 3',
      'CONFIG proxy.config.http.negative_caching_list STRING 404')),
    ('ats', {'traffic-server': {'revalidate': 3}}, ('url_regex=.* revalidate=3s',)),
    ('ats', {'traffic-server': {'action': 'never-cache'}}, ('url_regex=.* action=never-cache',)),
    ('ats', {'traffic-server': {'action': 'ignore-server-no-cache'}}, ('url_regex=.* action=ignore-server-no-cache',)),
    ('ats', {'traffic-server': {'ttl-in-cache': 3}}, ('url_regex=.* ttl-in-cache=3s',)),
    ('haproxy', {'haproxy': {'max-age': 3}}, ('max-age 3',)),
    ('haproxy', {'haproxy': {'process-vary': 'off'}}, ('process-vary off',)),
    ('envoy', {'envoy': {'ignore_request_cache_control_header': True}}, ('ignore_request_cache_control_header: true',)),
    ('varnish', {'varnish': {'default_ttl': 3}}, ('default_ttl=3',)),
    refresh(min=1),
    refresh(percent=5),
    refresh(percent=0),
    refresh(**{'ignore-no-store': True}),
    refresh(**{'ignore-private': True}),
    refresh(min=1, **{'override-expire': True}),
    refresh(min=1, **{'override-lastmod': True}),
    refresh(**{'reload-into-ims': True}),
    refresh(**{'ignore-reload': True}),
    refresh(**{'refresh-ims': True}),
    refresh(**{'store-stale': True}),
    ('squid', {'squid': {'cache': 'deny'}}, ('cache deny all',)),
    ('squid', {'squid': {'send_hit': 'deny'}}, ('send_hit deny all',)),
    ('squid', {'squid': {'store_miss': 'deny'}}, ('store_miss deny all',)),
    ('squid', {'squid': {'negative_ttl': 3}}, ('negative_ttl 3 seconds',)),
    ('squid', {'squid': {'collapsed_forwarding': 'on'}}, ('collapsed_forwarding on',)),
    ('squid', {'squid': {'httpd_accel_surrogate_id': 'edge'}}, ('httpd_accel_surrogate_id edge',)),
)


async def other_query(prober, one, seen):
    """Whether a request with another query finds the answer."""
    path, page = prober.page(one, 'q')
    first = await prober.client.get('GET', path + '?q=1', [['Host', 'oracle.test']])
    await asyncio.sleep(0.05)
    seen[one['id']] = (await prober.follow(first, page, 'GET', path + '?q=2', []))[0]


async def measure(setup, number):
    prober = Prober(setup.port, f's{number}')
    await prober.start(setup.origin)
    seen, queries = await each(EXCHANGES, prober.all, WORKERS), {}
    fresh = next(one for one in EXCHANGES if one['id'] == 'by-expires')
    await other_query(prober, fresh, queries)
    prober.origin.close()
    for one in EXCHANGES:
        yield from_lines(one, seen, setup)
    yield list(by_query(fresh, queries, setup))


def from_lines(one, seen, setup):
    if 'harness_error' in seen[one['id']]:
        raise RuntimeError(f'{one["id"]}: {seen[one["id"]]["harness_error"]}')
    return list(lines(one, seen[one['id']], software=setup.software))


def by_query(one, queries, setup):
    from lines import ANSWERS, response, RECEIVED_AT
    what = ANSWERS.get(queries[one['id']])
    if what:
        asked, other = request(one), request(one)
        asked['url'], other['url'] = asked['url'] + '?q=1', other['url'] + '?q=2'
        yield {'id': one['id'] + '~query', 'tags': [], 'request': asked, 'response': response(one), 'other_request': other,
               'received_at': RECEIVED_AT, 'observed': {'other_user': what}}


async def measured(setup, number):
    return [line async for some in measure(setup, number) for line in some]


def run(setup, program, profile, settings, extra, number):
    """The lines of one option, and whether the site agrees with all of them."""
    server = caches.start(dataclasses.replace(setup, extra=extra), program)
    try:
        recorded = asyncio.run(measured(setup, number))
    finally:
        caches.stop(server)
    route = {'profile': profile, 'settings': settings}
    name = '+'.join(f'{name}={value}' for table in settings.values() for name, value in table.items()).replace(' ', '')
    for line in recorded:
        line['id'] = f'{name}/{line["id"]}'
        line['route'] = route
    with tempfile.NamedTemporaryFile('w', suffix='.json') as site:
        json.dump({'route': [route]}, site)
        site.flush()
        observations, found = disagreements(recorded, site.name)
        _, base = disagreements(recorded, profile)
    print(f'{setup.name} {name}: {observations} observations, {len(found)} disagree; without the setting {len(base)} would', flush=True)
    by_id = {line['id']: line for line in recorded}
    for one in found:
        print(f'  {one.id} {one.question}: observed {one.observed}, judged {one.judged} ({one.rule})\n    {describe(by_id[one.id])}', flush=True)
    return recorded, not found


def main():
    parser = argparse.ArgumentParser(description='Sets each setting on the real server, and holds it against the site file.')
    parser.add_argument('software', nargs='*', help='nginx, httpd, ats ... (default: all)')
    parser.add_argument('--out', help='a folder for the recordings')
    parser.add_argument('--place', default='here', help='where programs are had, as places.py says (default: here)')
    arguments = parser.parse_args()
    try:
        return 0 if measure_all(arguments) else 1
    finally:
        places.unmount_all(caches.WORK)


def measure_all(arguments):
    """Whether the site files agree with all that was seen."""
    good = True
    for name in dict.fromkeys(option[0] for option in OPTIONS):
        if arguments.software and name not in arguments.software:
            continue
        setup = caches.SETUPS[name]
        software = caches.SOFTWARE[setup.software]
        program = places.program(arguments.place if software.package else 'pypi', software, caches.WORK)
        version = software.version(program)
        recorded = []
        for number, (of, settings, extra) in enumerate(OPTIONS):
            if of == name:
                some, agrees = run(setup, program, setup.profile(version), settings, extra, number)
                recorded += some
                good &= agrees
        if arguments.out:
            os.makedirs(arguments.out, exist_ok=True)
            with gzip.GzipFile(f'{arguments.out}/{setup.software}-{version}.jsonl.gz', 'wb', mtime=0) as f:
                f.write(''.join(json.dumps(line) + '\n' for line in recorded).encode())
    return good


if __name__ == '__main__':
    exit_on_terminate()
    sys.exit(main())
