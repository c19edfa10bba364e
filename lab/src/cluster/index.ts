/** Starts, breaks and stops real servers. */

export { PortTakenError, ProgramMissingError, ServerGoneError, ServerStartError } from './errors.ts';
export { findProgram, type ProgramSearch } from './find-program.ts';
export { choosePort, freePort, isPortFree, releasePort } from './ports.ts';
export { type RedisOptions, type RedisServer, startRedis } from './redis.ts';
export type { Persistence } from './redis-configuration.ts';
export { type ProcessExit, type ProcessOptions, type RunningProcess, startProcess } from './running-process.ts';
export { type TemporaryFolder, temporaryFolder } from './temporary-folder.ts';
