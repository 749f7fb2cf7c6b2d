/** What is configured and where it came from, and which projects are trusted. */
import { columns } from '../base/columns.ts';
import { oneLine } from '../base/escape.ts';
import type { ConfigurationShown, Offer, ShownValue } from '../domain/configuration/ports.ts';
import { withoutSecrets } from '../domain/pool.ts';
import { isLock } from '../domain/project.ts';
import { fail } from '../protocol/errors.ts';
import { command, reseatedLine } from './context.ts';

const FORMS = [
  "A project's file is browse.config.json (comments may be in it), .ts, .mts, .js or .mjs, beside its .git; yours is config.json in the",
  'state folder. Of several places the first counts: flag, environment variable, the file of the project, your file, the default.',
  'baseUrl, viewport and tests of a project count at once; everything else, and all that is code, once a person has said browse trust.',
  'They are read when a session begins, and by browse refresh. Every key: docs/configuration.md.',
];

/** A proxy may have a password. */
const masked = (key: string, value: unknown): unknown =>
  key === 'browser.proxy' && typeof value === 'string' ? withoutSecrets(value) : value;

function valueText(value: unknown): string {
  if (value === null) return '(none)';
  // A command as it was written.
  if (Array.isArray(value) && value[0] === '/bin/sh' && value[1] === '-c') return oneLine(String(value[2]));
  return oneLine(typeof value === 'string' ? value : JSON.stringify(value));
}

const ORIGIN = { flag: 'flag', environment: 'variable', project: 'project', user: 'user', default: 'default' } as const;
const TRUST = {
  'none needed': '',
  'trusted': ', trusted',
  'untrusted': ', not trusted',
  'changed': ', changed since it was trusted',
} as const;

function rowText({ value, source, where, unused }: ShownValue): string {
  const from = source === null || source === 'default' ? (source ?? '') : `${ORIGIN[source]}: ${oneLine(where ?? '')}`;
  const used = `${valueText(value)}${from === '' ? '' : ` (${from})`}`;
  if (unused === null) return used;
  return `${used}; not used: ${unused.reason}: ${valueText(unused.value)} (${oneLine(unused.where)})`;
}

function projectText({ project, stray }: ConfigurationShown): readonly string[] {
  if (project === null)
    return [
      'project: none',
      ...(stray === null
        ? []
        : [`${oneLine(stray)} is not read: the home, / and the temp folder are no projects. Put it beside the files of one`]),
    ];
  const { root, file, trust, problem, edited } = project;
  return [
    `project: ${oneLine(root)} (${file === null ? 'no file' : `${oneLine(file.slice(root.length + 1))}${TRUST[trust]}`})`,
    ...(problem === null ? [] : [`not used: ${problem}`]),
    ...(edited ? ['The file is another one by now. Run: browse refresh'] : []),
    ...(trust === 'untrusted' || trust === 'changed'
      ? ['Some of it is not used. Whether to trust it is for a person to decide. Run: browse trust --show']
      : []),
  ];
}

const config = command({
  name: 'config',
  family: 'daemon',
  summary: 'show what is configured, and where each value came from',
  effect: 'read',
  scope: 'daemon',
  operands: {},
  flags: {},
  examples: ['browse config', 'browse config --json'],
  notes: FORMS,
  async run(context) {
    const shown = await context.configuration.show();
    return {
      ...shown,
      values: shown.values.map((each) => ({
        ...each,
        value: masked(each.key, each.value),
        unused: each.unused && { ...each.unused, value: masked(each.key, each.unused.value) },
      })),
    };
  },
  text: (shown) =>
    [
      ...projectText(shown),
      `user: ${shown.user.file}`,
      ...(shown.user.problem === null ? [] : [shown.user.problem]),
      ...columns(
        shown.values.map((value) => [value.key, rowText(value)]),
        2,
      ),
    ].join('\n'),
});

