"""Installs Debian packages of caches in such a way that none of them starts by itself."""
import contextlib
import os
import shutil
import subprocess

POLICY = '/usr/sbin/policy-rc.d'        # invoke-rc.d asks it before it starts anything; 101 forbids
FORBIDDEN = 101
PATIENCE = 240


class Impossible(Exception):
    """Why a package could not be installed."""


def install(package):
    if shutil.which('apt-get') is None:
        raise Impossible('there is no apt-get')
    if os.geteuid() != 0:
        raise Impossible('installing needs root')
    with no_auto_start():
        if not apt_get('install', '--no-install-recommends', package):
            apt_get('update')
            if not apt_get('install', '--no-install-recommends', package):
                raise Impossible(f'no such package, or no way to get it: apt-get install {package} fails')


def apt_get(command, *arguments):
    environment = os.environ | {'DEBIAN_FRONTEND': 'noninteractive'}
    try:
        run = subprocess.run(['apt-get', command, '-y', '-qq', *arguments], env=environment, stdin=subprocess.DEVNULL,
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        return False
    return run.returncode == 0


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
