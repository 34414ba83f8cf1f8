"""The caches: how each is configured, started and stopped, and which profile a version has.

Servers listen on 127.0.0.1 only. Squid, httpd and Traffic Server drop their privileges, so this wants root.
"""
import dataclasses
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time

import places

HERE = os.path.dirname(os.path.abspath(__file__))
BASE_PORT = int(os.environ.get('HARNESS_BASE_PORT', '23110'))
WORK = os.environ.get('HARNESS_WORK', os.path.join(tempfile.gettempdir(), 'storable-harness'))


@dataclasses.dataclass(frozen=True)
class Software:
    """A cache server. `profiles`: the first version (major, minor, patch) that an id stands for; None: no profile."""
    name: str
    package: str | None
    program: str
    version_arguments: tuple
    version_pattern: str
    profiles: tuple

    def version(self, program):
        """The name and the version that a program gives itself, or None."""
        said = subprocess.run(program.command(self.version_arguments), capture_output=True, text=True)
        found = re.search(self.version_pattern, said.stdout + said.stderr)
        return found and found.group(1)

    def profile(self, version):
        """The id for a version, as the one of the last entry that is not newer."""
        numbers = tuple(int(part) for part in version.split('.'))
        ids = [id for first, id in self.profiles if first <= numbers]
        return ids[-1] if ids else None


SOFTWARE = {one.name: one for one in (
    Software('nginx', 'nginx', 'nginx', ('-v',), r'nginx/(\d+\.\d+\.\d+)',
             (((1, 22), 'nginx-1.22'), ((1, 23), 'nginx-1.26'), ((1, 29, 2), 'nginx'))),
    Software('varnish', 'varnish', 'varnishd', ('-V',), r'(?:varnish|vinyl-cache)-(\d+\.\d+\.\d+)',
             (((7, 0), 'varnish-7'), ((7, 6), 'varnish-7.7'), ((8, 0), 'varnish-8'), ((9, 0), 'vinyl-9'), ((10, 0), None))),
    Software('squid', 'squid', 'squid', ('-v',), r'Version (\d+\.\d+)',
             (((5, 0), 'squid-5'), ((6, 0), 'squid-6'), ((7, 0), 'squid'), ((8, 0), None))),
    Software('ats', 'trafficserver', 'traffic_server', ('-V',), r'Traffic Server (\d+\.\d+\.\d+)',
             (((9, 0), 'ats-9'), ((10, 0), 'ats-10'), ((11, 0), None))),
    Software('httpd', 'apache2', 'apache2', ('-v',), r'Apache/(\d+\.\d+\.\d+)',
             (((2, 4), 'httpd-2.4'), ((2, 5), None))),
    Software('haproxy', 'haproxy', 'haproxy', ('-v',), r'version (\d+\.\d+\.\d+)',
             (((2, 6), 'haproxy-2.6'), ((2, 7), None), ((2, 8), 'haproxy-2.8'), ((2, 9), None), ((3, 0), 'haproxy-3.0'),
              ((3, 2, 20), 'haproxy-3'), ((3, 3), None), ((3, 4), 'haproxy-3'), ((4, 0), None))),
    Software('envoy', None, 'envoy', ('--version',), r'/(\d+\.\d+\.\d+)/',
             (((1, 39), 'envoy-1.39'), ((1, 40), 'envoy'), ((1, 41), None))),
    Software('pingora', None, 'pingora-cache', ('--version',), r'pingora (\d+\.\d+\.\d+)',
             (((0, 9), 'pingora-0.9'), ((0, 10), None))),
)}


@dataclasses.dataclass(frozen=True)
class Setup:
    """A server with a configuration: what one recording is made of.

    `suffix` comes after the profile's id, `flags` after it in a command of `storable proxy`. `waiting_only`: only the requests that wait are answered differently
    than without the setting. `never_waits`: no request is known to wait here, so a probe that says so is repeated.
    """
    name: str
    software: str
    port: int
    origin: int
    suffix: str = ''
    extra: tuple = ()           # what `settings.py` adds to the configuration
    flags: tuple = ()
    waiting_only: bool = False
    never_waits: bool = False

    @property
    def server(self):
        """The setups of nginx are one server."""
        return 'nginx' if self.software == 'nginx' else self.name

    def profile(self, version):
        profile = SOFTWARE[self.software].profile(version)
        return profile and profile + self.suffix


