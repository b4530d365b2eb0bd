import { NATS } from '../../workloads/protocol/names';
import type { ClaimName, VolumeClaim } from '../cluster/volume-claims';
import { UserError } from '../user-error';

/** The largest cluster that `natsReplicas` allows. */
const MAX_SERVERS = 5;

/** The claims of every server that a NATS of the lab may ever have had. */
export const MEMBER_CLAIMS: readonly ClaimName[] = Array.from(
  { length: MAX_SERVERS },
  (_, index) => ({
    namespace: NATS.namespace,
    name: `${NATS.claimTemplate}-${NATS.statefulSet}-${index}`,
  }),
);

/**
 * Refuses a smaller cluster on the files of a larger one. JetStream's servers never forget a member
 * by themselves: three of five are a majority only while all three run, so that each update would
 * stop the queue. A single server keeps no members and takes any number of old claims.
 *
 * @throws UserError that names the claim of a server that is no longer wanted, and what to do
 */
export function requireMembers(
  context: string,
  servers: number,
  found: readonly VolumeClaim[],
): void {
  if (servers === 1) return;
  const members = MEMBER_CLAIMS.filter((member) => found.some((claim) => isSame(member, claim)));
  const former = members.find((member) => MEMBER_CLAIMS.indexOf(member) >= servers);
  if (former === undefined) return;
  const claims = members.map(({ name }) => `persistentvolumeclaim/${name}`).join(' ');
  throw new UserError(
    `"natsReplicas": got ${servers}, but claim "${former.namespace}/${former.name}" is of a larger cluster, ` +
      'whose servers count the missing ones as members that failed; keep what is stored: pulumi config set ' +
      `natsReplicas ${MAX_SERVERS}; or lose it: kubectl --context ${context} --namespace ${NATS.namespace} ` +
      `delete statefulset/${NATS.statefulSet} ${claims}, then pulumi refresh, then repeat`,
  );
}

function isSame(one: ClaimName, other: ClaimName): boolean {
  return one.namespace === other.namespace && one.name === other.name;
}
