"""The exchanges that are put to a cache: a request, and what the origin answers to it.

The list is the same on every machine (fixed seed), and an id is a hash over the content, so a
recording made years later can be laid beside an old one. `DIGEST` guards that; `cases.py` checks it.

An exchange is a dict, for it is written as JSON:
  id    <set>-<10 hex digits of a hash over request and response>
  set   hand | ttl | single | pair | cover | rand: the part of this file that made it
  tags  what it is about, in short words
  req   {"method", "headers": [[name, value]...], "query"?: true}
  res   {"status", "headers": [[name, value]...], "framing": "length|chunked|close", "version"?: "1.0"}
A header value is a string, or an instant {"now": seconds from the answer, "fmt"?: see dates.py}, or
`SELF` (the URL that was asked for), or null (only `Date`: the origin sends none).
"""
import hashlib
import itertools
import json
import random

SEED = 20171122
DIGEST = '4e476a52ac6dc9fe26fb7ed728be4771cc2489f0e5f162f5c7072c939dc6d050'

# The values of each dimension. The first is the default: the one an exchange has that says nothing of
# the dimension. A list is a header's lines, one element a line.
CACHE_CONTROL = [
    None, ['public'], ['private'], ['private="x-foo"'], ['private="set-cookie", max-age=60'], ['no-cache'],
    ['no-cache="set-cookie"'], ['no-cache="set-cookie", max-age=60'], ['no-cache="x-foo", max-age=60'], ['no-store'],
    # numbers, and what is not one
    ['max-age=60'], ['max-age=0'], ['max-age=-1'], ['max-age=junk'], ['max-age=60junk'],
    ['max-age=99999999999999999999'], ['max-age=2147483648'], ['max-age=4294967296'], ['max-age="60"'], ["max-age='60'"],
    ['max-age=60, max-age=0'], ['max-age=0, max-age=60'], ['max-age=60, max-age=60'],
    ['max-age'], ['max-age='], ['max-age=1.5'], ['max-age=0060'], ['max-age=+60'],
    ['max-age =60'], ['max-age= 60'], ['max-age = 60'], ['max-age: 60'],
    ['MAX-AGE=60'], ['Max-Age=60'], ['s-maxage=60'], ['s-maxage=0'], ['s-maxage=60, max-age=0'], ['s-maxage=0, max-age=60'],
    ['S-MaxAge=60'], ['s-maxage=junk, max-age=60'], ['s-maxage="60"'], ['s-maxage=60, private'],
    # directives together
    ['max-age=60, private'], ['public, max-age=60'], ['public, max-age=0'], ['max-age=60, must-revalidate'], ['must-revalidate'],
    ['proxy-revalidate'], ['max-age=0, must-revalidate'], ['max-age=60, proxy-revalidate'], ['no-store, max-age=60'],
    ['no-cache, max-age=60'], ['public, no-cache'], ['public, private, max-age=60'], ['no-cache, no-store, must-revalidate'],
    ['must-understand, max-age=60'],
    ['must-understand, no-store, max-age=60'], ['no-transform, max-age=60'], ['immutable, max-age=60'], ['immutable'],
    ['max-age=60, stale-while-revalidate=30'], ['max-age=0, stale-while-revalidate=30'], ['max-age=60, stale-if-error=30'],
    ['stale-while-revalidate=30'],
    # unknown names, quoted text that looks like a directive, empty elements
    ['foo=bar, max-age=60'], ['foo'], ['foo="max-age=60"'], ['foo="private", max-age=60'],
    ['foo="a, no-store, b", max-age=60'], ['foo="a, private", max-age=60'], [''], [', max-age=60,'], [',,,'],
    # two lines
    ['max-age=60', 'private'], ['private', 'max-age=60'], ['public', 'max-age=60'], ['max-age=60', 'no-store'],
    ['max-age=60', 'max-age=0'], ['max-age=0', 'max-age=60'],
    # letter case, wrong separators, names that contain another
    ['NO-STORE, max-age=60'], ['PRIVATE, max-age=60'], ['No-Cache, max-age=60'], ['max-age=60;private'], ['public; max-age=60'],
    ['max-age=60 private'], ['private max-age=60'], ['"no-store", max-age=60'], ['no-storex, max-age=60'],
    ['x-private, max-age=60'], ['private=, max-age=60'], ['private=x, max-age=60'], ['max-age=60,no-store'], ['\tmax-age=60 \t,\tpublic'],
]
EXPIRES = [
    None, [{'now': 60}], [{'now': -60}], ['0'], ['-1'], ['junk'], [''], [{'now': 0}],
    [{'now': 3600, 'fmt': 'rfc850'}], [{'now': 3600, 'fmt': 'asctime'}], [{'now': 3600, 'fmt': 'utc'}],
    [{'now': -3600, 'fmt': 'rfc850'}],
    [{'now': 3600}, {'now': -3600}], [{'now': -3600}, {'now': 3600}], [{'now': 315360000}],
]
PRAGMA = [None, ['no-cache']]
VARY = [
    None, ['Accept-Encoding'], ['Cookie'], ['User-Agent'], ['*'], ['Accept-Encoding', 'Cookie'], ['X-Foo, *'],
    ['accept-encoding, user-agent'], ['Origin'], ['X-Foo'], [''],
]
SET_COOKIE = [None, ['sid=abc; Path=/']]
LAST_MODIFIED = [None, [{'now': -864000}], [{'now': 0}], [{'now': 3600}], ['junk'], [{'now': -100000000}]]
ETAG = [None, ['"v1"'], ['W/"v1"'], ['v1']]
AGE = [None, ['0'], ['30'], ['100'], ['junk'], ['-1'], ['0', '100'], ['99999999999999']]
DATE = ['now', None, {'now': -3600}, {'now': 3600}, 'junk', {'now': -30}]
TARGETED = [
    None, [('Surrogate-Control', 'max-age=60')], [('Surrogate-Control', 'no-store')],
    [('Surrogate-Control', 'max-age=60, content="ESI/1.0"')], [('Surrogate-Control', 'no-store-remote')],
    [('Surrogate-Control', 'max-age=0')],
    [('CDN-Cache-Control', 'max-age=60')], [('CDN-Cache-Control', 'no-store')], [('CDN-Cache-Control', 'max-age=0')],
    [('CDN-Cache-Control', 'private')], [('CDN-Cache-Control', 'no-cache')],
    [('X-Accel-Expires', '60')], [('X-Accel-Expires', '0')], [('X-Accel-Expires', 'off')],
    [('X-Accel-Expires', {'now': 60, 'fmt': 'epoch@'})], [('X-Accel-Expires', 'junk')], [('X-Accel-Expires', '-1')],
    [('Edge-Control', 'max-age=60')], [('Cloudflare-CDN-Cache-Control', 'max-age=60')],
    [('Surrogate-Key', 'a b')], [('Warning', '110 - "stale"')],
]
CONTENT_ENCODING = [None, 'gzip']
FRAMING = ['length', 'chunked', 'close']
METHOD = ['GET', 'HEAD', 'POST', 'OPTIONS']
REQUEST = [
    (), (('Authorization', 'Bearer tok-alice'),), (('Cookie', 'uid=alice'),),
    (('Cache-Control', 'no-cache'),), (('Cache-Control', 'no-store'),), (('Cache-Control', 'max-age=0'),),
    (('Pragma', 'no-cache'),), (('Range', 'bytes=0-9'),),
    (('Cookie', 'uid=alice'), ('Authorization', 'Bearer tok-alice')),
    (('Cache-Control', 'max-stale=100'),), (('Cache-Control', 'min-fresh=1000'),), (('Cache-Control', 'max-age=30'),),
    (('Authorization', 'Basic YTpi'),),
]
STATUS = [
    200, 201, 203, 204, 206, 300, 301, 302, 303, 304, 307, 308, 400, 401, 403, 404, 405, 410, 414, 416, 418, 429, 451,
    500, 501, 502, 503, 504, 299, 499, 599,
]

