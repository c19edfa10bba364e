export {
  createSallyport,
  type Sallyport,
  type SallyportOptions,
  type SallyportPresenceOptions,
  type SallyportTokenOptions,
} from './create-sallyport.ts';
export { InvalidOptionError, SallyportError } from './errors.ts';
export type { ForceLogoutMessage, SallyportSessionOptions } from './open-sessions.ts';
export type { SallyportEvents } from './telemetry/events.ts';