def setups():
    listed = [
        dict(name='nginx', software='nginx', never_waits=True),
        dict(name='nginx-valid', software='nginx', suffix='-valid-60s', never_waits=True),
        dict(name='nginx-lock', software='nginx', suffix='-lock', waiting_only=True),
        dict(name='nginx-valid-lock', software='nginx', suffix='-valid-60s-lock', waiting_only=True),
        dict(name='varnish', software='varnish'),
        dict(name='squid', software='squid', never_waits=True),
        dict(name='squid-cf', software='squid', suffix='-collapsed', waiting_only=True),
        dict(name='ats', software='ats'),
        dict(name='ats-heur', software='ats', suffix='-heuristic'),
        dict(name='httpd', software='httpd', never_waits=True),
        dict(name='haproxy', software='haproxy', never_waits=True),
        dict(name='envoy', software='envoy'),
        dict(name='pingora', software='pingora'),
        dict(name='varnish-deliver', software='varnish', suffix='-deliver-expired'),
        dict(name='nginx-revalidate', software='nginx', flags=('--revalidate',), never_waits=True),
        dict(name='nginx-ignoring', software='nginx', suffix='-ignoring', never_waits=True),
    ]
    return {one['name']: Setup(port=BASE_PORT + i, origin=BASE_PORT + 40 + i, **one) for i, one in enumerate(listed)}


SETUPS = setups()


def template(file, **values):
    """A file of `configs/` with its places filled in."""
    with open(os.path.join(HERE, 'configs', file)) as f:
        text = f.read()
    for setup in SETUPS.values():
        text = text.replace(f'@PORT_{setup.name}@', str(setup.port)).replace(f'@ORIGIN_{setup.name}@', str(setup.origin))
    for name, value in values.items():
        text = text.replace(f'@{name}@', str(value))
    left = re.findall(r'@[A-Z]+@', text)
    assert not left, f'{file}: nothing to put in for {left}'
    return text


def write(path, text):
    with open(path, 'w') as f:
        f.write(text)
    return path


# Each writes its configuration and gives back the program's arguments and further environment variables.

def nginx(setup, folder, faketime):
    names = ('FAKETIME_TIMESTAMP_FILE', 'FAKETIME_CACHE_DURATION', 'DONT_FAKE_MONOTONIC', 'LD_PRELOAD', 'NO_FAKE_STAT')
    config = template('nginx.conf.tmpl', DIR=folder,
                      INACTIVE=' inactive=40000d' if faketime else '',       # else a moved clock throws everything out
                      ENVLINES=' '.join(f'env {name};' for name in names) if faketime else '')
    return ['-p', folder, '-c', write(f'{folder}/nginx.conf', config)], {}


def varnish(setup, folder, faketime):
    deliver = 'if (beresp.ttl <= 0s) { return (deliver); }' if setup.suffix == '-deliver-expired' else ''
    vcl = write(f'{folder}/default.vcl', template('varnish.vcl.tmpl', ORIGIN=setup.origin, DELIVER=deliver))
    parameters = [word for line in setup.extra for word in ('-p', line)]
    return ['-F', '-j', 'none', '-n', f'{folder}/n', '-a', f'127.0.0.1:{setup.port}', '-T', 'none', '-f', vcl,
            '-s', 'malloc,256m', *parameters], {}


def squid(setup, folder, faketime):
    config = template('squid.conf.tmpl', DIR=folder, PORT=setup.port, ORIGIN=setup.origin, CF='on' if setup.name == 'squid-cf' else 'off')
    shutil.chown(folder, 'proxy', 'proxy')
    patterns = [line for line in setup.extra if line.startswith('refresh_pattern')]
    others = [line for line in setup.extra if line not in patterns]
    config = '\n'.join((*patterns, config, *others, ''))         # of patterns the first counts, of others the last
    return ['-N', '-n', setup.name.replace('-', ''), '-f', write(f'{folder}/squid.conf', config)], {}


def ats(setup, folder, faketime):
    """The package's own configuration, copied, with ours at the end of it."""
    etc = f'{folder}/etc'
    shutil.copytree('/etc/trafficserver', etc)
    for sub in ('cache', 'run', 'log'):
        os.makedirs(f'{folder}/{sub}')
    layout = dict(prefix=folder, exec_prefix='/usr', bindir='/usr/bin', sbindir='/usr/sbin', sysconfdir=etc,
                  datadir='/usr/share/trafficserver', includedir='/usr/include', libdir='/usr/lib',
                  libexecdir='/usr/lib/trafficserver/modules', localstatedir=folder, runtimedir=f'{folder}/run', logdir=f'{folder}/log',
                  mandir='/usr/share/man', infodir='/usr/share/info', cachedir=f'{folder}/cache')
    write(f'{folder}/runroot.yaml', ''.join(f'{name}: {path}\n' for name, path in layout.items()))
    write(f'{etc}/remap.config', template('ats-remap.config.tmpl', ORIGIN=setup.origin))
    write(f'{etc}/storage.config', f'{folder}/cache 256M\n')
    records = template('ats-records.extra.tmpl', PORT=setup.port, REQHDR='0' if setup.name == 'ats-heur' else '2')
    records += ''.join(f'{line}\n' for line in setup.extra if line.startswith('CONFIG'))
    with open(f'{etc}/cache.config', 'a') as f:
        f.write(''.join(f'{line}\n' for line in setup.extra if not line.startswith('CONFIG')))
    variables = {}
    if os.path.exists(f'{etc}/records.config'):
        with open(f'{etc}/records.config', 'a') as f:
            f.write('\n' + records)
    else:                                   # from version 10 on it is YAML, which cannot be appended to
        variables = records_as_variables(records)
    subprocess.run(['chown', '-R', 'trafficserver:trafficserver', folder], check=True)
    return [f'--run-root={folder}/runroot.yaml'], variables


