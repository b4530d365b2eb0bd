import { Chart, Size } from 'cdk8s';
import { Cpu, EnvValue } from 'cdk8s-plus-28';
import { type Construct } from 'constructs';
import { FRONTEND, LOAD } from '../../../workloads/protocol/names';
import { programDeployment } from '../../constructs/program-deployment';
import { partLabels } from '../../core/labels';
import { type NatsClientProps } from '../../constructs/nats-credentials';

/** Which image makes loads. */
export interface LoadProps extends NatsClientProps {
  readonly image: string;
}

const PART = { name: LOAD.deployment, component: 'load-generator' } as const;

/**
 * Waits for start requests over NATS and makes one bounded load at a time. Its limits are its own, whatever
 * is asked for.
 */
export class Load extends Chart {
  constructor(scope: Construct, id: string, props: LoadProps) {
    super(scope, id, { namespace: LOAD.namespace, labels: partLabels(PART) });
    programDeployment(this, {
      part: PART,
      names: LOAD,
      natsUser: 'load',
      ...props,
      // two of them would take one order twice
      alone: true,
      variables: {
        FRONTEND_URL: EnvValue.fromValue(
          `http://${FRONTEND.service}.${FRONTEND.namespace}.svc.cluster.local:${FRONTEND.port}`,
        ),
      },
      resources: {
        cpu: { request: Cpu.millis(10), limit: Cpu.millis(500) },
        memory: { request: Size.mebibytes(64), limit: Size.mebibytes(128) },
      },
    });
  }
}
