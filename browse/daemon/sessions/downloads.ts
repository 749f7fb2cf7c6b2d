/**
 * Files that pages sent: where they are kept, and how many. A page can send them without end and without a command, so each session
 * has a limit, and all together have one; past it the oldest go, and one that is still coming is cut off. What went is said.
 */
import { mkdirSync, rmSync, statSync } from 'node:fs';
import { oneLine } from '../../base/escape.ts';
import { sizeText } from '../../base/size.ts';
import { counted } from '../../base/span.ts';
import type { PageEvent } from '../../domain/ports/page.ts';
import type { Clock } from '../../domain/ports/machine.ts';
import { KEPT_BYTES, sweepArtifacts } from './artifact-retention.ts';

/** Bytes of one session's files, and of those of all. */
export type DownloadLimits = { readonly session: number; readonly all: number };

const LIMITS: DownloadLimits = { session: 1024 * 1024 * 1024, all: KEPT_BYTES };
/** Files of a session that are coming at once, and those that nobody was told of yet. */
const COMING = 20;
/** Milliseconds between two looks at files that are coming. */
const LOOK = 250;
/** The whole folder is looked at each time that such a part of its limit has come. */
const SWEEPS = 16;
/** Milliseconds until the folder is looked at for the first time, and then again. */
const FIRST_SWEEP = 10_000;
const NEXT_SWEEP = 3_600_000;

type Download = Extract<PageEvent, { kind: 'download' }>;
export type DownloadEnd = 'saved' | { readonly failed: string };
type Coming = { readonly session: string; readonly event: Download; cut: string | null };
type Saved = { readonly session: string; readonly path: string; readonly bytes: number };
type Tally = { refused: number; removed: number; bytes: number };

export type DownloadParts = {
  readonly folder: string;
  readonly clock: Clock;
  readonly limits?: DownloadLimits;
};

export class Downloads {
  readonly #parts: DownloadParts;
  readonly #limits: DownloadLimits;
  readonly #coming = new Set<Coming>();
  /** Oldest first. */
  readonly #saved = new Set<Saved>();
  readonly #tallies = new Map<string, Tally>();
  #timer: NodeJS.Timeout | null = null;
  #unswept = 0;

  constructor(parts: DownloadParts) {
    this.#parts = parts;
    this.#limits = parts.limits ?? LIMITS;
    // Also where nothing comes for days; and never in the way of a first command.
    const sweep = (): void => void sweepArtifacts(parts.folder, parts.clock.now(), this.#limits.all);
    setTimeout(sweep, FIRST_SWEEP).unref();
    setInterval(sweep, NEXT_SWEEP).unref();
  }

  /** Whether one more is taken; `untold`: files of the session that no answer has told of. Refused, it is ended and counted. */
  takes(session: string, event: Download, untold: number): boolean {
    const coming = [...this.#coming].filter((each) => each.session === session).length;
    if (coming < COMING && untold < COMING) return true;
    this.#tally(session).refused += 1;
    void event.drop().catch(() => {});
    return false;
  }

  /** Saves it there. `shared`: another program may want it as well. Never rejects. */
  async save(session: string, event: Download, path: string, shared: boolean): Promise<DownloadEnd> {
    const coming: Coming = { session, event, cut: null };
    this.#coming.add(coming);
    this.#timer ??= setInterval(() => this.#look(), LOOK);
    try {
      mkdirSync(this.#parts.folder, { recursive: true, mode: 0o700 });
      await event.save(path, !shared);
      if (coming.cut !== null) {
        rmSync(path, { force: true });
        return { failed: coming.cut };
      }
      const bytes = statSync(path).size;
      this.#saved.add({ session, path, bytes });
      this.#sweep(bytes);
      return 'saved';
    } catch (error) {
      return { failed: coming.cut ?? oneLine(error instanceof Error ? error.message : String(error)) };
    } finally {
      this.#coming.delete(coming);
      this.#look();
      if (this.#coming.size === 0 && this.#timer !== null) {
        clearInterval(this.#timer);
        this.#timer = null;
      }
    }
  }

  /** What was refused or removed since the last time, in words. */
  takeTally(session: string): readonly string[] {
    const tally = this.#tallies.get(session);
    this.#tallies.delete(session);
    if (tally === undefined) return [];
    const { refused, removed, bytes } = tally;
    return [
      ...(refused === 0 ? [] : [`${counted(refused, 'further download')} cut off: ${COMING} are kept between two commands`]),
      ...(removed === 0
        ? []
        : [`${counted(removed, 'older download')} removed (${sizeText(bytes)}): a session keeps ${sizeText(this.#limits.session)}`]),
    ];
  }

  /** Brings all under their limits. */
  #look(): void {
    for (const session of new Set([...this.#coming, ...this.#saved].map((each) => each.session)))
      this.#bound((each) => each.session === session, this.#limits.session);
    this.#bound(() => true, this.#limits.all);
  }

  /** What was there before, pictures and folders of runs among it, gives way as well. */
  #sweep(bytes: number): void {
    this.#unswept += bytes;
    if (this.#unswept < this.#limits.all / SWEEPS) return;
    this.#unswept = 0;
    sweepArtifacts(this.#parts.folder, this.#parts.clock.now(), this.#limits.all);
  }

  #bound(of: (each: Coming | Saved) => boolean, limit: number): void {
    const coming = [...this.#coming].filter((each) => of(each) && each.cut === null);
    const saved = [...this.#saved].filter(of);
    const sizes = new Map(coming.map((each) => [each, each.event.received()]));
    let sum = [...sizes.values(), ...saved.map(({ bytes }) => bytes)].reduce((one, other) => one + other, 0);
    for (const each of saved) {
      if (sum <= limit) break;
      rmSync(each.path, { force: true });
      this.#saved.delete(each);
      const tally = this.#tally(each.session);
      tally.removed += 1;
      tally.bytes += each.bytes;
      sum -= each.bytes;
    }
    for (const [each, bytes] of [...sizes].toSorted(([, one], [, other]) => other - one)) {
      if (sum <= limit) return;
      each.cut = `it was cut off: downloads may take ${sizeText(limit)} of the disk`;
      void each.event.drop().catch(() => {});
      sum -= bytes;
    }
  }

  #tally(session: string): Tally {
    const tally = this.#tallies.get(session) ?? { refused: 0, removed: 0, bytes: 0 };
    this.#tallies.set(session, tally);
    return tally;
  }
}
