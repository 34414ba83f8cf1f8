"""Installs Debian packages of caches in such a way that none of them starts by itself."""
import contextlib
import os
import shutil
import subprocess

POLICY = '/usr/sbin/policy-rc.d'        # invoke-rc.d asks it before it starts anything; 101 forbids
FORBIDDEN = 101
OPTIONS = ('-o', 'Acquire::http::Timeout=20', '-o', 'Acquire::Retries=1', '-o', 'DPkg::Lock::Timeout=60')
PATIENCE = 300


class Impossible(Exception):
    """Why a package could not be installed."""


def install(package):
    if shutil.which('apt-get') is None:
        raise Impossible('there is no apt-get')
    if os.geteuid() != 0:
        raise Impossible('installing needs root')
    with no_auto_start():
        arguments = ('install', '--no-install-recommends', package)
        if apt_get(*arguments) is not None:
            apt_get('update')               # the lists may be old, or not there at all
            refusal = apt_get(*arguments)
            if refusal is not None:
                raise Impossible(f'apt-get: {refusal}')


def apt_get(command, *arguments):
    """None where it worked, else what apt-get says."""
    environment = os.environ | {'DEBIAN_FRONTEND': 'noninteractive', 'LC_ALL': 'C'}
    try:
        run = subprocess.run(['apt-get', command, '-y', '-qq', *OPTIONS, *arguments], env=environment, stdin=subprocess.DEVNULL,
                             capture_output=True, text=True, timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        return f'took more than {PATIENCE} s'
    return None if run.returncode == 0 else (run.stderr.strip().splitlines() or [f'status {run.returncode}'])[-1]


@contextlib.contextmanager
def no_auto_start():
    if os.path.exists(POLICY):
        if subprocess.run([POLICY, 'nginx', 'start'], capture_output=True).returncode != FORBIDDEN:
            raise Impossible(f'{POLICY} lets servers start by themselves')
        yield
        return
    with open(POLICY, 'w') as f:
        f.write(f'#!/bin/sh\nexit {FORBIDDEN}\n')
    os.chmod(POLICY, 0o755)
    try:
        yield
    finally:
        os.remove(POLICY)
