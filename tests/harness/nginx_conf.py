"""Random configurations of nginx's proxy cache, and exchanges that their conditions are about.

Everything comes from one `random.Random`: the same seed gives the same configurations on every machine.
"""
import dataclasses

COOKIES = ('session', 'theme', 'nocache', 'wordpress_logged_in_5f', 'PHPSESSID')
VALUES = ('', '0', '1', 'alice', 'bob')
FIELDS = ('X-Mode', 'Accept-Language', 'User-Agent', 'Authorization', 'Pragma')
ARGUMENTS = ('nocache', 'page', 'utm')
HOSTS = ('shop.test', 'www.shop.test', 'api.test', 'other.test')
AGENTS = ('desktop/1', 'Mobile Safari', 'bot')
EXPRESSIONS = ('wordpress_logged_in', 'wordpress_logged_in|PHPSESSID', 'session=', '^theme', 'alice')
TIMES = ('5', '10s', '1m', '90s', '1h30m', '2d', '0')
STATUSES = ('200', '301', '302', '404', '403', '500', '503', '204')
STALE = ('error', 'timeout', 'updating', 'http_500', 'http_503', 'http_404', 'http_403', 'http_429', 'invalid_header')
IGNORED = ('Set-Cookie', 'Cache-Control', 'Expires', 'Vary', 'X-Accel-Expires', 'X-Accel-Buffering')


@dataclasses.dataclass
class Location:
    """Where requests go, and how a path for it is made: `{}` stands for what no other probe asks for."""
    path: str

    def unique(self, token):
        return self.path.format(token)

    @property
    def is_one_path(self):
        return '{}' not in self.path


@dataclasses.dataclass
class Configuration:
    text: str
    locations: list


def chance(random, share):
    return random.random() < share


def some(random, choices, most):
    return random.sample(choices, random.randint(1, min(most, len(choices))))


def cookie_variable(random):
    return '$cookie_' + random.choice(('session', 'nocache', 'theme', 'PHPSESSID'))


def flag(random, names):
    """A word of `proxy_cache_bypass` or `proxy_no_cache`."""
    kinds = [lambda: cookie_variable(random), lambda: '$arg_' + random.choice(ARGUMENTS),
             lambda: '$http_' + random.choice(FIELDS).lower().replace('-', '_'), lambda: '$http_cache_control']
    kinds += [lambda: '$' + random.choice(names)] * (3 if names else 0)
    kinds += [lambda: cookie_variable(random) + '$arg_nocache', lambda: random.choice(('0', '1', '""'))] * chance(random, 0.2)
    return random.choice(kinds)()


def key(random, maps):
    start = random.choice(('$scheme$proxy_host', '$scheme$host', '$host', '$http_host', '$server_name', '', '$scheme://$host:$server_port',
                           '$request_method$host'))
    target = random.choice(('$request_uri', '$request_uri', '$uri$is_args$args', '$uri', '$uri?$arg_page', '$document_uri?$query_string'))
    parts = ['$cookie_session', '$cookie_theme', '$http_accept_language', '|$http_x_mode', '${cookie_session}-x', '$http_cookie']
    parts += ['$' + name for name in maps]
    return start + target + ''.join(some(random, parts, 2) if chance(random, 0.5) else [])


def directives(random, names, maps, at_http=False):
    """Cache directives of one level."""
    lines = []

    def add(share, line):
        if chance(random, share):
            lines.append(line() if callable(line) else line)

    def valid():
        statuses = [*some(random, STATUSES, 3)] if chance(random, 0.6) else ['any'] if chance(random, 0.5) else []
        return ' '.join(['proxy_cache_valid', *statuses, random.choice(TIMES)])

    if chance(random, 0.55):
        lines.extend(valid() for _ in range(random.randint(1, 3)))
    add(0.3, lambda: f'proxy_cache_key "{key(random, maps)}"')
    add(0.3, lambda: 'proxy_cache_bypass ' + ' '.join(flag(random, names) for _ in range(random.randint(1, 2))))
    add(0.3, lambda: 'proxy_no_cache ' + ' '.join(flag(random, names) for _ in range(random.randint(1, 2))))
    add(0.15, lambda: 'proxy_cache_methods ' + random.choice(('GET', 'GET HEAD', 'POST', 'GET HEAD POST', 'HEAD')))
    add(0.3, lambda: 'proxy_cache_lock ' + random.choice(('on', 'on', 'off')))
    add(0.2, lambda: 'proxy_cache_use_stale ' + random.choice(('off', ' '.join(some(random, STALE, 4)))))
    add(0.2, lambda: 'proxy_cache_background_update ' + random.choice(('on', 'off')))
    add(0.2, lambda: 'proxy_cache_revalidate ' + random.choice(('on', 'off')))
    add(0.12, lambda: 'proxy_cache_convert_head ' + random.choice(('on', 'off')))
    add(0.3, lambda: 'proxy_ignore_headers ' + ' '.join(some(random, IGNORED, 3)))
    add(0.06, lambda: 'proxy_buffering ' + random.choice(('on', 'off')))
    add(0.05, lambda: 'proxy_cache_lock_timeout 3s')
    add(0.05, lambda: 'proxy_hide_header ' + random.choice(('Set-Cookie', 'X-Mode')))
    add(0.05, lambda: 'proxy_set_header Cookie ""')
    add(0.05, lambda: 'proxy_http_version 1.1')
    add(0.05, 'proxy_cache_min_uses 1')
    add(0.04, 'proxy_cache_max_range_offset 100')
    add(0.04, 'proxy_force_ranges on')
    add(0.1 if at_http else 0.06, lambda: 'proxy_cache ' + random.choice(('main', 'second', 'off')))
    return lines