# The order of the names is part of the random sequence: do not sort.
DIMENSIONS = {
    'method': METHOD, 'req': REQUEST, 'status': STATUS, 'cc': CACHE_CONTROL, 'expires': EXPIRES, 'pragma': PRAGMA, 'vary': VARY,
    'setcookie': SET_COOKIE, 'lastmod': LAST_MODIFIED, 'etag': ETAG, 'age': AGE, 'date': DATE, 'targeted': TARGETED,
    'ce': CONTENT_ENCODING, 'framing': FRAMING,
}
DEFAULTS = {name: values[0] for name, values in DIMENSIONS.items()}

# How many pairs of non-default values of two dimensions are tried, all else default.
PAIRS = {
    ('cc', 'expires'): 230, ('cc', 'status'): 200, ('req', 'cc'): 230, ('cc', 'vary'): 70, ('cc', 'setcookie'): 70,
    ('cc', 'targeted'): 150, ('method', 'cc'): 60, ('req', 'status'): 60, ('status', 'expires'): 60, ('cc', 'lastmod'): 90,
    ('expires', 'date'): 60, ('cc', 'age'): 60, ('cc', 'date'): 50, ('expires', 'age'): 30, ('cc', 'pragma'): 30,
    ('req', 'vary'): 50, ('req', 'setcookie'): 12, ('status', 'lastmod'): 40, ('targeted', 'expires'): 40,
    ('status', 'setcookie'): 15, ('targeted', 'setcookie'): 19, ('targeted', 'status'): 40, ('req', 'expires'): 40,
}
COVER_ROWS = 600
RANDOM_EXCHANGES = 450


