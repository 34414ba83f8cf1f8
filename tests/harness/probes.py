"""The questions that are put to a cache about one exchange, and what the answers are called.

Every probe asks under a URL of its own, so that none finds what another left. What happened to a request
is read from two sides: the serial of the origin's answer that it got, and what the origin saw meanwhile.
"""
import asyncio
import time

from client import Client, with_base
from origin import Origin, Page, is_condition

SECOND_AFTER = 0.03         # between the end of the first answer and the next request
SETTLE = 0.04               # until a refetch behind an answer shows in the origin's log
LATER = 2.2                 # a hit is asked for again after that: what ends on a second boundary shows
WAITERS_AFTER = 0.01        # between the first request's arrival at the origin and those that wait
WAIT_DELAY = 0.15           # how long the origin takes while one request waits
SLOW_WAIT_DELAY = 0.5       # the same where a probe is repeated because it varied
WAIT_TRIES = 7
CROWD, CROWD_DELAY, CROWD_TRIES = 5, 0.25, 3
POLLS, POLL_EVERY = 13, 0.5
NEVER = 1e18

BOB, ALICE = ['Cookie', 'uid=bob'], ['Cookie', 'uid=alice']
OTHER_AGENT = ['User-Agent', 'other/1']
REPORTED = ('age', 'x-cache-status', 'x-cache', 'x-cache-detail', 'x-cache-hits', 'x-obj-ttl', 'x-obj-uncacheable', 'x-obj-hits',
            'x-be-ttl', 'x-be-grace', 'cache-status', 'warning', 'content-range')


def has(headers, name):
    return any(given.lower() == name for given, _ in headers)


def without(headers, *names):
    return [line for line in headers if line[0].lower() not in names]


def only(headers, name):
    return [line for line in headers if line[0].lower() == name]


def replaced(headers, others):
    """The headers, with others in the place of those of their names."""
    return without(headers, *[name.lower() for name, _ in others]) + others


def classify(answer, first, log):
    """What happened to a request that followed `first`; `log` is what the origin saw of it.

    hit           the origin saw nothing (hit-noserial: the same, but an answer that carries no serial)
    stale-async   the first answer again, before the origin had answered the refetch
    reval         the first answer again, after the cache asked the origin with a condition of its own
    reval-full    the cache asked with a condition and got a full answer
    stale-error   the first answer again, although the origin was asked without a condition
    miss          another answer
    gen           an answer that the cache made itself
    error         none
    """
    if answer.error or answer.status is None:
        return 'error'
    same = answer.serial is not None and answer.serial == first.serial
    if not log:
        if same:
            return 'hit'
        if answer.status != first.status:
            return 'gen'
        return 'hit' if answer.serial is None and first.serial is None else 'hit-noserial'
    if same and all(answer.complete < entry.get('done', NEVER) for entry in log):
        return 'stale-async'
    if any(entry.get('cond') and not entry.get('own') for entry in log):
        return 'reval' if same else 'reval-full'
    return 'stale-error' if same else 'miss'


def is_own(entry, headers):
    """Whether the conditions that the origin was asked with are the client's own, passed on."""
    own = {name.lower(): value for name, value in headers}
    return all(own.get(name) == value for name, value in entry['cond'].items())