/** What is trusted, before it is. */
function offerText({ root, file, code, keys, covers }: Offer, asked: string): string {
  const all = Object.entries(covers);
  const packages = all.filter(([path]) => path.includes('/node_modules/')).length;
  const files = all
    .filter(([path]) => !path.includes('/node_modules/'))
    .map(
      ([path, digest]) => `  ${oneLine(path)} (sha256 ${digest.slice(0, 12)}${isLock(path) ? ': pins the packages that are loaded' : ''})`,
    );
  return [
    `${asked} ${oneLine(root)}:`,
    ...files,
    ...(packages === 0 ? [] : [`  ${packages} ${packages === 1 ? 'file' : 'files'} of packages in node_modules`]),
    ...(code ? [`  ${oneLine(file.slice(root.length + 1))} is code: it runs as you, and so does what it loads`] : []),
    ...keys.map(({ key, value, where }) => `  ${key}: ${valueText(masked(key, value))} (${oneLine(where.slice(root.length + 1))})`),
  ].join('\n');
}

const trust = command({
  name: 'trust',
  family: 'daemon',
  summary: "trust the project's configuration as it is now: its commands, code, paths and ports count from then on",
  effect: 'write',
  scope: 'daemon',
  operands: {},
  flags: {
    show: { type: 'boolean', summary: 'print what would be trusted, and trust nothing' },
    list: { type: 'boolean', summary: 'print the projects that are trusted' },
    remove: { type: 'boolean', summary: 'trust this project no more' },
  },
  examples: ['browse trust --show', 'browse trust', 'browse trust --list', 'browse trust --remove'],
  notes: [
    'It holds for the content that the files have: when one is changed, also by a pull, nothing of it counts until browse trust is said again.',
    'Of a configuration that is code, every file that it imports by a relative name is covered, and a copy of exactly these is what runs.',
    'Packages in node_modules are pinned by the lockfile. A person decides: an agent runs browse trust --show and asks.',
  ],
  async run(context, { show, list, remove }) {
    if ([show, list, remove].filter(Boolean).length > 1)
      fail('usage', { problem: 'trust takes one of --show, --list, --remove', hint: 'browse help trust' });
    const { configuration } = context;
    if (list) return { trusted: configuration.trusted() };
    if (remove) return { removed: await configuration.distrust() };
    return show ? { offer: await configuration.offer() } : { now: await configuration.trust() };
  },
  json: (result) =>
    'offer' in result
      ? { trusted: false, ...maskedOffer(result.offer) }
      : 'now' in result
        ? { trusted: true, ...maskedOffer(result.now) }
        : result,
  text(result) {
    if ('trusted' in result)
      return result.trusted.length === 0
        ? '(no trusted projects)'
        : result.trusted.map(({ root, at }) => `${oneLine(root)} (since ${at})`).join('\n');
    if ('removed' in result) return result.removed ? 'The project is not trusted any more' : 'The project was not trusted';
    if ('offer' in result) return offerText(result.offer, 'Would trust');
    return [offerText(result.now, 'Trusted'), ...result.now.reseated.map(reseatedLine), ...result.now.failed].join('\n');
  },
});

const refreshAuth = command({
  name: 'refresh-auth',
  family: 'daemon',
  summary: 'mint credentials by the configured command, and give them to the sessions of the project, in place',
  effect: 'write',
  scope: 'daemon',
  deadline: 120_000,
  environment: 'whole',
  operands: {},
  flags: {},
  examples: ['browse refresh-auth', 'browse refresh-auth --timeout 5m'],
  notes: [
    'refreshAuth of the configuration is a command line for your shell, or the list of its words. It runs in the folder of the project with',
    'your environment, and writes the file that storageState names, or prints a storage state, which is written there. What it prints is not shown.',
  ],
  run: (context) => context.configuration.refreshAuth(context.bound),
  text: ({ file, reseated, failed }) => [`Minted ${oneLine(file)}`, ...reseated.map(reseatedLine), ...failed].join('\n'),
});

const maskedOffer = <T extends Offer>(offer: T): T => ({
  ...offer,
  keys: offer.keys.map((each) => ({ ...each, value: masked(each.key, each.value) })),
});

export const configurationCommands = [config, trust, refreshAuth];
