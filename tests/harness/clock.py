"""How long a stored response stays fresh.

The cache runs under libfaketime, or shift.c where that makes it hang. Its clock is moved forward in steps, and at each step everything that is
still a hit is asked for again, until it is none.
"""
import asyncio
import os
import time

import caches
from client import Client, with_base
from origin import Origin, Page
from probes import classify, has

# Where lifetimes of round numbers end, just before and just after (seconds).
STEPS = [
    2.5, 6, 12, 18, 24, 28, 33, 38, 55, 65, 86, 95, 110, 130, 185, 215, 280, 320, 570, 630, 900, 1170, 1230, 1780, 1820, 3500, 3580,
    3650, 3690, 7150, 7250, 10700, 10900, 43100, 43300, 86300, 86500, 90100, 172700, 172900, 259100, 259300, 604700, 605000, 863900,
    864300, 2591900, 2592200, 8639900, 8640300, 19999000, 20001000, 31535800, 31536200, 100000000, 315359000, 315361000, 400000000,
]
REAL_TIME = 6               # steps up to here are waited for
CONNECTIONS = 40
WAKING = 8                  # requests after each step, for the sake of processes that sleep
ASK_TO_VALIDATE = ('cache-control', 'pragma', 'if-none-match', 'if-modified-since', 'if-match', 'if-range')


def can_be_timed(exchange, seen):
    return (exchange['req']['method'] == 'GET' and seen.get('same') == 'hit'
            and not any(has(exchange['req']['headers'], name) for name in ASK_TO_VALIDATE))


class Stored:
    """One response in the cache, and between which ages it stopped being a hit."""

    def __init__(self, exchange, path, page, first):
        self.exchange, self.path, self.page, self.first = exchange, path, page, first
        self.received = page.answered_at(first.complete)
        self.hit_until, self.ended, self.after = 0.0, None, None
        self.ages = []                      # [seconds since receipt, the Age header]

    def result(self):
        ended = None if self.ended is None else round(self.ended, 1)
        result = {'ttl': [round(self.hit_until, 1), ended], 'after': self.after}
        if self.ages:
            result['ages'] = self.ages[:1] + self.ages[1:][-1:]
        return result


class FakeClock:
    """The file that tells libfaketime how far ahead of the real clock it is."""

    def __init__(self, path):
        self.path, self.offset = path, 0.0
        self.set(0.0)

    def set(self, offset):
        self.offset = offset
        with open(self.path + '.new', 'w') as f:
            f.write(f'+{offset:.2f}\n')
        os.chmod(self.path + '.new', 0o644)
        os.replace(self.path + '.new', self.path)


def measure(setup, program, exchanges):
    """{id: {'ttl': [last age that was a hit, first that was not or null], 'after': what it was then, 'ages'?}}"""
    os.makedirs(caches.WORK, exist_ok=True)
    clock = FakeClock(os.path.join(caches.WORK, f'{setup.name}.offset'))
    server = caches.start(setup, program, clock.path)
    try:
        return asyncio.run(Timing(setup, clock).run(exchanges))
    finally:
        caches.stop(server)


class Timing:
    def __init__(self, setup, clock):
        self.setup, self.clock = setup, clock
        self.origin, self.client = Origin(), Client(setup.port, CONNECTIONS)

    async def run(self, exchanges):
        await self.origin.serve(self.setup.origin)
        await self.client.warm_up(0.3)
        begun = time.monotonic()
        stored = await asyncio.gather(*[self.store(exchange) for exchange in exchanges])
        middle = (begun + time.monotonic()) / 2
        await asyncio.sleep(0.1)
        alive = list(stored)
        for step in [0] + STEPS:
            await self.advance(step, middle)
            alive = await self.still_hits(alive)
            if not alive:
                break
        self.origin.close()
        return {one.exchange['id']: one.result() for one in stored}

    async def store(self, exchange):
        path = f'/{exchange["id"]}/tt'
        page = self.origin.pages[path] = Page(exchange)
        path += '?q=1' if exchange['req'].get('query') else ''
        first = await self.client.get('GET', path, with_base(exchange['req']['headers']))
        return Stored(exchange, path, page, first)

    async def advance(self, step, middle):
        """To `step` seconds after the middle of the time in which everything was stored."""
        missing = step - (time.monotonic() - middle)
        if step <= REAL_TIME:
            await asyncio.sleep(max(0, missing))
            return
        self.clock.set(max(self.clock.offset, missing))
        await asyncio.sleep(1.8)            # libfaketime reads the file once a second
        # A process keeps the time of the last event: nginx's would lag a step behind.
        await asyncio.gather(*[self.client.get('GET', f'/clock/{i}', with_base([])) for i in range(WAKING)])
        await asyncio.sleep(0.1)

    async def still_hits(self, alive):
        polled = await asyncio.gather(*[self.poll(one) for one in alive])
        await asyncio.sleep(0.1)
        still = []
        for one, answer, seen_before, age in polled:
            what = classify(answer, one.first, one.page.log[seen_before:])
            if what != 'hit':
                one.ended, one.after = age, what
                continue
            one.hit_until = age
            still.append(one)
            if 'age' in answer.headers:
                one.ages.append([round(age), answer.headers['age']])
        return still

    async def poll(self, one):
        seen_before = len(one.page.log)
        age = time.monotonic() + self.clock.offset - one.received
        answer = await self.client.get('GET', one.path, with_base(one.exchange['req']['headers']))
        return one, answer, seen_before, age
