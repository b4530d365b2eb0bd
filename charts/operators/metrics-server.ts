import { type Construct } from 'constructs';
import { toKubernetesObjects } from '../core/kubernetes-object';
import { changeContainer, UpstreamChart, type UpstreamContainer } from './upstream-chart';

/** The release of metrics-server, the image to run it from, and how far it trusts kubelets. */
export interface MetricsServerProps {
  /** The parsed documents of `components.yaml`. */
  readonly manifest: readonly object[];
  readonly image: string;
  /** Accept kubelet certificates that the cluster's CA did not sign: local clusters only. */
  readonly kubeletInsecureTls: boolean;
}

const INSECURE_TLS = '--kubelet-insecure-tls';

/** metrics-server, in `kube-system` as released. */
export class MetricsServer extends UpstreamChart {
  /**
   * @throws where the manifest is not the one of a metrics-server release
   */
  constructor(scope: Construct, id: string, props: MetricsServerProps) {
    const objects = toKubernetesObjects(props.manifest, 'operatorManifests.metricsServer');
    super(scope, id, {
      objects: changeContainer(objects, 'metrics-server', (entry) => configure(entry, props)),
    });
  }
}

function configure(container: UpstreamContainer, props: MetricsServerProps): UpstreamContainer {
  const args = (container.args ?? []).filter((argument) => argument !== INSECURE_TLS);
  return {
    ...container,
    image: props.image,
    imagePullPolicy: 'IfNotPresent',
    args: props.kubeletInsecureTls ? [...args, INSECURE_TLS] : args,
    // it is ready after its first scrape; the release looks 20 seconds in, and then every 10
    readinessProbe: { ...container.readinessProbe, initialDelaySeconds: 5, periodSeconds: 5 },
  };
}
