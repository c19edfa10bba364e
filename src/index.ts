export {
  createSallyport,
  type Sallyport,
  type SallyportOptions,
  type SallyportPresenceOptions,
  type SallyportSessionOptions,
  type SallyportTokenOptions,
} from './create-sallyport.ts';
export { InvalidOptionError, SallyportError } from './errors.ts';
export type { SallyportEvents } from './telemetry/events.ts';
