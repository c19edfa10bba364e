export { InvalidOptionError, SallyportError } from './errors.ts';
