import { ApiObject } from 'cdk8s';
import { type Construct } from 'constructs';
import { NAMESPACES } from '../../workloads/protocol/names';
import { toKubernetesObjects } from '../core/kubernetes-object';
import { changeContainer, UpstreamChart, type UpstreamContainer } from './upstream-chart';

/** KEDA's release and the images to run it from. */
export interface KedaProps {
  /** The parsed documents of `keda-VERSION.yaml`. */
  readonly manifest: readonly object[];
  readonly operatorImage: string;
  readonly metricsApiserverImage: string;
  readonly admissionWebhooksImage: string;
}

const OPERATOR_DEPLOYMENT = 'keda-operator';
// the release asks for 100m each; with that a node of two cores has no room for ten workers
const REQUESTS = { cpu: '20m', memory: '100Mi' } as const;

/** KEDA: the operator, its metrics API server and its admission webhooks. */
export class Keda extends UpstreamChart {
  /**
   * @throws where the manifest is not the one of a KEDA release
   */
  constructor(scope: Construct, id: string, props: KedaProps) {
    super(scope, id, { objects: kedaObjects(props) });
    startOperatorFirst(this);
  }
}

function kedaObjects(props: KedaProps) {
  const images = {
    [OPERATOR_DEPLOYMENT]: props.operatorImage,
    'keda-metrics-apiserver': props.metricsApiserverImage,
    'keda-admission-webhooks': props.admissionWebhooksImage,
  };
  // the namespace is made with the others, so that it goes after the last object in it
  const objects = toKubernetesObjects(props.manifest, 'operatorManifests.keda').filter(
    ({ kind, metadata }) => kind !== 'Namespace' || metadata.name !== NAMESPACES.keda,
  );
  return Object.entries(images).reduce(
    (changed, [container, image]) =>
      changeContainer(changed, container, (entry) => runFromImage(entry, image)),
    objects,
  );
}

function runFromImage(container: UpstreamContainer, image: string): UpstreamContainer {
  return {
    ...container,
    image,
    // the release pulls always, which fails for an image that only the node has
    imagePullPolicy: 'IfNotPresent',
    // the release waits 20 seconds before it looks at a server that is up in two
    readinessProbe: { ...container.readinessProbe, initialDelaySeconds: 1, periodSeconds: 2 },
    resources: { ...container.resources, requests: REQUESTS },
  };
}

/**
 * The operator makes the certificate that the other two mount: started together, they sit out the
 * kubelet's back-off for a Secret that was not there yet.
 */
function startOperatorFirst(chart: UpstreamChart): void {
  const deployments = chart.apiObjects.filter(({ kind }) => kind === 'Deployment');
  const operator = deployments.find(({ name }) => name === OPERATOR_DEPLOYMENT);
  if (operator === undefined) {
    throw new Error(
      `"operatorManifests.keda" has no Deployment "${OPERATOR_DEPLOYMENT}" but ` +
        `${deployments.map(({ name }) => `"${name}"`).join(', ')}; pass the manifest of a KEDA release`,
    );
  }
  for (const deployment of deployments) {
    if (deployment !== operator) ApiObject.of(deployment).addDependency(operator);
  }
}
