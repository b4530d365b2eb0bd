import { InvalidArgumentError, Option } from 'commander';
import { MAX_NODES } from './node-place';

/** The option for the number of nodes of the local cluster; undefined if it is not given. */
export function nodesOption(): Option {
  return new Option(
    '--nodes <number>',
    `nodes of a new local cluster, 1 to ${MAX_NODES} (default: 1)`,
  ).argParser((raw: string) => {
    const nodes = Number(raw);
    if (!/^\d+$/.test(raw) || nodes < 1 || nodes > MAX_NODES)
      throw new InvalidArgumentError(`give a whole number from 1 to ${MAX_NODES}.`);
    return nodes;
  });
}
