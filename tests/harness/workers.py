#!/usr/bin/env -S python3 -B
"""What the real `workerd` (npm) decides of the Workers Cache API by itself. See README.md.

It refuses some responses, and hands everything else to a store that is not in it; here the store takes all that comes,
and says of it what its name says. So lifetimes and directives are not to be seen here. Exit status 1: something differs from
what the profile `cloudflare-workers-cache-api` rests on.
"""
import http.client
import http.server
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading

import caches
import places
from signals import exit_on_terminate

VERSION = '1.20261117.1'
PORT, STORE = caches.BASE_PORT + 58, caches.BASE_PORT + 59
FRESH = ['Cache-Control', 'max-age=60']

# name: method, status, headers; then whether put() takes it, whether it reaches the store, and what match() says.
CASES = {
    'ok': ('GET', 200, [FRESH], 'accepted', True, 'hit'),
    'post': ('POST', 200, [FRESH], 'refused', False, 'hit'),
    'head': ('HEAD', 200, [FRESH], 'refused', False, 'hit'),
    'part': ('GET', 206, [FRESH, ['Content-Range', 'bytes 0-0/1']], 'refused', False, 'hit'),
    'star': ('GET', 200, [FRESH, ['Vary', '*']], 'refused', False, 'hit'),
    'star-among-others': ('GET', 200, [FRESH, ['Vary', 'Accept, *']], 'refused', False, 'hit'),
    'not-modified': ('GET', 304, [FRESH], 'accepted', False, 'hit'),
    # Left to the store.
    'vary': ('GET', 200, [FRESH, ['Vary', 'Cookie']], 'accepted', True, 'hit'),
    'cookie': ('GET', 200, [FRESH, ['Set-Cookie', 'a=b']], 'accepted', True, 'hit'),
    'private': ('GET', 200, [['Cache-Control', 'private']], 'accepted', True, 'hit'),
    'no-store': ('GET', 200, [['Cache-Control', 'no-store']], 'accepted', True, 'hit'),
    'error': ('GET', 500, [FRESH], 'accepted', True, 'hit'),
    # The store says so of what it has.
    'EXPIRED': ('GET', 200, [FRESH], 'accepted', True, 'miss'),
    'STALE': ('GET', 200, [FRESH], 'accepted', True, 'miss'),
    'UPDATING': ('GET', 200, [FRESH], 'accepted', True, 'miss'),
    'MISS': ('GET', 200, [FRESH], 'accepted', True, 'miss'),
}


class Store(http.server.BaseHTTPRequestHandler):
    """Behind the Cache API: PUT stores, GET finds. The names of those that came are in `stored`."""
    protocol_version = 'HTTP/1.1'
    stored = set()

    def log_message(self, *_):
        pass

    def do_PUT(self):
        self.rfile.read(int(self.headers['Content-Length']))
        self.stored.add(self.path[1:])
        self.send_response(204)
        self.end_headers()

    def do_GET(self):
        name = self.path[1:]
        self.send_response(504 if name == 'MISS' else 200)
        self.send_header('CF-Cache-Status', name if name.isupper() else 'HIT')
        self.send_header('Content-Length', '1')
        self.end_headers()
        self.wfile.write(b'x')


def get(work):
    """The program; npm brings it."""
    program = os.path.join(work, 'workerd', 'node_modules', '.bin', 'workerd')
    if not os.path.exists(program):
        if shutil.which('npm') is None:
            raise places.Impossible('there is no npm')
        folder = os.path.join(work, 'workerd')
        places.run(['npm', 'install', '--silent', '--no-audit', '--no-fund', '--prefix', folder, f'workerd@{VERSION}'])
    return program


def measure(program):
    """{name: (put, reached the store, match)}"""
    store = http.server.ThreadingHTTPServer(('127.0.0.1', STORE), Store)
    threading.Thread(target=store.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(os.path.join(caches.HERE, 'configs', 'worker.js'), folder)
        config = caches.write(f'{folder}/workerd.capnp', caches.template('workerd.capnp.tmpl', PORT=PORT, STORE=STORE))
        with open(f'{folder}/out.log', 'w') as log:
            server = subprocess.Popen([program, 'serve', config], stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True)
        try:
            caches.wait_for_port(server, PORT)
            asked = [dict(name=name, method=method, status=status, headers=headers)
                     for name, (method, status, headers, *_) in CASES.items()]
            connection = http.client.HTTPConnection('127.0.0.1', PORT, timeout=20)
            connection.request('POST', '/', json.dumps(asked))
            said = json.load(connection.getresponse())
        finally:
            caches.stop(server)
            store.shutdown()
    return {one['name']: (one['put'], one['name'] in Store.stored, one['match']) for one in said}


def main():
    try:
        seen = measure(get(caches.WORK))
    except places.Impossible as reason:
        sys.exit(f'workerd: {reason}')
    wrong = {name: seen.get(name) for name, case in CASES.items() if seen.get(name) != case[3:]}
    for name, found in wrong.items():
        print(f'{name}: put, store and match: expected {CASES[name][3:]}, seen {found}')
    print(f'workerd {VERSION}: {len(CASES) - len(wrong)} of {len(CASES)} as expected')
    return 1 if wrong else 0


if __name__ == '__main__':
    exit_on_terminate()
    sys.exit(main())
