/** What a walk prints of a page, and that it leaves the page as it was. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rounds } from '../support/rounds.ts';
import { traces, watchTraces } from '../support/traces.ts';
import { INTERACTIVE, launchWalked, PLAIN, printed, walkPages, type Walked } from '../support/walked.ts';

let walked: Walked;
beforeAll(async () => {
  walked = await launchWalked();
});
afterAll(() => walked[Symbol.asyncDispose]());

async function interactive(html: string): Promise<string> {
  await walked.content(html);
  return printed(await walked.capture(INTERACTIVE), { interactive: true });
}

async function plain(html: string): Promise<string> {
  await walked.content(html);
  return printed(await walked.capture(PLAIN));
}

describe('-i', () => {
  test('shows a login form in as few lines as it has things to do, with its error', async () => {
    const html = `<h1>Sign in</h1><form><label for=u>Username</label><input id=u required value=bob aria-invalid=true aria-describedby=e><p id=e>Unknown user</p>
      <label>Password <input type=password value=hunter2 autocomplete=current-password></label><label><input type=checkbox checked> Remember me</label>
      <div role=alert>2 attempts left</div><div role=status></div><button>Sign in</button> <a href=/forgot>Forgot?</a></form>`;
    expect(await interactive(html)).toBe(
      [
        '@e1 [textbox] "Username" [required] [invalid] : bob',
        '@e2 [note]: "Unknown user"',
        '@e3 [textbox] "Password" [type=password] : ••••',
        '@e4 [checkbox] "Remember me" [checked]',
        '@e5 [alert]: "2 attempts left"',
        '@e6 [button] "Sign in"',
        '@e7 [link] "Forgot?"',
      ].join('\n'),
    );
  });

  test('prints every actionable node once: a wrapper that only holds a button is left out, a card with a text of its own is not', async () => {
    await walked.open('clickable.html');
    const text = printed(await walked.capture(INTERACTIVE), { interactive: true });
    expect(text.split('\n').filter((line) => line.includes('Only a button'))).toHaveLength(1);
    expect(text).toContain('[clickable] "Card with Its button"');
    expect(text.split('\n').filter((line) => line.includes('Real link'))).toHaveLength(1);
    expect(text.split('\n').filter((line) => line.includes('Nested pointer'))).toHaveLength(1);
    expect(text).toContain('[clickable] "Icon only"');
    expect(text).toContain('[clickable] "Trash"');
    expect(text).toContain('[clickable] "Hidden box"');
    expect(text).toContain('[columnheader] "Sortable" [clickable]');
    expect(text).toContain('[clickable] "Without a target"');
    expect(text).not.toContain('A place');
    expect(text).not.toContain('Gone');
    expect(text).not.toContain('Programmatic focus only');
    expect(text).not.toContain('Scrolls only');
  });

  test('shows only the dialog while it is modal, with what it asks', async () => {
    await walked.open('modal.html');
    expect(printed(await walked.capture(INTERACTIVE), { interactive: true })).toBe(
      [
        '@e1 [dialog] "Delete Bob?"',
        '  @e2 [heading] "Delete Bob?" [level=2]',
        '  "This cannot be undone."',
        '  @e3 [button] "Cancel" [focused]',
        '  @e4 [button] "Delete"',
      ].join('\n'),
    );
  });

  test('prints nothing of a page without anything to do', async () => {
    expect(await interactive('<p>Just words</p>')).toBe('');
  });
});

describe('a plain walk', () => {
  test('prints a text once: not again when a name has said it', async () => {
    expect(
      await plain(
        '<p>Hello <b>big</b> <i>world</i></p><button>Go <b>now</b></button><h2>Title</h2><label>Name <input></label><div>one<br>two</div>',
      ),
    ).toBe(
      ['"Hello big world"', '@e1 [button] "Go now"', '@e2 [heading] "Title" [level=2]', '@e3 [textbox] "Name"', '"one two"'].join('\n'),
    );
  });

  test('leaves out what nobody sees or reaches', async () => {
    await walked.open('hidden.html');
    const text = printed(await walked.capture(PLAIN));
    expect(text).toContain('visible again');
    expect(text).toContain('off screen');
    expect(text).toContain('in open popover');
    for (const gone of [
      'hidden attribute',
      'display none',
      '"visibility"',
      'content hidden',
      'until found',
      'in closed',
      'template',
      'noscript',
    ])
      expect(text).not.toContain(gone);
    expect(text).toContain('[button] "aria hidden" [aria-hidden]');
    expect(text).not.toContain('"inert"');
  });

  test('follows slots, open shadow trees and aria-owns', async () => {
    await walked.open('shadow.html');
    const text = printed(await walked.capture(PLAIN));
    expect(text).toContain('[heading] "Slotted title"');
    expect(text).toContain('[button] "Nested fallback"');
    expect(text).toContain('[textbox] "Inner label"');
    expect(text).toMatch(/"Own child"\n.*"Owned one"\n.*"Owned two"\n"between"/);
  });

  test('leaves what is owned where it is when the owner cannot have it', async () => {
    const owned = (at: number): string => `<div id="w${at}"><button>B${at}</button></div>`;
    const owners = ['<input aria-owns=w0>', '<div hidden aria-owns=w1></div>', '<div aria-hidden=true aria-owns=w2></div>'];
    const sealed = '<div style="content-visibility:hidden"><div aria-owns=w3></div></div>';
    const text = await plain([...owners, sealed].map((owner, at) => owner + owned(at)).join(''));
    expect(text.match(/B\d/g)).toEqual(['B0', 'B1', 'B2', 'B3']);
    await walked.content('<p aria-owns=w></p><main><div id=w><button>Owned from outside</button></div></main>');
    const pin = Number(await walked.world('__browse.pin(document.querySelector("main"))'));
    expect(printed(await walked.capture({ ...PLAIN, within: pin }))).toContain('Owned from outside');
  });

  test('does not follow references in a circle', async () => {
    expect(
      await plain(
        '<div id=a role=group aria-label=A aria-owns=b><button>x</button></div><div id=b role=group aria-label=B aria-owns=a></div><button id=s aria-labelledby="s t">Self</button><span id=t aria-labelledby=s>T</span>',
      ),
    ).toContain('[button] "Self T"');
  });

  test('is limited to an element, to the viewport, and says boxes and targets when asked', async () => {
    await walked.content(
      '<main><a id=in href="/x">In</a></main><button>Out</button><div style="height:5000px"></div><button>Below</button>',
    );
    const pin = await walked.world('__browse.pin(document.querySelector("main"))');
    expect(printed(await walked.capture({ ...PLAIN, within: Number(pin), urls: true }))).toMatch(
      /^@e1 \[main\]\n {2}@e2 \[link\] "In" → about:blank|^@e1 \[main\]\n {2}@e2 \[link\] "In" →/,
    );
    expect(printed(await walked.capture({ ...INTERACTIVE, viewport: true }))).not.toContain('Below');
    await walked.content('<p>Near</p><div style="height:5000px"></div><p>Far</p>');
    expect(printed(await walked.capture({ ...PLAIN, viewport: true }))).toBe('"Near"');
    await walked.content('<button>Below</button>');
    expect(printed(await walked.capture({ ...INTERACTIVE, boxes: true }))).toMatch(/\[button\] "Below" \[\d+,\d+,\d+,\d+\]/);
  });

  test('never lets a password through, in a value or in a name', async () => {
    const text = await plain(
      '<label>Pin <input type=password value=s3cret> twice <input type=password value=s3cret></label><input type=text autocomplete="section-a new-password" value=s3cret aria-label=Shown><button aria-labelledby=p>x</button><input id=p type=password value=s3cret><h2>Shown <input autocomplete=current-password value=s3cret></h2>',
    );
    expect(text).not.toContain('s3cret');
    expect(text.match(/••••/g)).toHaveLength(5);
  });

  test('marks what is covered or where no scrolling leads, and not what only has to be scrolled to', async () => {
    const list = `<div style="overflow:auto;height:60px"><p style="height:80px">x</p><button>In list</button></div>`;
    const html = `<button id=a>Free</button><button style="position:absolute;left:-999px">Away</button>${list}<p><button>Under</button></p><label><input type=checkbox style="position:absolute;clip-path:inset(50%)">Own label</label><div style="height:3000px"></div><button>Below</button><div style="position:fixed;inset:0" id=o></div>`;
    await walked.content(html);
    const marked = (text: string): string[] => text.split('\n').filter((line) => /covered|offscreen/.test(line));
    expect(marked(printed(await walked.capture(INTERACTIVE)))).toEqual([
      '@e1 [button] "Free" [covered]',
      '@e2 [button] "Away" [offscreen]',
      '@e4 [button] "Under" [covered]',
      '@e5 [checkbox] "Own label" [covered]',
    ]);
    await walked.page.evaluate('document.getElementById("o").remove()');
    expect(marked(printed(await walked.capture(INTERACTIVE)))).toEqual(['@e2 [button] "Away" [offscreen]']);
    await walked.open('shadow.html');
    expect(marked(printed(await walked.capture(INTERACTIVE)))).toEqual([]);
  });

  test('is fooled neither by clobbered properties nor by overwritten natives', async () => {
    await walked.open('clobbered.html');
    const text = printed(await walked.capture(INTERACTIVE), { interactive: true });
    expect(text.split('\n')).toHaveLength(22);
    expect(text).toContain('[textbox] "twenty"');
    expect(text).toContain('[button] "Send"');
  });
});

test('walking again and again leaves no trace in the page: no mutation, no focus, no scroll, no event', async () => {
  // The clobbered page has no iterators left for the observer itself.
  for (const page of walkPages().filter((name) => name !== 'clobbered.html')) {
    await walked.open(page);
    await watchTraces(walked.page);
    for (let round = 0; round < rounds(50, 5); round += 1) {
      await walked.capture(PLAIN);
      await walked.capture({ ...INTERACTIVE, boxes: true, viewport: true, urls: true });
    }
    const seen = await traces(walked.page);
    expect({ page, seen }).toEqual({ page, seen: { records: 0, events: 0 } });
  }
});

test('thousands of controls are walked in less time than the browser takes for its own tree', async () => {
  await walked.content(
    Array.from({ length: 1_500 }, (_, index) => `<a href="/x${index}">Link ${index}</a><button>Button ${index}</button>`).join(''),
  );
  const timed = async (run: () => Promise<unknown>): Promise<number> => {
    const before = performance.now();
    await run();
    return performance.now() - before;
  };
  expect((await walked.capture(INTERACTIVE)).nodes).toHaveLength(3_000);
  // The bench holds the real ratio; this only that nothing is of another order, on a machine that does other things too.
  const ours = Math.min(await timed(() => walked.capture(INTERACTIVE)), await timed(() => walked.capture(INTERACTIVE)));
  expect(await timed(() => walked.session.send('Accessibility.getFullAXTree'))).toBeGreaterThan(ours);
});

test('twins cost a walk no more than in proportion to their number', async () => {
  const page = (count: number): string =>
    `<h2>All</h2>${Array.from({ length: count }, (_, index) => `<div><span>Name ${index}</span><div><button>Delete</button></div></div>`).join('')}${'<button>Same</button>'.repeat(count)}`;
  const timed = async (count: number): Promise<number> => {
    await walked.content(page(count));
    const { nodes } = await walked.capture(INTERACTIVE);
    expect(nodes[count - 1]?.twin).toMatch(new RegExp(`^up2[.#]\\d:Name ${count - 1}$`));
    expect(nodes[2 * count - 1]?.twin).toBe(`head1.1:All\nof1.1:${count} of ${count}`);
    const times: number[] = [];
    for (let round = 0; round < 3; round += 1) {
      const before = performance.now();
      await walked.capture(INTERACTIVE);
      times.push(performance.now() - before);
    }
    return Math.min(...times);
  };
  const few = await timed(200);
  // Eight times as many: in proportion 8, by the square 64.
  expect((await timed(1_600)) / few).toBeLessThan(32);
});
