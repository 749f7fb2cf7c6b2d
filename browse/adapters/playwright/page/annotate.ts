/**
 * A picture of a page with labels on it. They are drawn on a picture of the page, in a page of our own that nobody sees: in the
 * page itself they would be changes that it can notice. Must not know refs.
 */
import type { Deadline } from '../../../base/deadline.ts';
import { fail } from '../../../protocol/errors.ts';
import { save } from './reads.ts';
import type { PageHandle } from '../handle/page-handle.ts';
import { call } from '../handle/isolated-world.ts';
import type { TimeLimit } from '../../../domain/ports/machine.ts';
import type { Mark } from '../../../domain/ports/page.ts';

type Size = { readonly width: number; readonly height: number };

/** Writes a PNG, or a JPEG by its ending, of the viewport with the marks that lie in it. */
export function annotate(surface: PageHandle, marks: readonly Mark[], path: string, bound: TimeLimit): Promise<void> {
  return surface.run('screenshot', bound, async (deadline) => {
    await surface.around.front(surface.client);
    const view = await call(await surface.main(deadline), 'viewNow', [], deadline);
    const picture = await deadline.race(surface.client.screenshot({ type: 'png', timeout: 0 }));
    await save(path, await draw(surface, picture, view, marks, path, deadline));
  });
}

async function draw(
  surface: PageHandle,
  picture: Buffer,
  view: Size,
  marks: readonly Mark[],
  path: string,
  deadline: Deadline,
): Promise<Buffer> {
  const size = sizeOf(picture);
  const browser = surface.client.context().browser() ?? fail('browser-gone', { reason: 'it cannot draw on pictures' });
  const context = await deadline.race(browser.newContext({ viewport: size, deviceScaleFactor: 1, javaScriptEnabled: false }));
  try {
    const page = await deadline.race(context.newPage());
    await deadline.race(page.setContent(sheet(picture, size, view, marks), { timeout: 0 }));
    return await deadline.race(page.screenshot({ type: /\.jpe?g$/i.test(path) ? 'jpeg' : 'png', timeout: 0 }));
  } finally {
    context.close().catch(() => {});
  }
}

/** Width and height of a PNG, from its header. */
function sizeOf(png: Buffer): Size {
  return { width: png.readUInt32BE(16), height: png.readUInt32BE(20) };
}

const LABEL = 14;

function sheet(picture: Buffer, size: Size, view: Size, marks: readonly Mark[]): string {
  const scale = size.width / view.width;
  const drawn = marks.flatMap(({ label, box }) => {
    const [left, top] = [Math.max(0, box.x), Math.max(0, box.y)];
    const [right, bottom] = [Math.min(view.width, box.x + box.width), Math.min(view.height, box.y + box.height)];
    if (right - left < 1 || bottom - top < 1) return [];
    // Above the box where there is room, so that it hides nothing of it.
    const above = top * scale >= LABEL ? top * scale - LABEL : top * scale;
    const at = `left:${left * scale}px;top:${top * scale}px;width:${(right - left) * scale}px;height:${(bottom - top) * scale}px`;
    return [`<i style="${at}"></i><b style="left:${Math.min(left * scale, size.width - 40)}px;top:${above}px">${label}</b>`];
  });
  return `<!doctype html><style>
    body { margin: 0; overflow: hidden } img { display: block; width: ${size.width}px; height: ${size.height}px }
    i, b { position: absolute; box-sizing: border-box } i { border: 2px solid #e00 }
    b { font: bold 11px/${LABEL}px monospace; background: #e00; color: #fff; padding: 0 3px; white-space: nowrap }
  </style><img src="data:image/png;base64,${picture.toString('base64')}">${drawn.join('')}`;
}
