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


def install(package, root=''):
    """`root`: a Debian in a folder, instead of this machine."""
    if shutil.which('apt-get') is None:
        raise Impossible('there is no apt-get')
    if os.geteuid() != 0:
        raise Impossible('installing needs root')
    with no_auto_start(root):
        arguments = ('install', '--no-install-recommends', package)
        if apt_get(root, *arguments) is not None:
            apt_get(root, 'update')         # the lists may be old, or not there at all
            refusal = apt_get(root, *arguments)
            if refusal is not None:
                raise Impossible(f'apt-get: {refusal}')


def apt_get(root, command, *arguments):
    """None where it worked, else what apt-get says."""
    environment = os.environ | {'DEBIAN_FRONTEND': 'noninteractive', 'LC_ALL': 'C'}
    enter = ['chroot', root] if root else []
    try:
        run = subprocess.run([*enter, 'apt-get', command, '-y', '-qq', *OPTIONS, *arguments], env=environment,
                             stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        return f'took more than {PATIENCE} s'
    return None if run.returncode == 0 else (run.stderr.strip().splitlines() or [f'status {run.returncode}'])[-1]


@contextlib.contextmanager
def no_auto_start(root=''):
    policy = root + POLICY
    if os.path.exists(policy):
        enter = ['chroot', root] if root else []
        if subprocess.run([*enter, POLICY, 'nginx', 'start'], capture_output=True).returncode != FORBIDDEN:
            raise Impossible(f'{policy} lets servers start by themselves')
        yield
        return
    with open(policy, 'w') as f:
        f.write(f'#!/bin/sh\nexit {FORBIDDEN}\n')
    os.chmod(policy, 0o755)
    try:
        yield
    finally:
        os.remove(policy)
