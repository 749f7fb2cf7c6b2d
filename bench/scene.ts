/** What every bench is given. */
import type { Ground } from './ground.ts';
import type { Pages } from './pages.ts';
import type { Tool } from './tool.ts';

/** Ours runs nothing when a bench begins, nor when it ends. */
export type Scene = { readonly ground: Ground; readonly ours: Tool; readonly pages: Pages };
