/**
 * How much a client may post: so many requests, rows and bytes a second, with a reserve for bursts, and so many requests at
 * once. One that floods is told to wait, and the others go on. Pure: the time is handed in.
 */

/** Per second, and how much may come at once after a pause. */
export type Rate = { readonly perSecond: number; readonly burst: number };
export type Rates = { readonly requests: Rate; readonly rows: Rate; readonly bytes: Rate; readonly atOnce: number };

/** Of one client. */
export const CLIENT: Rates = {
  requests: { perSecond: 100, burst: 500 },
  rows: { perSecond: 1_000, burst: 10_000 },
  bytes: { perSecond: 256 * 1024, burst: 8 * 1024 * 1024 },
  atOnce: 16,
};
/** Of all together: what the log can take beside the pages' own rows. */
export const ALL: Rates = {
  requests: { perSecond: 1_000, burst: 2_000 },
  rows: { perSecond: 5_000, burst: 20_000 },
  bytes: { perSecond: 2 * 1024 * 1024, burst: 32 * 1024 * 1024 },
  atOnce: 64,
};
/** Clients that are told apart; then those that have been quiet longest are forgotten, which costs them nothing. */
const CLIENTS = 1_000;

type Amount = 'requests' | 'rows' | 'bytes';
type Account = { readonly rates: Rates; readonly left: Record<Amount, number>; at: number; atOnce: number };

export type Rater = {
  /** Seconds to wait; 0: go on, and call `over` in the end. Times are milliseconds. */
  begin(client: string, now: number): number;
  /** What it came to. May make a debt, which has to be waited for. */
  spend(client: string, rows: number, bytes: number, now: number): void;
  over(client: string): void;
};

const AMOUNTS: readonly Amount[] = ['requests', 'rows', 'bytes'];

function account(rates: Rates, now: number): Account {
  return { rates, left: { requests: rates.requests.burst, rows: rates.rows.burst, bytes: rates.bytes.burst }, at: now, atOnce: 0 };
}

function refill(each: Account, now: number): void {
  const seconds = Math.max(0, now - each.at) / 1000;
  for (const name of AMOUNTS) each.left[name] = Math.min(each.rates[name].burst, each.left[name] + seconds * each.rates[name].perSecond);
  each.at = now;
}

/** Seconds until nothing is owed. */
function waiting(each: Account): number {
  if (each.atOnce >= each.rates.atOnce) return 1;
  const owed = AMOUNTS.map((name) => (each.left[name] >= 1 ? 0 : (1 - each.left[name]) / each.rates[name].perSecond));
  return Math.ceil(Math.max(...owed));
}

/** Keeps the accounts. */
export function createRater(client: Rates = CLIENT, all: Rates = ALL): Rater {
  const clients = new Map<string, Account>();
  const total = account(all, 0);
  const of = (name: string, now: number): Account => {
    const known = clients.get(name) ?? account(client, now);
    // The one that came last stands last.
    clients.delete(name);
    clients.set(name, known);
    for (const [other, { atOnce }] of clients) {
      if (clients.size <= CLIENTS) break;
      if (atOnce === 0) clients.delete(other);
    }
    return known;
  };
  return {
    begin(name, now) {
      const own = of(name, now);
      for (const each of [own, total]) refill(each, now);
      const wait = Math.max(waiting(own), waiting(total));
      if (wait > 0) return wait;
      for (const each of [own, total]) {
        each.left.requests -= 1;
        each.atOnce += 1;
      }
      return 0;
    },
    spend(name, rows, bytes, now) {
      for (const each of [of(name, now), total]) {
        each.left.rows -= rows;
        each.left.bytes -= bytes;
      }
    },
    over(name) {
      for (const each of [clients.get(name), total]) if (each) each.atOnce -= 1;
    },
  };
}