class Prober:
    """Puts exchanges to the cache at `port`. `run` keeps the URLs of one run apart from those of another."""

    def __init__(self, port, run, waiting_only=False, wait_delay=WAIT_DELAY):
        self.origin, self.client = Origin(), Client(port)
        self.run, self.waiting_only, self.wait_delay = run, waiting_only, wait_delay

    async def start(self, origin_port):
        await self.origin.serve(origin_port)
        await self.client.warm_up(0.3)

    def page(self, exchange, probe, **delays):
        path = f'/{exchange["id"]}/{probe}{self.run}'
        page = self.origin.pages[path] = Page(exchange, **delays)
        return path + ('?q=1' if exchange['req'].get('query') else ''), page

    async def all(self, exchange):
        """Every question about one exchange."""
        seen = {} if self.waiting_only else await self.later_requests(exchange)
        seen.update(await self.waiting(exchange))
        if 'ttl' in exchange['tags'] and not self.waiting_only and seen.get('same') in ('hit', 'stale-async'):
            seen['poll'] = await self.poll(exchange)
        return seen

    # Requests that come after the first was answered.

    async def later_requests(self, exchange):
        method, headers = exchange['req']['method'], exchange['req']['headers']
        cookie, authorized = has(headers, 'cookie'), has(headers, 'authorization')
        anonymous = without(headers, 'authorization')
        seen = await self.same_request(exchange)

        other = [BOB if line[0].lower() == 'cookie' else line for line in anonymous]
        if not cookie and not authorized:
            other = other + [OTHER_AGENT]
        seen['cross'], answer = await self.pair(exchange, 'x', method, other)
        if seen['cross'] in ('hit', 'reval', 'stale-async') and 'set-cookie' in answer.headers:
            seen['cross_set_cookie'] = True
        if not cookie:
            seen['cross_cookie'], _ = await self.pair(exchange, 'k', method, anonymous + [BOB])
        if method != 'GET' or anonymous:
            seen['plain'], _ = await self.pair(exchange, 'p', 'GET', [])
        for i, further in enumerate(exchange.get('later', ())):
            seen[f'after{i}'], _ = await self.pair(exchange, f'a{i}', method, replaced(headers, further))
        return seen

    async def same_request(self, exchange):
        """The first request, the same again, and where that is a hit the same once more after two seconds."""
        method, headers = exchange['req']['method'], exchange['req']['headers']
        path, page = self.page(exchange, 's')
        first = await self.client.get(method, path, with_base(headers))
        await asyncio.sleep(SECOND_AFTER)
        same, second, log = await self.follow(first, page, method, path, headers)
        seen = {'first': about_first(first, method, headers, [entry for entry in page.log if entry not in log]), 'same': same}
        if second.status != first.status:
            seen['same_status'] = second.status
        if reported(second):
            seen['same_h'] = reported(second)
        if log and log[0].get('cond'):
            seen['same_cond'] = log[0]['cond']
        if same == 'hit' and 'ttl' not in exchange['tags']:
            await asyncio.sleep(max(0, first.complete + LATER - time.monotonic()))
            seen['later'], third, _ = await self.follow(first, page, method, path, headers)
            if 'age' in third.headers:
                seen['later_age'] = third.headers['age']
        return seen

    async def pair(self, exchange, probe, second_method, second_headers):
        path, page = self.page(exchange, probe)
        first = await self.client.get(exchange['req']['method'], path, with_base(exchange['req']['headers']))
        await asyncio.sleep(SECOND_AFTER)
        what, answer, _ = await self.follow(first, page, second_method, path, second_headers)
        return what, answer

    async def follow(self, first, page, method, path, headers):
        before = len(page.log)
        answer = await self.client.get(method, path, with_base(headers))
        await asyncio.sleep(SETTLE)
        log = page.log[before:]
        for entry in log:
            if entry.get('cond') and is_own(entry, headers):
                entry['own'] = True
        return classify(answer, first, log), answer, log

    async def poll(self, exchange):
        """[seconds after receipt, what happened, Age] twice a second, from just after a second boundary, until it is no hit."""
        headers = exchange['req']['headers']
        path, page = self.page(exchange, 't')
        await asyncio.sleep((1.06 - time.time() % 1.0) % 1.0)
        first = await self.client.get('GET', path, with_base(headers))
        received = page.answered_at(first.complete)
        seen = []
        for i in range(POLLS):
            await asyncio.sleep(max(0, received + 0.4 + POLL_EVERY * i - time.monotonic()))
            what, answer, _ = await self.follow(first, page, 'GET', path, headers)
            seen.append([round(answer.sent - received, 1), what, answer.headers.get('age')])
            if what != 'hit':
                break
        return seen

    # Requests that come while the origin is still answering the first.

    async def waiting(self, exchange):
        headers = exchange['req']['headers']
        base = without(headers, 'cookie', 'authorization')
        seen = {'coll_cookie': await self.waiter(exchange, 'c', base + [ALICE] + only(headers, 'authorization'), base + [BOB])}
        if not has(headers, 'cookie'):
            seen['coll_plain'] = await self.waiter(exchange, 'd', headers, without(headers, 'authorization'))
        return seen

    async def waiter(self, exchange, probe, first_headers, second_headers):
        """What happens to one waiting request, the same twice, else with a `?`. A try that came late is no answer."""
        seen = []
        for i in range(WAIT_TRIES):
            what = await self.waiter_once(exchange, f'{probe}{i}_', first_headers, second_headers)
            if what == 'late':
                await asyncio.sleep(0.2)
                continue
            seen.append(what)
            if seen.count(max(seen, key=seen.count)) >= 2:
                break
        if not seen:
            return 'late?'
        most = max(seen, key=seen.count)
        return most if len(set(seen)) == 1 else most + '?'

    async def waiter_once(self, exchange, probe, first_headers, second_headers):
        """
        shared         one of the two answers came from the other's fetch (shared+set-cookie: with a cookie in it)
        parallel       the origin was asked twice at once
        waited         asked a second time when the first was answered (waited-reval: with a condition)
        n3, n4 ...     asked more often
        gen, error     an answer that the cache made itself; none
        late           the second request did not arrive in good time: the machine was too busy
        """
        path, page = self.page(exchange, probe, delays=(self.wait_delay,))
        method = exchange['req']['method']
        running = asyncio.ensure_future(self.client.get(method, path, with_base(first_headers)))
        await arrival(page)
        second = await self.client.get(method, path, with_base(second_headers))
        first = await running
        await asyncio.sleep(0.02)
        if first.error or second.error:
            return 'error'
        if not page.log:
            return 'gen'
        if second.sent > page.answered_at(NEVER) - 0.6 * self.wait_delay:
            return 'late'
        if len(page.log) == 1:
            if second.serial != first.serial or second.status != first.status:
                return 'gen'
            return 'shared+set-cookie' if 'set-cookie' in second.headers else 'shared'
        if len(page.log) > 2:
            return f'n{len(page.log)}'
        fetch, refetch = page.log
        if refetch['t'] < fetch.get('done', NEVER):
            return 'parallel'
        conditional = refetch.get('cond') and not is_own(refetch, second_headers)
        return 'waited-reval' if conditional else 'waited'

    async def crowds(self, exchange):
        """Five users at once: some caches let those who wait share the second fetch, which one waiter cannot show."""
        headers = exchange['req']['headers']
        authorization = only(headers, 'authorization')
        base = without(headers, 'cookie', 'authorization')

        def users(line_of):
            return [base + line_of(user) + (authorization if user == 0 else []) for user in range(CROWD)]

        seen = {'crowd': await self.crowd(exchange, 'q', users(lambda user: [['Cookie', f'uid=u{user}']]))}
        if not has(headers, 'cookie'):
            seen['crowd_plain'] = await self.crowd(exchange, 'r', users(lambda user: []))
        return {probe: result for probe, result in seen.items() if result}

    async def crowd(self, exchange, probe, users):
        """How many asked, how often the origin was asked, how many got the most shared of its answers; None where always late."""
        for i in range(CROWD_TRIES):
            result = await self.crowd_once(exchange, f'{probe}{i}_', users)
            if result:
                return result
        return None

    async def crowd_once(self, exchange, probe, users):
        path, page = self.page(exchange, probe, delays=(CROWD_DELAY,))

        def ask(headers):
            return asyncio.ensure_future(self.client.get('GET', path, with_base(headers)))

        running = [ask(users[0])]
        await arrival(page)
        answers = await asyncio.gather(*running, *[ask(headers) for headers in users[1:]])
        if max(answer.sent for answer in answers) > page.answered_at(NEVER) - 0.1:
            return None
        serials = [answer.serial for answer in answers if answer.serial is not None]
        return {'users': len(users), 'origin': len(page.log), 'max_same': max(map(serials.count, serials), default=0)}


