"""From what was seen to the lines of a recording: what `storable decide` reads, and `observed`.

Dates are written for one instant, at which everything was received. What was not the same each time, or
says nothing about the cache's rules, is left out.
"""
import re

from client import BASE_HEADERS, BODY_HEADERS, WITH_BODY
from dates import header_value
from probes import ALICE, BOB, CROWD, OTHER_AGENT, has, replaced, without

RECEIVED = 1795305600
RECEIVED_AT = header_value({'now': 0}, RECEIVED)
URL = 'http://oracle.test/x'

# What the probes saw, in the words of `storable decide`. `gen`, `stale-error` and `error` say nothing.
ANSWERS = {'hit': 'hit', 'hit-noserial': 'hit', 'reval': 'validated', 'reval-full': 'validated', 'stale-async': 'hit', 'miss': 'miss'}
LATER_PROBES = ('same', 'later', 'cross', 'cross_cookie', 'plain')
WAITING_PROBES = ('coll_cookie', 'coll_plain')


def lines(exchange, seen, again=None, timed=None, crowds=None, software=''):
    """Up to five lines. `again`: the same probes a second time; `timed`, `crowds`: what clock.py and the crowd gave."""
    first = seen.get('first', {})
    answered_alone = first.get('fetches') == 0               # 504 to only-if-cached
    if 'harness_error' in seen or answered_alone or ends_on_a_second(exchange, seen):
        return
    unstable = unstable_probes(seen, again, timed)
    headers = exchange['req']['headers']
    cookie, authorized = has(headers, 'cookie'), has(headers, 'authorization')
    crowds = {} if authorized or not crowds else crowds      # the anonymous may share among themselves: nobody's secret
    made_by_cache = first.get('noserial') and first.get('status') not in (None, exchange['res']['status'])

    def answer(probe):
        return ANSWERS.get(seen.get(probe)) if probe not in unstable else None

    def waiting_answer(probe, crowd):
        stable = probe in seen and probe not in unstable and not made_by_cache
        return waiting(seen[probe], crowd) if stable else (None, None)

    def line(suffix, other, observed, mine=None, users=None):
        observed = {question: answer for question, answer in observed.items() if answer is not None}
        if observed:
            waiting = {'waiting': users - 1} if users else {}
            yield {'id': exchange['id'] + suffix, 'tags': exchange['tags'], 'request': mine or request(exchange),
                   'response': response(exchange), 'other_request': other, 'received_at': RECEIVED_AT, **waiting, 'observed': observed}

    same = answer('same')
    fresh = bracket(exchange, seen, timed, software) if same == 'hit' and 'later' not in unstable else None
    swapped = [BOB] if cookie else [] if authorized else [OTHER_AGENT]
    yield from line('', request(exchange, swapped, ('cookie', 'authorization')),
                    {'same_request': same, 'fresh_for': fresh, 'other_user': answer('cross')})
    yield from line('~cookie', request(exchange, [BOB], ('authorization',)), {'other_user': answer('cross_cookie')})
    yield from line('~plain', plain_request(exchange), {'other_user': answer('plain')})
    for i, further in enumerate(exchange.get('later', ())):
        other = whole_request(exchange, exchange['req']['method'], replaced(headers, further))
        yield from line(f'~after{i}', other, {'other_user': answer(f'after{i}')})
    what, users = waiting_answer('coll_plain', crowds.get('crowd_plain') if not cookie else None)
    yield from line('~wait', request(exchange, drop=('authorization',)), {'waiting_user': what}, users=users)
    what, users = waiting_answer('coll_cookie', crowds.get('crowd'))
    yield from line('~wait-cookies', request(exchange, [BOB], ('cookie', 'authorization')), {'waiting_user': what},
                    request(exchange, [ALICE], ('cookie',)), users)


def unstable_probes(seen, again, timed):
    unstable = {probe for probe in WAITING_PROBES if seen.get(probe, '').endswith('?')}
    if again is not None and 'harness_error' not in again:
        later = (*LATER_PROBES, *(probe for probe in seen if probe.startswith('after')))
        unstable |= {probe for probe in later if seen.get(probe) != again.get(probe)}
        unstable |= {probe for probe in WAITING_PROBES
                     if not again.get(probe, '').endswith('?') and seen.get(probe, '').rstrip('?') != again.get(probe, '')}
    if seen.get('same') == 'hit' and seen.get('later') == 'hit' and timed and timed['ttl'][0] == 0:
        unstable.add('same')                # a hit for two seconds here, for none under the moved clock
    return unstable


