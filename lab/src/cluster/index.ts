/** Starts, breaks and stops real servers. */
export { type AppServer, type AppServerOptions, startAppServer } from './app-server.ts';
export { askRedis, RedisAnswerError, type RedisQuestion } from './ask-redis.ts';
export { type Balancer, type BalancerOptions, startBalancer } from './balancer.ts';
export type { BalancerPolicy, Upstream } from './balancer-settings.ts';
export { type BreakableLink, startBreakableLink } from './breakable-link.ts';
export { PortTakenError, ProgramMissingError, ServerGoneError, ServerStartError } from './errors.ts';
export type { ProgramName, ProgramSystem } from './install-programs.ts';
export { moduleFile, nodeArguments } from './node-arguments.ts';
export { choosePort, freePort, isPortFree, releasePort } from './ports.ts';
export { groupMembers } from './process-group.ts';
export {
  type EnsuredPrograms,
  type EnsureOptions,
  ensurePrograms,
  type FoundProgram,
  type FoundRedis,
  findPrograms,
  type Programs,
} from './programs.ts';
export { type LinkState, ProxyDirection } from './proxy-direction.ts';
export { type RedisOptions, type RedisServer, startRedis } from './redis.ts';
export { type RedisCluster, type RedisClusterOptions, startRedisCluster } from './redis-cluster.ts';
export type { Persistence } from './redis-configuration.ts';
export { resetSocket } from './reset-socket.ts';
export { type ProcessExit, type ProcessOptions, type RunningProcess, startProcess } from './running-process.ts';
export { type SentinelGroup, type SentinelOptions, startSentinel } from './sentinel.ts';
export { type TemporaryFolder, temporaryFolder } from './temporary-folder.ts';
