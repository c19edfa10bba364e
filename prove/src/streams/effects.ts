/** Where the group `counted` has its effects: how often each event was applied. */
export function effectsKey(stream: string): string {
  return `effects:{${stream}}`;
}
