// The victim as a worker thread: threads do not take the TypeScript loader over from their parent.
import { register } from 'tsx/esm/api';

register();
await import('./reaper-victim.ts');