def records_as_variables(records):
    """Traffic Server takes `proxy.config.a.b` from PROXY_CONFIG_A_B as well."""
    lines = (line.split(maxsplit=3) for line in records.splitlines() if line.startswith('CONFIG'))
    return {name.upper().replace('.', '_'): value for _, name, _, value in lines if value != 'NULL'}


def httpd(setup, folder, faketime):
    os.makedirs(f'{folder}/cache')
    shutil.chown(f'{folder}/cache', 'www-data', 'www-data')
    config = template('httpd.conf.tmpl', DIR=folder, PORT=setup.port, ORIGIN=setup.origin) + ''.join(f'{line}\n' for line in setup.extra)
    return ['-f', write(f'{folder}/httpd.conf', config), '-D', 'FOREGROUND'], {}


def haproxy(setup, folder, faketime):
    config = template('haproxy.cfg.tmpl', DIR=folder, PORT=setup.port, ORIGIN=setup.origin)
    for line in setup.extra:                # each takes the place of the line of its keyword
        config = re.sub(rf'{line.split()[0]} .*', line, config)
    return ['-f', write(f'{folder}/haproxy.cfg', config), '-db'], {}


def envoy(setup, folder, faketime):
    config = template('envoy.yaml.tmpl', PORT=setup.port, ORIGIN=setup.origin)
    for line in setup.extra:                # each is a member of the filter's configuration
        config = re.sub(r'( *)("@type": \S+\.CacheV2Config)\n', lambda found: f'{found[0]}{found[1]}{line}\n', config)
    return ['-c', write(f'{folder}/envoy.yaml', config), '--concurrency', '1', '--disable-hot-restart', '-l', 'warning'], {}


def pingora(setup, folder, faketime):
    return [str(setup.port), str(setup.origin)], {}


CONFIGURE = dict(envoy=envoy, pingora=pingora, nginx=nginx, varnish=varnish, squid=squid, ats=ats, httpd=httpd, haproxy=haproxy)


def start(setup, program, faketime=None):
    """Starts the server of a setup, as `places.program` says. `faketime`: the file that holds its clock's offset."""
    demand_free(setup.port)                 # before the folder of a server that may be running is removed
    folder = os.path.join(WORK, setup.server)
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    for path in (WORK, folder):             # the users that servers become have to get there
        os.chmod(path, 0o755)
    arguments, variables = CONFIGURE[setup.software](setup, folder, faketime)
    clock = places.moved_clock(program, SOFTWARE[setup.software], faketime, WORK) if faketime else ()
    command = program.command(arguments, (*variables.items(), *clock))
    return launch(setup.name, command, folder, setup.port)


def launch(name, command, folder, port):
    """Runs a server in its folder, and waits until it answers at its port."""
    log_path = f'{folder}/out.log'
    with open(log_path, 'w') as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, cwd=folder, start_new_session=True)
    try:
        wait_for_port(process, port)
    except RuntimeError as error:
        stop(process)
        with open(log_path) as log:
            raise RuntimeError(f'{name}: {error}: {log.read()[-1500:]}') from None
    except BaseException:
        stop(process)
        raise
    return process


def demand_free(port):
    """Else the probes would talk to a stranger."""
    with socket.socket() as probe:
        if probe.connect_ex(('127.0.0.1', port)) == 0:
            raise RuntimeError(f'port {port} is taken (HARNESS_BASE_PORT moves all of them)')


def wait_for_port(process, port, seconds=30):
    end = time.time() + seconds
    while time.time() < end:
        if process.poll() is not None:
            raise RuntimeError(f'ended with status {process.returncode}')
        try:
            socket.create_connection(('127.0.0.1', port), 0.5).close()
        except OSError:
            time.sleep(0.1)
            continue
        # Traffic Server opens its port before its cache is ready.
        time.sleep(2 if any('traffic_server' in part for part in process.args) else 0.5)
        return
    raise RuntimeError(f'did not open port {port} in {seconds} s')


def stop(process):
    """Ends a server that `start` started, and what it started: it is the leader of a session of its own."""
    for kind, patience in ((signal.SIGTERM, 6), (signal.SIGKILL, 3)):
        if not signal_group(process, kind):
            return
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            continue
        signal_group(process, signal.SIGKILL)
        return


def signal_group(process, kind):
    try:
        os.killpg(process.pid, kind)
        return True
    except ProcessLookupError:
        return False
