"""Exchanges that came later than the recordings of `cases.py`, and with later requests of their own.

Members beside those of `cases.py`: `later`, a list of header lists, each of another request of the same method that
comes after the exchange: it differs in Accept-Encoding, in Host, or in its conditions. A Host is in its URL too.
"""
import hashlib
import json

from cases import CC, exchange

ETAG, MODIFIED = ('ETag', '"v1"'), ('Last-Modified', {'now': -864000})
FRESH, CHECKED = (CC, 'max-age=60'), (CC, 'no-cache')
LONG_PAST, FUTURE = 'Thu, 01 Jan 2015 00:00:00 GMT', 'Fri, 01 Jan 2038 00:00:00 GMT'
# What 31, 32, 63 and 64 bits hold, and the next numbers.
NUMBERS = [2**31 + 60, 2**32 + 60, 2**63 - 1, 2**63, 2**64 - 1, 2**64, 2**64 + 60]
CODINGS = ['br', 'gzip, br', 'gzip;q=0', 'identity', '*', '']
CONDITIONS = [
    [('If-None-Match', '"v1"')], [('If-None-Match', 'W/"v1"')], [('If-None-Match', '*')], [('If-None-Match', '"v2"')],
    [('If-Modified-Since', LONG_PAST)], [('If-Modified-Since', FUTURE)], [('If-Modified-Since', 'junk')],
    [('If-Match', '"v1"')], [('If-Match', '"v2"')], [('If-Unmodified-Since', FUTURE)], [('If-Unmodified-Since', LONG_PAST)],
]


def exchanges():
    found = []

    def case(tag, response, request=(), method='GET', later=()):
        one = exchange('edge', [tag], method, request, 200, response)
        if later:
            one['later'] = [[list(line) for line in headers] for headers in later]
            content = json.dumps([one['req'], one['res'], one['later']], sort_keys=True)
            one['id'] = f'edge-{hashlib.sha256(content.encode()).hexdigest()[:10]}'
        found.append(one)

    for family in (methods, numbers, conditions, codings, hosts):
        family(case)
    return found


def methods(case):
    """Some that are registered, and one that nobody knows."""
    for method in ('FOO', 'PROPFIND', 'QUERY'):
        case('method', [FRESH], method=method)
        case('method', [(CC, 'public, max-age=60'), ETAG], method=method)


def numbers(case):
    for number in NUMBERS:
        case('number', [(CC, f'max-age={number}')])
        case('number', [(CC, f's-maxage={number}')])
        case('number', [('X-Accel-Expires', str(number))])
        case('number', [FRESH, ('Age', str(number))])


def conditions(case):
    """In the request that brings the response, and in later ones."""
    for headers in CONDITIONS:
        case('condition', [FRESH, ETAG, MODIFIED], headers)
    case('condition', [FRESH, ETAG, MODIFIED], later=CONDITIONS)


def codings(case):
    later = [[('Accept-Encoding', coding)] for coding in CODINGS]
    for response in ([FRESH], [FRESH, ('Vary', 'Accept-Encoding')], [FRESH, ('Vary', 'accept-encoding, user-agent')],
                     [FRESH, ('Vary', 'Accept-Encoding'), ('Content-Encoding', 'gzip')], [FRESH, ('Content-Encoding', 'gzip')]):
        case('coding', response, later=later)
        case('coding', response, [('Accept-Encoding', 'gzip, br')], later=later)


def hosts(case):
    later = [[('Host', host)] for host in ('other.test', 'ORACLE.TEST', 'oracle.test:80', 'oracle.test:8080')]
    case('host', [FRESH], later=later)
    case('host', [FRESH, ('Vary', 'Host')], later=later)
    case('host', [FRESH, ('Set-Cookie', 'sid=alice')], later=later)


if __name__ == '__main__':
    found = exchanges()
    assert len({one['id'] for one in found}) == len(found)
    print(len(found), 'exchanges,', sum(len(one.get('later', ())) for one in found), 'later requests')
