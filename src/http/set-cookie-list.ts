/** The values of a `Set-Cookie` header without those for one cookie, so that a newer one takes their place. */
export function withoutCookie(present: number | string | readonly string[] | undefined, name: string): string[] {
  const values = typeof present === 'object' ? present : present === undefined ? [] : [String(present)];
  return values.filter((value) => !value.startsWith(`${name}=`));
}
