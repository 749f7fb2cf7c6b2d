/**
 * The environment variables of a test: values that were not kept. One per field and site, so that what is given for one site is
 * never typed into another. Their names begin with SPEC_ unless the user named them: a page that calls its field after some
 * variable of the user's is not given that one.
 */
import { filled, literal, remark } from './literals.ts';

/** The word that a text ends in, such as a URL before something hidden: `token` of `?token=`. */
export const wordBefore = (text: string): string => /([\w-]+)\W*$/.exec(text)?.[1] ?? '';

export class Variables {
  /** By what they stand for. */
  readonly #known = new Map<string, { readonly name: string; readonly about: string }>();

  /** The expression of a value: of a field called `label`, of that site; or that the user took from `env`. `own`: it may be another one than before. */
  given(label: string, env: string | null, origin: string | null, own = false): string {
    const key = env === null ? `${origin ?? ''} ${label}${own ? ` ${this.#known.size}` : ''}` : `env ${env}`;
    const known = this.#known.get(key);
    if (known !== undefined) return `given(${literal(known.name)})`;
    const taken = new Set(this.names());
    const base = env ?? `SPEC_${plain(label)}`;
    let name = base;
    for (let more = 2; taken.has(name); more += 1) name = `${base}_${more}`;
    this.#known.set(key, { name, about: `${label === '' ? 'a value' : JSON.stringify(label)}${origin === null ? '' : ` on ${origin}`}` });
    return `given(${literal(name)})`;
  }

  /** A text whose hidden parts are given. */
  filled(text: string, origin: string | null): string {
    return filled(text, (before) => this.given(wordBefore(before), null, origin));
  }

  names(): readonly string[] {
    return [...this.#known.values()].map(({ name }) => name);
  }

  /** What the test needs, a line each. */
  comments(): readonly string[] {
    if (this.#known.size === 0) return [];
    return [
      '// Values that were not kept are read from the environment:',
      ...[...this.#known.values()].map(({ name, about }) => `//   ${remark(name)}: ${remark(about)}`),
    ];
  }

  /** The function that reads them. */
  helper(typed: boolean): readonly string[] {
    if (this.#known.size === 0) return [];
    return [
      typed ? 'function given(name: string): string {' : 'function given(name) {',
      '  const value = process.env[name];',
      '  if (value === undefined) throw new Error(`${name} is not set: what was typed here is a secret, and was not kept`);',
      '  return value;',
      '}',
      '',
    ];
  }
}

function plain(label: string): string {
  const word = label
    .normalize('NFKD')
    .replace(/[^A-Za-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .slice(0, 40)
    .toUpperCase();
  return word === '' ? 'VALUE' : word;
}