def exchange(part, tags, method, request_headers, status, response_headers, framing='length', query=False, version='1.1'):
    request = {'method': method, 'headers': [list(line) for line in request_headers]}
    if query:
        request['query'] = True
    response = {'status': status, 'headers': [list(line) for line in response_headers], 'framing': framing}
    if version != '1.1':
        response['version'] = version
    digest = hashlib.sha256(json.dumps([request, response], sort_keys=True).encode()).hexdigest()[:10]
    return {'id': f'{part}-{digest}', 'set': part, 'tags': list(tags), 'req': request, 'res': response}


def from_values(values, part, tags=()):
    """The exchange that has these values in these dimensions, and the default in the others."""
    values = DEFAULTS | values
    headers = []

    def add(name, lines):
        headers.extend([name, line] for line in lines or [])

    if values['date'] != 'now':
        headers.append(['Date', values['date']])
    add('Cache-Control', values['cc'])
    add('Expires', values['expires'])
    add('Pragma', values['pragma'])
    headers.extend([name, value] for name, value in values['targeted'] or [])
    add('Vary', values['vary'])
    add('Set-Cookie', values['setcookie'])
    add('Last-Modified', values['lastmod'])
    add('ETag', values['etag'])
    add('Age', values['age'])
    if values['ce']:
        headers.append(['Content-Encoding', values['ce']])
    headers.extend(demanded_by(values['status']))
    return exchange(part, tags, values['method'], values['req'], values['status'], headers, values['framing'])


def demanded_by(status):
    """The header that makes a response with this status a sensible one."""
    if status in (201, 300, 301, 302, 303, 307, 308):
        return [['Location', '/elsewhere']]
    return {
        206: [['Content-Range', 'bytes 0-9/100']],
        401: [['WWW-Authenticate', 'Basic realm="x"']],
        405: [['Allow', 'GET']],
    }.get(status, [])


# Exchanges picked by hand. Each function is one family; `case` appends one exchange.

CC = 'Cache-Control'
ALICE = [('Cookie', 'uid=alice')]
TOKEN = [('Authorization', 'Bearer tok-alice')]
PAST, FUTURE = {'now': -60}, {'now': 60}
LONG_AGO = {'now': -864000}
SESSION = ('Set-Cookie', 'sid=alice; Path=/; HttpOnly')


def hand():
    exchanges = []

    def case(tag, response=(), request=(), status=200, method='GET', framing='length', query=False, version='1.1'):
        exchanges.append(exchange('hand', [tag], method, request, status, response, framing, query, version))

    for family in (mercari, query_strings, authorized, methods, request_headers, statuses, heuristics, pragma, targeted, order, vary,
                   dates, set_cookie, versions_and_framing, miscellany):
        family(case)
    return exchanges


