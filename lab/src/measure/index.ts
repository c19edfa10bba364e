/** Load, and what it costs the processes that answer it. */
export type { ClosedLoopOptions, ClosedLoopResult } from './closed-loop.ts';
export { findExternalGenerators } from './external-generators.ts';
export { type LoadGenerator, startLoadGenerator } from './load-generator.ts';
export type { VisitorHeaders } from './load-target.ts';
export { pinProcess, planPinning } from './pinning.ts';
export { type CpuMark, type CpuReading, markProcessCpu } from './process-cpu.ts';
export { isUnavailable } from './unavailable.ts';
export { runWrk } from './wrk.ts';
