import { checkNamespace } from '../../redis/keys.ts';
import type { FamilyKey } from './store.ts';

/** The Redis keys of token pairs. The `{hash tag}` keeps those of one user in one cluster slot. */
export interface PairKeys {
  /** One family; and, with `:steps` behind it, what its last rotations leave for the grace window. */
  family(key: FamilyKey): string;
  steps(key: FamilyKey): string;
  /** The ids of a user's families that live, by the time they expire. Scripts make the keys of families out of it. */
  index(tag: string): string;
}

export function pairKeys(namespace: string): PairKeys {
  const prefix = `${checkNamespace(namespace)}:token:`;
  const families = (tag: string) => `${prefix}{${tag}}:family:`;
  return {
    family: ({ tag, id }) => families(tag) + id,
    steps: ({ tag, id }) => `${families(tag)}${id}:steps`,
    index: (tag) => `${prefix}{${tag}}:families`,
  };
}