def mercari(case):
    """What the origin of the 2017 incident sent when the CDN changed, and its neighbours."""
    for request in ((), ALICE, TOKEN):
        case('mercari', [(CC, 'no-cache'), ('Expires', PAST), SESSION], request)
        case('mercari', [(CC, 'no-cache'), ('Expires', PAST)], request)
        case('mercari', [(CC, 'no-cache'), ('Expires', {'now': -1000000000}), ('Pragma', 'no-cache'), SESSION], request)
        case('mercari', [('Expires', PAST), SESSION], request)
        case('mercari', [('Expires', PAST)], request)
        case('mercari', [('Expires', '0'), SESSION], request)
        case('mercari', [(CC, 'private'), ('Expires', PAST), SESSION], request)
        case('mercari', [(CC, 'private, no-cache'), ('Expires', PAST), SESSION], request)
        case('mercari', [(CC, 'max-age=0'), SESSION], request)
        case('mercari', [(CC, 'max-age=0'), ('Expires', FUTURE)], request)
        case('mercari', [(CC, 'no-store, no-cache, must-revalidate, post-check=0, pre-check=0'), ('Pragma', 'no-cache'),
                         ('Expires', 'Thu, 19 Nov 1981 08:52:00 GMT'), SESSION], request)
        case('mercari', [(CC, 'no-cache'), ('Expires', FUTURE), SESSION], request)
        case('mercari', [(CC, 'no-cache="Set-Cookie"'), ('Expires', PAST), SESSION], request)
        case('mercari', [(CC, 'no-cache'), ('ETag', '"v1"')], request)
        case('mercari', [(CC, 's-maxage=0'), SESSION], request)


def query_strings(case):
    for response in ((), [(CC, 'max-age=60')], [('Expires', FUTURE)], [('Last-Modified', LONG_AGO)], [(CC, 's-maxage=60')],
                     [(CC, 'public'), ('Last-Modified', LONG_AGO)]):
        case('query', response, query=True)


def authorized(case):
    for directives in ('public', 'public, max-age=60', 's-maxage=60', 'must-revalidate, max-age=60', 'max-age=60',
                       'proxy-revalidate, max-age=60', 'must-revalidate', 'public, s-maxage=0', 's-maxage=60, private',
                       'no-cache, public', 'immutable, max-age=60'):
        case('authz', [(CC, directives), ('ETag', '"v1"')], TOKEN)
    case('authz', [('Expires', FUTURE)], TOKEN)
    case('authz', [(CC, 'max-age=60'), ('Vary', 'Authorization')], TOKEN)
    case('authz', [(CC, 'public, max-age=60'), ('Vary', 'Authorization')], TOKEN)


def methods(case):
    for method in ('HEAD', 'POST', 'OPTIONS', 'PUT', 'DELETE', 'PATCH'):
        case('method', [(CC, 'max-age=60')], method=method)
        case('method', [(CC, 'public, max-age=60'), ('Content-Location', 'SELF'), ('ETag', '"v1"')], method=method)


def request_headers(case):
    for request in (
            [('If-None-Match', '"v1"')], [('If-None-Match', '"other"')], [('If-Modified-Since', 'Thu, 01 Jan 2015 00:00:00 GMT')],
            [('If-Match', '"v1"')], [('If-Range', '"v1"'), ('Range', 'bytes=0-3')], [('Range', 'bytes=0-3')],
            [('Range', 'bytes=900-')], [('Range', 'junk')], [(CC, 'only-if-cached')], [(CC, 'no-cache'), ('Pragma', 'no-cache')],
            [(CC, 'max-age=0'), ('Cookie', 'uid=alice')], [('Pragma', 'no-cache'), (CC, 'max-age=3600')],
            [(CC, 'no-store, max-age=0')], [(CC, 'NO-CACHE')], [(CC, 'foo')], [(CC, '"no-cache"')],
            [('Cookie', '')], [('Cookie', 'uid=alice; a=b')], [('Origin', 'https://a.test')], [('Upgrade-Insecure-Requests', '1')],
            [('X-Forwarded-For', '192.0.2.1')], [('Accept-Encoding', 'identity')], [('Accept-Encoding', 'br')]):
        case('reqhdr', [(CC, 'max-age=60'), ('ETag', '"v1"')], request)


