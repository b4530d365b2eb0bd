import { volumeClaims } from '../cluster/volume-claims';
import { MEMBER_CLAIMS, requireMembers } from './nats-members';
import { REDIS_CLAIM, requireVolumes, type VolumeSettings, wantedVolumes } from './stored-volumes';

/**
 * Refuses settings that what the cluster of the context stores would not follow.
 *
 * @throws UserError that says what is there, and how it becomes what is wanted
 */
export async function requireStoredState(
  context: string,
  settings: VolumeSettings,
  env: NodeJS.ProcessEnv = process.env,
): Promise<void> {
  const claims = await volumeClaims(context, [...MEMBER_CLAIMS, REDIS_CLAIM], env);
  requireMembers(context, settings.natsReplicas, claims);
  requireVolumes(context, wantedVolumes(settings), claims);
}
