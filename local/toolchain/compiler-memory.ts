import { availableParallelism, totalmem } from 'node:os';

const GIB = 2 ** 30;

/** Measured: with this much memory no compilation of a package needs a collection. */
const MAX_LIMIT = 3 * GIB;

/** Needed by the linker of the largest programs; below this limit it would spend most of its time on garbage collection. */
const MIN_LIMIT = GIB;

/**
 * Environment of `go install` that keeps the compilers' garbage collector off until they reach a limit, which takes a
 * quarter of the CPU time off a build. Half of the memory is shared among as many compilers as run at a time; where
 * that is little, or where the user has settings of their own, nothing is changed.
 * @param memory bytes that this process may use
 */
export function compilerMemory(
  memory: number,
  compilers: number,
  env: NodeJS.ProcessEnv = {},
): Record<string, string> {
  const limit = Math.min(MAX_LIMIT, Math.floor(memory / 2 / compilers));
  if (limit < MIN_LIMIT || env.GOGC || env.GOMEMLIMIT) return {};
  return { GOGC: 'off', GOMEMLIMIT: `${Math.floor(limit / 2 ** 20)}MiB` };
}

/** The settings for this machine, or for the container that it runs in. */
export function ownCompilerMemory(): Record<string, string> {
  // 0 means unknown, and without a limit the number may exceed the machine's memory
  const limit = process.constrainedMemory() || Infinity;
  return compilerMemory(Math.min(totalmem(), limit), availableParallelism(), process.env);
}