def statuses(case):
    for status in (199, 202, 205, 207, 208, 226, 305, 306, 402, 406, 408, 409, 411, 412, 413, 415, 417, 421, 422, 423, 424, 425, 426,
                   428, 431, 505, 507, 508, 511, 520, 530, 700, 999):
        if status >= 200:
            case('status', [(CC, 'max-age=60')], status=status)
    for status in (404, 410, 301, 500, 503):
        case('status', [], status=status)
        case('status', [('Last-Modified', LONG_AGO)], status=status)
        case('status', [(CC, 'public')], status=status)
        case('status', [(CC, 'max-age=60'), ('Retry-After', '10')], status=status)
    case('status', [(CC, 'max-age=60'), ('Content-Range', 'bytes 0-9/10')], [('Range', 'bytes=0-9')], status=206)
    case('status', [(CC, 'max-age=60'), ('Content-Range', 'bytes 0-9/10')], status=200)


def heuristics(case):
    for age in (-10, -100, -1000, -36000, -864000, -8640000, -86400000):
        case('heur', [('Last-Modified', {'now': age})])
        case('heur', [('Last-Modified', {'now': age}), ('Set-Cookie', 'a=b')])
    for directives in ('public', 'must-revalidate', 'no-transform', 'private', 'no-cache', 'max-age=junk', 'foo', '', 'immutable',
                       'must-understand', 'stale-while-revalidate=100'):
        case('heur', [(CC, directives), ('Last-Modified', LONG_AGO)])
    for further in (('Date', None), ('Expires', '0'), ('Expires', 'junk'), ('Pragma', 'no-cache'), ('Vary', 'Accept-Encoding')):
        case('heur', [('Last-Modified', LONG_AGO), further])
    case('heur', [('ETag', '"v1"')])


def pragma(case):
    case('pragma', [('Pragma', 'no-cache'), (CC, 'max-age=60')])
    case('pragma', [('Pragma', 'no-cache'), ('Expires', FUTURE)])
    case('pragma', [('Pragma', 'no-cache'), (CC, 'public')])
    case('pragma', [('Pragma', 'foo'), ('Expires', FUTURE)])


def targeted(case):
    for field, value in (
            ('Surrogate-Control', 'max-age=60'), ('CDN-Cache-Control', 'max-age=60'), ('X-Accel-Expires', '60'),
            ('Surrogate-Control', 'max-age=60;oracle'), ('Surrogate-Control', 'no-store;other, max-age=60'),
            ('CDN-Cache-Control', 'max-age="60"'), ('CDN-Cache-Control', 'max-age=60.5'), ('CDN-Cache-Control', '')):
        case('targeted', [(field, value), (CC, 'no-store')])
        case('targeted', [(field, value), (CC, 'private'), SESSION])
        case('targeted', [(field, value), (CC, 'no-cache'), ('Expires', PAST), SESSION])
        case('targeted', [(field, value), (CC, 'max-age=0')])
        case('targeted', [(field, value), ('Vary', '*')])
    for value in ('0', 'off', '@0', '60'):
        case('targeted', [('X-Accel-Expires', value), (CC, 'max-age=60')])
        case('targeted', [('X-Accel-Expires', value), SESSION])
        case('targeted', [(CC, 'no-cache'), ('X-Accel-Expires', value)])


def order(case):
    """Some parsers stop at the first field they understand."""
    case('order', [('Expires', FUTURE), (CC, 'no-cache')])
    case('order', [(CC, 'no-cache'), ('Expires', FUTURE)])
    case('order', [('Expires', PAST), (CC, 'max-age=60')])
    case('order', [(CC, 'max-age=60'), ('Expires', PAST)])
    case('order', [('Expires', FUTURE), (CC, 'private')])
    case('order', [(CC, 'max-age=0'), ('Expires', FUTURE)])
    case('order', [('Expires', FUTURE), (CC, 'max-age=0')])
    case('order', [(CC, 'max-age=60'), ('X-Accel-Expires', '0')])
    case('order', [('X-Accel-Expires', '0'), (CC, 'max-age=60')])
    case('order', [('X-Accel-Expires', '60'), (CC, 'no-cache')])
    case('order', [(CC, 'private'), ('X-Accel-Expires', '60')])


