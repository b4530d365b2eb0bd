import { InvalidArgumentError, Option } from 'commander';
import { MAX_NODES } from './node-place';

/** The option that says how many nodes the local cluster has; undefined where it is not given. */
export function nodesOption(): Option {
  return new Option(
    '--nodes <number>',
    `nodes of the local cluster, 1 to ${MAX_NODES}, when it is made (default: 1)`,
  ).argParser((raw: string) => {
    const nodes = Number(raw);
    if (!/^\d+$/.test(raw) || nodes < 1 || nodes > MAX_NODES)
      throw new InvalidArgumentError(`give a whole number from 1 to ${MAX_NODES}.`);
    return nodes;
  });
}
