/** Which port a browser of the pool gets: a free one, that nobody else of ours is looking at. Knows no browsers. */
import { checkPort, portsLeft } from '../../domain/pool.ts';
import type { HeldPort, PortAllocator } from '../../domain/pool.ts';
import { fail } from '../../protocol/errors.ts';

/** A port that is held until its row is made and, with it, until the row is gone. */
export type Reserved = { readonly port: number; readonly held: HeldPort };

export class PoolPorts {
  readonly #desk: PortAllocator;
  readonly #rows: { has(port: number): boolean };
  /** Somebody is looking at them, or has one without a row yet. */
  readonly #wanted = new Set<number>();

  /** `rows`: the ports that have a row. */
  constructor(desk: PortAllocator, rows: { has(port: number): boolean }) {
    this.#desk = desk;
    this.#rows = rows;
  }

  has(port: number): boolean {
    return this.#rows.has(port) || this.#wanted.has(port);
  }

  /** Fails with `ports-exhausted`. */
  async firstFree(): Promise<Reserved> {
    for (const port of portsLeft(this)) {
      const held = await this.#reserve(port);
      if (held !== null) return { port, held };
    }
    return fail('ports-exhausted', {});
  }

  /** Fails with `port-outside`, `port-busy`. */
  async exactly(port: number): Promise<Reserved> {
    checkPort(port);
    if (this.has(port)) fail('port-busy', { port, by: 'a browser of the pool' });
    return { port, held: (await this.#reserve(port)) ?? fail('port-busy', { port, by: 'another program' }) };
  }

  /** It has a row now, or is not wanted any more. */
  settled(port: number): void {
    this.#wanted.delete(port);
  }

  async #reserve(port: number): Promise<HeldPort | null> {
    this.#wanted.add(port);
    const held = await this.#desk.reserve(port);
    if (held === null) this.#wanted.delete(port);
    return held;
  }
}