def vary(case):
    fresh = (CC, 'max-age=60')
    for fields in ('*', 'Cookie', 'Accept-Encoding', 'User-Agent', 'Authorization', 'X-Foo', 'Accept-Encoding, *', 'Host', 'cookie',
                   'a b', ',', 'Accept', 'Accept-Encoding,Cookie,User-Agent', 'Referer', 'Accept-Language'):
        case('vary', [fresh, ('Vary', fields)])
        case('vary', [fresh, ('Vary', fields)], ALICE)
    case('vary', [fresh, ('Vary', 'Accept-Encoding'), ('Vary', '*')])
    case('vary', [fresh, ('Vary', '*'), ('Vary', 'Accept-Encoding')])
    case('vary', [fresh, ('Vary', 'X' * 60)])
    case('vary', [fresh, ('Vary', ', '.join(f'X-H{i}' for i in range(12)))])


def dates(case):
    case('date', [('Expires', 'Thu, 01 Jan 1970 00:00:00 GMT')])
    case('date', [('Expires', 'Thu, 01 Dec 1994 16:00:00 GMT'), (CC, 'max-age=60')])
    for text in ('Fri, 31 Dec 2199 23:59:59 GMT', 'Fri, 31 Dec 9999 23:59:59 GMT', 'fri, 01 jan 2038 00:00:00 gmt',
                 'Fri, 1 Jan 2038 00:00:00 GMT', '2038-01-01T00:00:00Z', 'Fri, 01 Jan 2038 00:00:00 +0000',
                 'Fri, 01 Jan 2038 00:00:00 EST', 'Fri, 01 Jan 2038 00:00:00', 'Mon, 01 Jan 2038 00:00:00 GMT',
                 'Friday, 01-Jan-38 00:00:00 GMT', '"Fri, 01 Jan 2038 00:00:00 GMT"', '01 Jan 2038 00:00:00 GMT', '99999999999',
                 'Fri, 01 Jan 2038 25:00:00 GMT'):
        case('date', [('Expires', text)])
    for date in (None, 'junk', {'now': 3600}, {'now': -3600}):
        case('date', [('Expires', FUTURE), ('Date', date)])
    case('date', [('Expires', PAST), ('Date', {'now': -3600})])
    case('date', [('Expires', {'now': 0})])
    for date in ({'now': -3600}, {'now': 3600}, None):
        case('date', [(CC, 'max-age=60'), ('Date', date)])
    for age in ('30', '59', '60', '61'):
        case('date', [(CC, 'max-age=60'), ('Age', age)])
    case('date', [('Expires', FUTURE), ('Age', '30')])
    case('date', [('Expires', FUTURE), ('Age', '61')])
    case('date', [(CC, 's-maxage=60'), ('Age', '61')])


def set_cookie(case):
    for directives in ('max-age=60', 'public, max-age=60', 's-maxage=60', 'no-cache="Set-Cookie", max-age=60',
                       'private="Set-Cookie", max-age=60'):
        case('setcookie', [(CC, directives), SESSION])
        case('setcookie', [(CC, directives), SESSION], ALICE)
    case('setcookie', [(CC, 'max-age=60'), ('Set-Cookie2', 'a=b')])
    case('setcookie', [(CC, 'max-age=60'), ('Set-Cookie', '')])


def versions_and_framing(case):
    for response in ([(CC, 'max-age=60')], [('Expires', FUTURE)], [('Pragma', 'no-cache'), ('Expires', FUTURE)],
                     [('Last-Modified', LONG_AGO)]):
        case('version', response, version='1.0', framing='close')
    case('framing', [(CC, 'max-age=60')], framing='chunked')
    case('framing', [(CC, 'max-age=60')], framing='close')


