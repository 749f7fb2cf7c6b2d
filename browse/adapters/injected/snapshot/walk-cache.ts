/** What a walk, or one look at an element, perceives with: fresh every time, so that nothing of it is ever out of date. */
import { forgetAttributes } from '../dom-getters.ts';
import { createNames, type Names } from './names.ts';
import { createOwnCursor, type OwnCursor } from '../styles/own-cursor.ts';
import { createRoles, type Roles } from './roles.ts';
import { createStyles, type Styles } from '../styles/styles.ts';

/** Memory of one walk or one look at an element. */
export type WalkCache = { readonly styles: Styles; readonly roles: Roles; readonly names: Names; readonly ownCursor: OwnCursor };
/** Fresh cache, for one element or for many; never kept from one evaluation to the next. */
export function createWalkCache(many: boolean): WalkCache {
  forgetAttributes();
  const styles = createStyles();
  const roles = createRoles();
  const ownCursor = createOwnCursor();
  return { styles, roles, names: createNames(roles, styles, ownCursor, many), ownCursor };
}
