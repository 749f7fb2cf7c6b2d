/** Pictures of the page. */
import { fail } from '../protocol/errors.ts';
import { MATCH_FLAGS, command } from './context.ts';
import type { Context } from './context.ts';

const IMAGE = /\.(png|jpe?g)$/i;
/** What is meant as a picture's name, also of a kind that we do not make. */
const IMAGE_LIKE = /\.(png|jpe?g|gif|webp|bmp|avif|svg|pdf)$/i;
/** A selector that has a slash by nature is still a selector. */
const ENGINE = /^(xpath=|css=|text=|role=|\/\/|\.\.$)/;

/** The file for a picture: the caller's, or a new one in our own folder. Fails with `usage` for what is no picture. */
export async function pictureFile(context: Context, path: string | undefined, kind: string): Promise<{ file: string; own: boolean }> {
  if (path !== undefined && !IMAGE.test(path))
    fail('usage', { problem: `A screenshot is a .png or .jpg, not ${path}`, hint: 'browse help screenshot' });
  if (path !== undefined) return { file: context.path(path), own: false };
  await context.files.makeFolder(context.artifacts, 0o700);
  const stamp = new Date(context.clock.now()).toISOString().replace(/[:.]/g, '-');
  return { file: `${context.artifacts}/${kind}-${stamp}.png`, own: true };
}

/** Whether a name is meant as that of a picture. */
export const isPicture = (path: string): boolean => IMAGE_LIKE.test(path);

/** The browser's side writes by the daemon's own umask; a file the caller named is the caller's. */
export async function handOver(context: Context, { file, own }: { readonly file: string; readonly own: boolean }): Promise<void> {
  if (!own) await context.files.setMode(file, 0o666 & ~context.caller.umask);
}

/** Whether the one operand is a path: it has a slash or an image's ending. */
export function isPath(word: string): boolean {
  return !ENGINE.test(word) && (word.includes('/') || IMAGE_LIKE.test(word));
}

const screenshot = command({
  name: 'screenshot',
  family: 'read',
  summary: 'save a picture of the viewport, the whole page or SEL',
  effect: 'read',
  scope: 'tab',
  operands: {
    selector: { label: 'SEL', optional: true, summary: 'an element' },
    path: { label: 'PATH', optional: true, summary: 'a .png or .jpg; without it a file in our own folder' },
  },
  flags: { full: { type: 'boolean', summary: 'the whole page, not only the viewport' }, ...MATCH_FLAGS },
  examples: ['browse screenshot', 'browse screenshot page.png --full', 'browse screenshot @e3 button.png'],
  notes: ['One operand is a PATH if it has a slash or ends in .png, .jpg or .jpeg; else it is SEL.'],
  async run(context, { full, ...input }) {
    const pathAlone = input.selector !== undefined && input.path === undefined && isPath(input.selector);
    const path = pathAlone ? input.selector : input.path;
    const selector = pathAlone ? undefined : input.selector;
    const picture = await pictureFile(context, path, 'screenshot');
    if (full && selector !== undefined)
      fail('usage', { problem: '--full is for the page, not for an element', hint: 'browse help screenshot' });
    const target = selector === undefined ? null : (await context.target(selector, input)).identity;
    const { file } = picture;
    await context.tab.page.screenshot(target, { path: file, full }, context.bound);
    await handOver(context, picture);
    return { path: file, bytes: (await context.files.stat(file))?.bytes ?? 0 };
  },
  text: (result) => `Screenshot saved: ${result.path}`,
});

export const captureCommands = [screenshot];