def miscellany(case):
    fresh = (CC, 'max-age=60')
    case('misc', [fresh, ('Connection', 'X-Foo'), ('X-Foo', '1')])
    for further in (('Trailer', 'X-T'), ('Clear-Site-Data', '"cookies"'), ('Content-Disposition', 'attachment'),
                    ('X-Accel-Buffering', 'no'), ('Access-Control-Allow-Origin', '*')):
        case('misc', [fresh, further])
    for line in (('cache-control', 'max-age=60'), ('CACHE-CONTROL', 'max-age=60'), ('Cache-control', 'PUBLIC, MAX-AGE=60'),
                 (CC, 'public,max-age=60,s-maxage=120,stale-while-revalidate=30,stale-if-error=86400,immutable'),
                 (CC, 'max-age=60, max-stale=10'), (CC, 'only-if-cached, max-age=60'), (CC, 'post-check=0, pre-check=0'),
                 (CC, 'max-age=60' + ', foo' * 200), (CC, 'no-cache, private, no-store, max-age=60, s-maxage=60, public')):
        case('misc', [line])


def short_lifetimes():
    """Lifetimes of a few seconds, polled in real time to find the second at which they end."""
    exchanges = []

    def case(response, status=200):
        exchanges.append(exchange('ttl', ['ttl'], 'GET', [], status, response))

    for n in (1, 2, 3, 4):
        case([(CC, f'max-age={n}')])
        case([(CC, f's-maxage={n}')])
        case([('Expires', {'now': n})])
        case([(CC, f'max-age={n}'), ('ETag', '"v1"')])
        case([(CC, f's-maxage={n}, max-age=60')])
        case([(CC, f'max-age={n}, s-maxage=60')])
        case([(CC, f'max-age={n}, must-revalidate')])
        case([(CC, f'max-age={n}'), ('Expires', {'now': 60})])
        case([(CC, 'max-age=60'), ('Expires', {'now': n})])
        case([(CC, f'max-age={n}, stale-while-revalidate=2')])
        case([(CC, f'max-age={n}, stale-if-error=60')])
        case([('X-Accel-Expires', str(n))])
        case([('Surrogate-Control', f'max-age={n}')])
        case([('CDN-Cache-Control', f'max-age={n}')])
        case([(CC, f'max-age={n}, max-age=60')])
        case([(CC, f'max-age=60, max-age={n}')])
        case([(CC, f'max-age={n}'), (CC, 'max-age=60')])
        case([(CC, f'max-age="{n}"')])
        case([(CC, f'max-age={n}.9')])
        for status in (404, 301, 302):
            case([(CC, f'max-age={n}')], status=status)
    for n in (1, 2, 3):
        case([(CC, f'max-age={30 + n}'), ('Age', '30')])
        case([(CC, f's-maxage={30 + n}'), ('Age', '30')])
        case([('Expires', {'now': 30 + n}), ('Age', '30')])
        case([(CC, f'max-age={30 + n}'), ('Date', {'now': -30})])
        case([('Expires', {'now': n}), ('Date', {'now': -30})])
        case([('Expires', {'now': n}), ('Date', {'now': 30})])
        case([(CC, f'max-age={30 + n}'), ('Date', {'now': -30}), ('Age', '30')])
        case([(CC, f'max-age={n}'), ('Date', {'now': 30})])
        case([('Expires', {'now': 30 + n}), ('Date', {'now': 30})])
        for tenth in (10, 5, 20):
            case([('Last-Modified', {'now': -tenth * n})])
        case([(CC, f'max-age={n}'), ('Date', None)])
        case([('Expires', {'now': n}), ('Date', None)])
        case([('Expires', {'now': n, 'fmt': 'rfc850'})])
        case([('Expires', {'now': n, 'fmt': 'asctime'})])
        case([('Expires', {'now': n}), ('Expires', {'now': 60})])
        case([('Expires', {'now': 60}), ('Expires', {'now': n})])
    return exchanges


