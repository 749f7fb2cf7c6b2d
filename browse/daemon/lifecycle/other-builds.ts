/** Clients of a newer build that use this daemon because it may not be replaced now: what keeps it is told, and by what it is kept. */
import { isNewer } from '../../domain/lifecycle/decide.ts';
import type { BuildInfo } from '../../protocol/record.ts';

export class OtherBuilds {
  readonly #own: BuildInfo;
  readonly #keptBy: () => readonly string[];
  #newest: BuildInfo | null = null;

  /** `keptBy`: who would lose its work with this daemon. */
  constructor(own: BuildInfo, keptBy: () => readonly string[]) {
    this.#own = own;
    this.#keptBy = keptBy;
  }

  /** A client of that build has come. */
  met(build: BuildInfo): void {
    if (isNewer(build, this.#newest ?? this.#own)) this.#newest = build;
  }

  /** For `status`; null while no newer build waits. */
  warning(): string | null {
    if (this.#newest === null) return null;
    const { version, id } = this.#newest;
    const kept = this.#keptBy();
    const until = kept.length === 0 ? 'with its next command' : `when nothing keeps this one any more (now: ${kept.join(', ')})`;
    return `build ${version} (${id}) is newer and takes over ${until}. Run: browse restart --restore`;
  }
}
