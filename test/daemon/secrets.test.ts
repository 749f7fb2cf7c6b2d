/** A value that is handed over by stdin or by a variable is a secret, whatever it looks like and wherever it goes. */
import { describe, expect, test } from 'vitest';
import type { Pipeline, Sent } from '../support/pipeline.ts';
import { pipeline } from '../support/pipeline.ts';
import { SITE } from '../support/sample-site.ts';
import { eventRow, requestRow } from '../support/traffic-rows.ts';

/** Nothing in it says that it is one. */
const WORDS = ['tiger', 'Main Street', '31415', 'ada@example.com', 'lower-case words, and a comma'];
const WAYS: readonly (readonly [string, (value: string) => { readonly argv: readonly string[]; readonly sent: Sent }])[] = [
  ['stdin', (value) => ({ argv: ['fill', '#name', '-'], sent: { stdin: `${value}\n` } })],
  ['a variable', (value) => ({ argv: ['fill', '--secret-env', 'KEY', '#name'], sent: { env: { KEY: value } } })],
];
const CASES = WAYS.flatMap(([way, how]) => WORDS.map((value) => ({ way, value, ...how(value) })));

/** A page that sends and says what it was given, under names that tell nothing. */
function repeats(pipe: Pipeline, value: string): void {
  const listener = pipe.browser().sessions[0]?.traffic;
  if (!listener) throw new Error('nothing listens');
  const key = {};
  const begin = requestRow({
    method: 'POST',
    url: `https://shop.test/s?x=${encodeURIComponent(value)}`,
    requestBody: `{"x":${JSON.stringify(value)}}`,
  });
  listener.began(key, () => pipe.page(), begin, null);
  listener.ended(key, Promise.resolve({ ...begin, state: 'done', status: 200, responseBody: `you said ${value}, and nothing else` }));
  listener.said(() => pipe.page(), eventRow({ text: `got ${value}` }), null);
}

describe.each(CASES)('"$value" from $way into a field called Name', ({ value, argv, sent }) => {
  test('is in no answer, neither as text nor as JSON', async () => {
    using pipe = pipeline(SITE);
    await pipe.ok('goto', 'https://shop.test/');
    const text = await pipe.send(argv, sent);
    const json = await pipe.send(['--json', ...argv], sent);
    expect([text.exit, json.exit]).toEqual([0, 0]);
    expect(pipe.page().elements[2]?.value).toBe(value);
    expect(text.stdout + text.stderr + json.stdout + json.stderr).not.toContain(value);
    expect(JSON.parse(json.stdout)).toMatchObject({ value: null });
  });

  test('is in no row of the log, and a spec that is made of it asks for a variable', async () => {
    using pipe = pipeline(SITE);
    await pipe.ok('goto', 'https://shop.test/');
    await pipe.send(argv, sent);
    const rows = pipe.log.filter((row) => row.kind === 'command');
    expect(JSON.stringify(rows)).not.toContain(value);
    expect(rows.at(-1)?.action?.typed).toMatchObject({ value: null });
  });

  test('is taken out of what the page sends and says from then on', async () => {
    using pipe = pipeline(SITE);
    await pipe.ok('goto', 'https://shop.test/');
    await pipe.send(argv, sent);
    repeats(pipe, value);
    const shown = [
      await pipe.ok('network', '--no-fence'),
      await pipe.ok('request', '1', '--no-fence'),
      await pipe.ok('console', '--no-fence'),
      await pipe.ok('logs', '--json'),
    ].join('\n');
    expect(shown).toContain('you said ****, and nothing else');
    expect(shown).toContain('got ****');
    expect(shown).not.toContain(value);
    expect(shown).not.toContain(encodeURIComponent(value));
  });
});

test('the same word that was typed in the open is no secret', async () => {
  using pipe = pipeline(SITE);
  await pipe.ok('goto', 'https://shop.test/');
  expect((await pipe.send(['fill', '#name', 'tiger', '--json'])).stdout).toContain('tiger');
  repeats(pipe, 'tiger');
  expect(await pipe.ok('console', '--no-fence')).toContain('got tiger');
  expect(pipe.log.at(-2)).toMatchObject({ action: { typed: { value: 'tiger' } } });
});