class Collection:
    """The exchanges so far, without repeats, and which pairs of values of two dimensions they hold."""

    def __init__(self):
        self.exchanges = []
        self.covered = set()
        self.digests = set()
        self.index = {name: {json.dumps(value): i for i, value in enumerate(values)} for name, values in DIMENSIONS.items()}

    def add(self, exchange):
        """False where the same request and response are there already, from whichever part."""
        digest = exchange['id'].split('-')[1]
        if digest in self.digests:
            return False
        self.digests.add(digest)
        self.exchanges.append(exchange)
        return True

    def add_values(self, values, part, tags=()):
        full = DEFAULTS | values
        places = [(name, self.index[name][json.dumps(full[name])]) for name in DIMENSIONS]
        self.covered.update(itertools.combinations(places, 2))
        return self.add(from_values(values, part, tags))


def add_singles(collection):
    """Every value alone: bare, with an explicit lifetime, and with a validator."""
    for name, values in DIMENSIONS.items():
        for value in values:
            collection.add_values({name: value}, 'single', [name])
            if name != 'cc':
                collection.add_values({name: value, 'cc': ['max-age=60']}, 'single', [name, 'maxage'])
            if name != 'etag':
                validators = {'etag': ['"v1"']} if name == 'lastmod' else {'etag': ['"v1"'], 'lastmod': [LONG_AGO]}
                collection.add_values({name: value} | validators, 'single', [name, 'validator'])


def add_pairs(collection, rng):
    for (first, second), count in PAIRS.items():
        pairs = [(x, y) for x in DIMENSIONS[first][1:] for y in DIMENSIONS[second][1:]]
        rng.shuffle(pairs)
        for x, y in pairs[:count]:
            collection.add_values({first: x, second: y}, 'pair', [first, second])


def uncovered_pairs(collection):
    pairs = set()
    for first, second in itertools.combinations(DIMENSIONS, 2):
        if (first, second) == ('status', 'cc'):      # the largest product by far; `PAIRS` samples it
            continue
        for i in range(len(DIMENSIONS[first])):
            for j in range(len(DIMENSIONS[second])):
                pairs.add(((first, i), (second, j)))
    return pairs - collection.covered


def add_covering(collection, rng):
    """Rows with a value in every dimension, each the best of 25 at covering pairs that nothing covers yet."""
    todo = uncovered_pairs(collection)
    at_start, rows = len(todo), 0
    while todo and rows < COVER_ROWS:
        best, best_gain = None, -1
        wanted = rng.choice(sorted(todo)[:200])
        for _ in range(25):
            row = {name: rng.randrange(len(values)) for name, values in DIMENSIONS.items()}
            if rng.random() < 0.6:
                row['method'] = 0
            if rng.random() < 0.5:
                row['status'] = 0
            for name, i in wanted:
                row[name] = i
            gain = sum(pair in todo for pair in itertools.combinations(row.items(), 2))
            if gain > best_gain:
                best, best_gain = row, gain
        todo.difference_update(itertools.combinations(best.items(), 2))
        collection.add_values({name: DIMENSIONS[name][i] for name, i in best.items()}, 'cover')
        rows += 1
    return {'uncovered_pairs': len(todo), 'pairs_at_cover_start': at_start, 'cover_rows': rows}


def add_random(collection, rng):
    """Two to five dimensions at random, a lifetime in most."""
    added = 0
    while added < RANDOM_EXCHANGES:
        names = rng.sample([name for name in DIMENSIONS if name != 'method'], rng.randint(2, 5))
        if 'cc' not in names and rng.random() < 0.6:
            names.append('cc')
        values = {name: rng.choice(DIMENSIONS[name]) for name in names}
        if rng.random() < 0.1:
            values['method'] = rng.choice(METHOD)
        added += collection.add_values(values, 'rand')


def generate(seed=SEED):
    """All exchanges, and how far the covering part got. Every draw is in a fixed order: the ids depend on it."""
    rng = random.Random(seed)
    collection = Collection()
    for exchange in hand() + short_lifetimes():
        collection.add(exchange)
    add_singles(collection)
    add_pairs(collection, rng)
    coverage = add_covering(collection, rng)
    add_random(collection, rng)
    return collection.exchanges, coverage


def digest(generated):
    return hashlib.sha256(json.dumps(generated).encode()).hexdigest()


if __name__ == '__main__':
    generated = generate()
    assert digest(generated) == DIGEST, 'these are not the exchanges that the recordings were made of'
    print(len(generated[0]), 'exchanges', generated[1])
