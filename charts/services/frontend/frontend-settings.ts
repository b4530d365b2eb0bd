import { integer, nodePort, optionalText } from '../../core/setting';
import { type ValuesOf } from '../../core/setting-group';

/** The page: how soon it scales down, and how browsers reach it. */
export const FRONTEND_SETTINGS = {
  frontendScaleDownWindow: integer({
    min: 0,
    max: 3600,
    default: 300,
    unit: 'seconds',
    example: 300,
    description: 'Seconds of less load before the page loses a replica',
    hint: 'give the seconds for which the autoscaler waits before it believes that less is enough',
  }),
  pageNodePort: nodePort({
    example: 30080,
    description:
      'Node port of the page, 30000 to 32767; 0 opens 30080 on the local cluster and none on others',
  }),
  ingressHost: optionalText({
    pattern: /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$/,
    allowed: 'a DNS name in small letters',
    example: 'memes.example.com',
    description:
      'DNS name under which an Ingress publishes the page; without one there is no Ingress',
  }),
  ingressIssuer: optionalText({
    pattern: /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/,
    allowed: 'a name of a ClusterIssuer',
    example: 'letsencrypt',
    description:
      "cert-manager ClusterIssuer of the Ingress' certificate; without one you create the Secret frontend-tls",
  }),
} as const;

/** Values of {@link FRONTEND_SETTINGS}. */
export type FrontendSettings = ValuesOf<typeof FRONTEND_SETTINGS>;
