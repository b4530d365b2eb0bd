import { randomUUID } from 'node:crypto';
import { AppsV1Api, CoreV1Api, KubeConfig } from '@kubernetes/client-node';
import { connect, type NatsConnection } from 'nats';
import { readLocalConfig } from '../../../local/config';
import { WORKER } from '../../../workloads/protocol/names';
import {
  natsCredentials,
  type NatsCredentials,
} from '../../../workloads/protocol/nats-credentials';
import { NATS_OPERATOR, natsSecretName } from '../../../workloads/protocol/nats-users';
import { SUBJECTS } from '../../../workloads/protocol/subjects';
import { Answers } from './answers';
import { ReplicaTimeline } from './replica-timeline';

/** The operator's credentials, as the cluster keeps them now. */
export async function operatorCredentials(core: CoreV1Api): Promise<NatsCredentials> {
  const { user, namespace } = NATS_OPERATOR;
  const { data = {} } = await core.readNamespacedSecret({
    name: natsSecretName(user),
    namespace,
  });
  const env = Object.entries(data).map(([key, value]) => [
    key,
    Buffer.from(value, 'base64').toString(),
  ]);
  return natsCredentials(Object.fromEntries(env));
}

/** The running lab as a test sees it: its API server, its NATS, its worker's replicas. */
export class Lab {
  private constructor(
    readonly nats: NatsConnection,
    readonly core: CoreV1Api,
    readonly apps: AppsV1Api,
    readonly replicas: ReplicaTimeline,
    readonly answers: Answers,
  ) {}

  static async open(): Promise<Lab> {
    const kubeconfig = new KubeConfig();
    kubeconfig.loadFromDefault();
    const core = kubeconfig.makeApiClient(CoreV1Api);
    const nats = await connect({
      port: readLocalConfig(process.env).ports.nats,
      ...(await operatorCredentials(core)),
      maxReconnectAttempts: -1,
      reconnectTimeWait: 250,
      // a server whose node is lost does not disconnect
      pingInterval: 5000,
      waitOnFirstConnect: true,
    });
    return new Lab(
      nats,
      core,
      kubeconfig.makeApiClient(AppsV1Api),
      new ReplicaTimeline(kubeconfig, WORKER.namespace, WORKER.deployment),
      await Answers.collect(nats),
    );
  }

  /** Publishes one request and waits for JetStream's acknowledgement, again while NATS is away. */
  async request(prompt: string, id: string = randomUUID()): Promise<string> {
    const body = JSON.stringify({ id, prompt, fast_mode: true, small_image: true });
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.nats.jetstream().publish(SUBJECTS.request, body, { msgID: id });
        return id;
      } catch (error) {
        if (attempt === 60) throw error;
        await new Promise((resolve) => setTimeout(resolve, 500));
      }
    }
  }

  /** Publishes `count` requests with prompts that no cache knows; their ids. */
  async burst(count: number): Promise<string[]> {
    const run = randomUUID().slice(0, 8);
    return Promise.all(
      Array.from({ length: count }, (_, index) => this.request(`burst ${run}, meme ${index}`)),
    );
  }

  /** Waits until no worker runs and none is wanted. */
  async idle(timeoutSeconds: number): Promise<void> {
    const now = this.replicas.latest;
    if (now?.wanted === 0 && now.ready === 0 && (await this.workerPods()).length === 0) return;
    await this.replicas.first(
      ({ wanted, ready }) => wanted === 0 && ready === 0,
      now?.at ?? 0,
      timeoutSeconds,
    );
    const deadline = Date.now() + 60_000;
    while ((await this.workerPods()).length > 0) {
      if (Date.now() > deadline) throw new Error('worker pods are still there 60 s after idle');
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }

  /** Names of the worker's pods that are not being deleted. */
  async workerPods(): Promise<string[]> {
    const { items } = await this.core.listNamespacedPod({
      namespace: WORKER.namespace,
      labelSelector: `app.kubernetes.io/name=${WORKER.deployment}`,
    });
    return items
      .filter(({ metadata }) => !metadata?.deletionTimestamp)
      .map(({ metadata }) => metadata?.name ?? '');
  }

  async close(): Promise<void> {
    this.replicas.close();
    await this.answers.close();
    await this.nats.close();
  }
}