async def arrival(page):
    """Until the origin has the first request; the others go a little later."""
    try:
        await asyncio.wait_for(page.arrived.wait(), 3)
    except asyncio.TimeoutError:
        pass
    await asyncio.sleep(WAITERS_AFTER)


def reported(answer):
    return {name: value for name, value in answer.headers.items() if name in REPORTED}


def about_first(answer, method, headers, log):
    """What is odd about the first answer; `log` is what the origin saw of it."""
    about = {'err': answer.error} if answer.error else {'status': answer.status}
    if answer.serial is None:
        about['noserial'] = True
    if len(log) != 1:
        about['fetches'] = len(log)
    if log:
        if has(headers, 'range') and 'range' not in log[0]:
            about['dropped'] = ['range']
        if log[0]['m'] != method:
            about['fwd_method'] = log[0]['m']
        if log[0].get('cond') and not any(is_condition(name) for name, _ in headers):
            about['cond'] = True
    if reported(answer):
        about['h'] = reported(answer)
    return about


def in_crowd(exchange):
    """The exchanges that the crowd is tried on: GET, and nothing else unusual."""
    request, response = exchange['req'], exchange['res']
    if request['method'] != 'GET' or without(request['headers'], 'cookie', 'authorization'):
        return False
    if exchange['set'] == 'hand':
        return not set(exchange['tags']) & {'status', 'method', 'version', 'framing', 'reqhdr'}
    return exchange['set'] == 'single' and response['status'] in (200, 301, 302, 404, 500)


async def each(exchanges, probe, workers):
    """`probe` of every exchange, so many at a time: {id: what was seen}."""
    todo, seen = list(reversed(exchanges)), {}

    async def work():
        while todo:
            exchange = todo.pop()
            try:
                seen[exchange['id']] = await probe(exchange)
            except Exception as error:
                seen[exchange['id']] = {'harness_error': repr(error)}

    await asyncio.gather(*[work() for _ in range(workers)])
    return seen
