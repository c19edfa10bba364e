/** The keys of presence; docs/redis-keys.md lists them. */

/** In the order in which the scripts have them. One slot: a change concerns several, and a count is one command. */
export function presenceKeys(namespace: string): readonly [string, string, string, string, string] {
  const key = (name: string) => `${namespace}:presence:{presence}:${name}`;
  return [key('active'), key('since'), key('status'), key('statuses'), key('left')];
}