def ends_on_a_second(exchange, seen):
    """Lifetimes of a second or two end where a second begins: that is not repeatable."""
    if seen.get('same') == 'hit' and seen.get('later', 'hit') != 'hit':
        return True
    for name, value in exchange['res']['headers']:
        if isinstance(value, dict):
            if name.lower() == 'expires' and 0 <= value['now'] <= 1:
                return True
        elif value and name.lower() in ('cache-control', 'x-accel-expires', 'surrogate-control'):
            if re.search(r'(^|=)\s*"?1"?\s*([,.;]|$)', value):
                return True
    return False


def waiting(what, crowd):
    """The answer, and the number of users it took; a crowd that shared outweighs two users that did not."""
    users = CROWD if crowd else 2
    if crowd and crowd['origin'] >= crowd['users']:
        crowd = None                        # everyone asked: equal serials come from 304s
    if what.startswith('shared') or (crowd and crowd['max_same'] > 1):
        return 'shared', users
    if what == 'waited-reval':
        return 'validated', users
    if what in ('parallel', 'waited') or what.startswith('n'):
        return 'own-fetch', users
    return None, None


def bracket(exchange, seen, timed, software):
    """[still a hit, no longer one] in seconds after receipt, or None."""
    reported = seen.get('first', {}).get('h', {})
    if software == 'varnish' and reported.get('x-obj-uncacheable') == 'false' and seen.get('same') == 'hit':
        if any(name.lower() == 'expires' and not isinstance(value, dict) for name, value in exchange['res']['headers']):
            return None                     # a date that is written out does not move with the recording's clock
        lifetime = float(reported['x-obj-ttl'])
        return [lifetime - 0.5, lifetime + 0.5]
    hit, ended, ages = polled(seen, timed)
    if hit is None or hit <= 0:
        return None
    if len(ages) > 1 and software != 'nginx':
        hit -= lag(ages)
    if software == 'httpd' and ended is not None:
        hit, ended = hit - 1, ended + 1     # its store's clock can start up to two seconds early
    return [round(hit, 1), None if ended is None else round(ended, 1)]


def polled(seen, timed):
    """The bracket from the polls in real time, or where those saw no end from the moved clock; and the ages seen there."""
    ages = (timed or {}).get('ages', [])
    polls = seen.get('poll')
    if not polls:
        return (*(timed['ttl'] if timed else (None, None)), ages)
    if polls[-1][1] == 'hit' and timed:
        return (*timed['ttl'], ages)
    hits = [age for age, what, _ in polls if what == 'hit']
    ended = [age for age, what, _ in polls if what != 'hit']
    return max(hits, default=0), min(ended, default=None), ages


def lag(ages):
    """A poll may have been answered on the clock of the step before: the Age header tells by how much."""
    (age, said), (last_age, last_said) = ages
    try:
        lag = (last_age - age) - (int(last_said) - int(said))
    except ValueError:
        return 0
    return lag if lag > 4 else 0


def header_lines(pairs, url):
    def text(value):
        if isinstance(value, dict):
            return header_value(value, RECEIVED)
        return url if value == 'SELF' else value

    return [[name, text(value)] for name, value in pairs]


def url_of(exchange):
    return URL + ('?q=1' if exchange['req'].get('query') else '')


def request(exchange, extra=(), drop=()):
    return whole_request(exchange, exchange['req']['method'], without(exchange['req']['headers'], *drop) + list(extra))


def plain_request(exchange):
    return whole_request(exchange, 'GET', [])


def whole_request(exchange, method, headers):
    given = {name.lower() for name, _ in headers}
    headers = [line for line in BASE_HEADERS if line[0].lower() not in given] + headers
    if method in WITH_BODY:
        headers = headers + BODY_HEADERS
    host = dict(headers)['Host']
    url = url_of(exchange).replace('oracle.test', host)
    return {'method': method, 'url': url, 'headers': header_lines(headers, url)}


def response(exchange):
    """As the origin sends it, but for the serial; a body of 20 bytes stands for the real one."""
    answered = exchange['res']
    headers = answered['headers']
    if not any(name.lower() == 'date' for name, _ in headers):
        headers = [['Date', {'now': 0}]] + headers
    headers = [[name, value] for name, value in headers if value is not None]
    if answered['status'] == 206 and not any(name.lower() == 'content-range' for name, _ in headers):
        headers = headers + [['Content-Range', 'bytes 0-9/100']]
    if answered['status'] not in (204, 304):
        framing = {'length': ['Content-Length', '20'], 'empty': ['Content-Length', '0'], 'chunked': ['Transfer-Encoding', 'chunked'], 'close': ['Connection', 'close']}
        headers = headers + [['Content-Type', 'text/plain'], framing[answered['framing']]]
    out = {'status': answered['status'], 'headers': header_lines(headers, url_of(exchange))}
    if 'version' in answered:
        out['version'] = answered['version']
    return out
