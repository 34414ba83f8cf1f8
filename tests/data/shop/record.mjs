// Two users visit the shop one after the other, each in a fresh browser
// context; both recordings are merged into the one HAR file named on the
// command line.
import { readFileSync, writeFileSync } from 'node:fs';
import { chromium } from 'playwright-core';

const SHOP = 'http://shop.example';

const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  headless: true,
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    // URLs name the shop without a port; only the connection goes to nginx's.
    '--host-resolver-rules=MAP shop.example 127.0.0.1:48080',
  ],
});

async function visit(user) {
  const path = `${user}.har`;
  const context = await browser.newContext({
    locale: 'en-US',
    recordHar: { path, content: 'omit', mode: 'full' },
  });
  const page = await context.newPage();
  const open = (where) => page.goto(SHOP + where, { waitUntil: 'networkidle' });

  await open('/');
  await open('/items/42');
  await open('/login');
  await page.fill('[name=user]', user);
  await page.fill('[name=password]', 'example');
  await page.click('button');
  await page.waitForURL(`${SHOP}/mypage`, { waitUntil: 'networkidle' });
  await open('/cart');
  await open('/orders');
  await open('/no-such-page');

  await context.close(); // writes the HAR
  const { log } = JSON.parse(readFileSync(path, 'utf8'));
  // One tab, so one page, a visit: the user's name says more than a random id.
  log.pages[0].id = user;
  for (const entry of log.entries) entry.pageref = user;
  // What the browser took from its own cache never reached the server, and
  // would look like a request to whoever replays the file.
  log.entries = log.entries.filter((entry) => entry.response._transferSize !== 0);
  return log;
}

const alice = await visit('alice');
const bob = await visit('bob');
await browser.close();

const log = {
  ...alice,
  pages: [...alice.pages, ...bob.pages],
  entries: [...alice.entries, ...bob.entries].sort(
    (a, b) => Date.parse(a.startedDateTime) - Date.parse(b.startedDateTime),
  ),
};
writeFileSync(process.argv[2], JSON.stringify({ log }, null, 2) + '\n');
