/** When a daemon that nobody uses ends by itself. Pure. */

export type Activity = {
  /** Monotonic milliseconds of the last command's begin or end. */
  readonly last: number;
  /** Commands, followers, attached clients: whoever is there. */
  readonly present: number;
  /** A window is open for somebody to look at. */
  readonly headed: boolean;
};

/** Milliseconds until it may end; 0 when it may now; null when never. `limit` 0 means never. */
export function idleLeft(activity: Activity, limit: number, now: number): number | null {
  if (limit === 0 || activity.headed) return null;
  if (activity.present > 0) return limit;
  return Math.max(0, activity.last + limit - now);
}