def map_block(random, name):
    flags = f'default 0; ~*{random.choice(EXPRESSIONS)} 1;'
    source, body = random.choice((
        ('$http_cookie', flags),
        ('$http_cookie', flags),
        (cookie_variable(random), 'default 1; "" 0;'),
        (cookie_variable(random), 'default 0; alice 1; bob 1;'),
        ('$request_uri', 'default 0; ~^/account 1; ~*\\.php 1;'),
        ('$uri', 'default 0; ~/api/ 1;'),
        ('$arg_nocache', 'default 0; 1 1; ~^a 1;'),
        ('$http_user_agent', 'default ""; ~*mobile m; ~*bot b;'),
        ('$request_method', 'default 0; POST 1; HEAD 1;'),
        ('$http_x_mode', 'default 0; preview 1; ~^de 1;'),
    ))
    return f'map {source} ${name} {{ {body} }}'


def condition(random):
    return random.choice((
        f'$http_cookie ~* "{random.choice(EXPRESSIONS)}"',
        '$query_string != ""',
        '$args',
        '$request_method = POST',
        '$request_uri ~* "/account|/cart|\\.php"',
        f'{cookie_variable(random)} = "alice"',
        f'{cookie_variable(random)} != ""',
        cookie_variable(random),
        '$arg_nocache',
        '$http_x_mode = preview',
        '$http_authorization',
        '$http_user_agent ~ Mobile',
        '$http_user_agent !~ Mobile',
    ))


def conditions(random, name):
    lines = [f'set ${name} {random.choice(("0", "0", "0", chr(34) * 2, "1", cookie_variable(random)))};']
    for _ in range(random.randint(1, 3)):
        lines.append(f'if ({condition(random)}) {{ set ${name} {random.choice(("1", "1", "1", "yes", "0"))}; }}')
    return lines


PLACES = (
    ('location /shop/', '/shop/{}'),
    ('location /shop/api/', '/shop/api/{}'),
    ('location ^~ /assets/', '/assets/{}.css'),
    ('location ~* \\.(css|js)$', '/{}.CSS'),
    ('location ~ \\.php$', '/{}.php'),
    ('location ~ ^/account', '/account/{}'),
    ('location = /cart', '/cart'),
    ('location ~ ^/v[0-9]+/', '/v2/{}'),
    ('location ~* ^/(img|media)/.*\\.jpe?g$', '/media/{}.jpg'),
)


def locations(random, origin, names, maps):
    """Text and where its locations are; `/` is always there."""
    text, found = [], []
    chosen = [('location /', '/page/{}')] + random.sample(PLACES, random.randint(1, 4))
    for head, path in chosen:
        own = directives(random, names, maps)
        nested = []
        if head in ('location /', 'location /shop/') and chance(random, 0.25):
            inside = path.replace('{}', '{}.jpg')
            nested = [f'location ~ \\.jpg$ {{ proxy_pass http://127.0.0.1:{origin}; {joined(directives(random, names, maps))} }}']
            found.append(Location(inside))
        passes = 'return 418' if chance(random, 0.03) else f'proxy_pass http://127.0.0.1:{origin}'
        text.append(f'{head} {{ {passes}; {joined(own)} ' + ' '.join(nested) + ' }')
        found.append(Location(path))
    return text, found


def joined(lines):
    return ' '.join(f'{line};' for line in unique(lines))


def unique(lines):
    """A directive that may stand once at a level stands once."""
    seen, kept = set(), []
    for line in lines:
        name = line.split()[0]
        if name not in seen or name in ('proxy_cache_valid', 'proxy_set_header', 'proxy_hide_header'):
            kept.append(line)
        seen.add(name)
    return kept


