import { boolean } from '../core/setting';
import { type ValuesOf } from '../core/setting-group';

/** What restricts the lab's own namespaces. */
export const POLICY_SETTINGS = {
  networkPolicies: boolean({
    default: false,
    description: "The lab's own pods accept and open only the connections that the lab needs",
  }),
  resourceQuotas: boolean({
    default: false,
    description:
      "The lab's own namespaces may use at most twice what the lab needs with all its replicas, each as large as the VerticalPodAutoscaler may make it",
  }),
} as const;

/** Values of {@link POLICY_SETTINGS}. */
export type PolicySettings = ValuesOf<typeof POLICY_SETTINGS>;