def configuration(random, folder, port, origin):
    maps = [f'm{i}' for i in range(random.randint(0, 3))]
    sets = [f's{i}' for i in range(random.randint(0, 2))]
    text = ['daemon off;', 'worker_processes 1;', 'user root;', f'pid {folder}/nginx.pid;', f'error_log {folder}/error.log;',
            'events { worker_connections 512; }', 'http {', 'access_log off;', 'proxy_cache main;']
    text += [f'{kind}_temp_path {folder}/t_{kind};' for kind in ('client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi')]
    text += [f'proxy_cache_path {folder}/{zone} levels={random.choice(("1", "1:2"))} keys_zone={zone}:1m;' for zone in ('main', 'second')]
    text += [map_block(random, name) for name in maps]
    http = [line for line in directives(random, maps, maps, at_http=True) if line.split()[0] != 'proxy_cache']
    text += [f'{line};' for line in unique(http)]
    found = []
    servers = [f'listen 127.0.0.1:{port}; server_name shop.test www.shop.test;']
    if chance(random, 0.3):
        servers.append(f'listen 127.0.0.1:{port}{random.choice(("", " default_server"))}; server_name {random.choice(("api.test", "*.test"))};')
    for server in servers:
        text.append(f'server {{ {server}')
        for name in sets:
            text += conditions(random, name)
        text += [f'{line};' for line in unique(directives(random, maps + sets, maps))]
        inner, places = locations(random, origin, maps + sets, maps)
        text += [*inner, '}']
        found.extend(places)
    text.append('}')
    return Configuration('\n'.join(text) + '\n', found)


def request(random, host='shop.test'):
    """Method, query and headers of a request."""
    headers = [['Host', host]]
    if chance(random, 0.6):
        pairs = [f'{name}={random.choice(VALUES)}' for name in some(random, COOKIES, 2)]
        headers.append(['Cookie', '; '.join(pairs)])
    for name, share, values in (('X-Mode', 0.2, ('preview', 'de', '0', '')), ('Authorization', 0.1, ('Basic YTpi',)),
                                ('Accept-Language', 0.2, ('de', 'en')), ('Cache-Control', 0.1, ('no-cache', 'max-age=0', 'no-store')),
                                ('Pragma', 0.05, ('no-cache',)), ('Range', 0.03, ('bytes=0-4',))):
        if chance(random, share):
            headers.append([name, random.choice(values)])
    headers.append(['User-Agent', random.choice(AGENTS)])
    headers += [['Accept', '*/*'], ['Accept-Encoding', random.choice(('gzip', 'gzip, br', 'identity'))]]
    query = '&'.join(f'{name}={random.choice(VALUES)}' for name in some(random, ARGUMENTS, 2)) if chance(random, 0.35) else ''
    method = random.choice(('GET',) * 8 + ('HEAD', 'POST'))
    return method, query, headers


def changed(random, method, query, headers):
    """The request of somebody else: one thing or two are other ones."""
    other = request(random)
    names = some(random, ['Cookie', 'User-Agent', 'X-Mode', 'Accept-Language', 'Authorization', 'Cache-Control', 'Accept-Encoding'], 2)
    kept = [line for line in headers if line[0] not in names]
    kept += [line for line in other[2] if line[0] in names]
    query = other[1] if chance(random, 0.2) else query
    method = other[0] if chance(random, 0.1) else method
    return method, query, kept


def response(random):
    """Status and header lines; instants are as `dates` writes them."""
    status = random.choice((200,) * 7 + (301, 302, 404, 403, 500, 503, 204, 429, 410))
    headers = []
    for share, line in (
        (0.5, lambda: ['Cache-Control', random.choice((
            'max-age=60', 'public, max-age=3600', 'private', 'no-store', 'no-cache', 'max-age=0', 's-maxage=30, max-age=600', 'private, max-age=60',
            'no-cache="set-cookie", max-age=60', 'max-age=x', 'must-revalidate', 'max-age=20, stale-while-revalidate=30',
            'max-age=20, stale-if-error=30', 'PUBLIC, MAX-AGE=40', 'no-store, max-age=90'))]),
        (0.2, lambda: ['Expires', random.choice(({'now': 100}, {'now': -100}, {'now': 86400}, '0', '-1', 'Thu, 01 Jan 1970 00:00:00 GMT'))]),
        (0.15, lambda: ['X-Accel-Expires', random.choice(('30', '0', {'now': 50, 'fmt': 'epoch@'}, {'now': -50, 'fmt': 'epoch@'}, 'off', '7200'))]),
        (0.25, lambda: ['Set-Cookie', 'sid=alice; Path=/']),
        (0.25, lambda: ['Vary', random.choice(('Accept-Encoding', 'Cookie', '*', 'X-Mode, Accept-Language', 'User-Agent', 'Origin'))]),
        (0.3, lambda: ['ETag', '"v1"']),
        (0.3, lambda: ['Last-Modified', {'now': -86400}]),
        (0.04, lambda: ['X-Accel-Buffering', random.choice(('no', 'yes'))]),
        (0.05, lambda: ['Age', '20']),
        (0.05, lambda: ['Pragma', 'no-cache']),
    ):
        if chance(random, share):
            headers.append(line())
    random.shuffle(headers)
    return status, headers
