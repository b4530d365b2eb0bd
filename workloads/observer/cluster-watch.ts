import { type KubeConfig } from '@kubernetes/client-node';
import { type Logger } from '../process/logger';
import { type KubernetesState } from '../protocol/lab-state';
import { OBSERVER } from '../protocol/names';
import {
  conditionOf,
  type CustomResourceDefinition,
  type HorizontalPodAutoscaler,
  type KubeEvent,
  type KubeObject,
  type Pod,
  type ScaledObject,
  type VerticalPodAutoscaler,
  type Workload,
} from './kube-objects';
import { ResourceWatch } from './resource-watch';

/** The kinds that are watched, with their objects. */
export interface WatchedKinds {
  readonly Deployment: Workload;
  readonly StatefulSet: Workload;
  readonly Pod: Pod;
  readonly HorizontalPodAutoscaler: HorizontalPodAutoscaler;
  readonly ScaledObject: ScaledObject;
  readonly VerticalPodAutoscaler: VerticalPodAutoscaler;
  readonly Event: KubeEvent;
}

/** One of {@link WatchedKinds}. */
export type WatchedKind = keyof WatchedKinds;

/** Hears of every change: what an object was and what it is; nothing stands for "not there". */
export type ChangeListener = <K extends WatchedKind>(
  kind: K,
  before: WatchedKinds[K] | undefined,
  now: WatchedKinds[K] | undefined,
) => void;

/** What is watched, and who hears of it. */
export interface ClusterWatchOptions {
  readonly kubeconfig: KubeConfig;
  readonly namespaces: readonly string[];
  readonly onChange: ChangeListener;
  /** Called where {@link ClusterWatch.state} changed. */
  readonly onConnection: () => void;
  readonly log: Logger;
}

const BUILT_IN: Readonly<Partial<Record<WatchedKind, readonly [group: string, plural: string]>>> = {
  Deployment: ['apis/apps/v1', 'deployments'],
  StatefulSet: ['apis/apps/v1', 'statefulsets'],
  Pod: ['api/v1', 'pods'],
  HorizontalPodAutoscaler: ['apis/autoscaling/v2', 'horizontalpodautoscalers'],
  Event: ['api/v1', 'events'],
};

type Definition = (typeof OBSERVER.watchedDefinitions)[number];

/** Kinds of custom resource definitions; each is watched while it is served. */
const CUSTOM: Readonly<Record<Definition, readonly [WatchedKind, string, string]>> = {
  'scaledobjects.keda.sh': ['ScaledObject', 'apis/keda.sh/v1alpha1', 'scaledobjects'],
  'verticalpodautoscalers.autoscaling.k8s.io': [
    'VerticalPodAutoscaler',
    'apis/autoscaling.k8s.io/v1',
    'verticalpodautoscalers',
  ],
};

/**
 * The lab's objects as the API server reports them: each kind is listed once and then watched.
 */
export class ClusterWatch {
  private readonly watches = new Map<WatchedKind, ResourceWatch<KubeObject>[]>();
  private readonly definitions: ResourceWatch<CustomResourceDefinition>[];
  /** Watches that do not work at the moment, with the reason. */
  private readonly lost = new Map<object, string>();
  private since = Date.now();
  private watching = false;
  private stopped = false;

  constructor(private readonly options: ClusterWatchOptions) {
    this.definitions = OBSERVER.watchedDefinitions.map((name) => this.definitionWatch(name));
  }

  /** Whether every watch works. */
  get state(): KubernetesState {
    const { since } = this;
    if (this.watching) return { status: 'watching', since };
    const [reason] = this.lost.values();
    return { status: 'away', since, ...(reason !== undefined && { reason }) };
  }

  /** The objects of a kind, of all namespaces. */
  objects<K extends WatchedKind>(kind: K): WatchedKinds[K][] {
    const watches = this.watches.get(kind) ?? [];
    return watches.flatMap(({ items }) => items) as unknown as WatchedKinds[K][];
  }

  /** Begins to watch; resolves after the first attempt, whether or not the API server answered. */
  async start(): Promise<void> {
    const kinds = Object.entries(BUILT_IN) as [WatchedKind, readonly [string, string]][];
    await Promise.all([
      ...kinds.map(([kind, [group, plural]]) => this.add(kind, group, plural)),
      ...this.definitions.map((watch) => watch.start()),
    ]);
  }

  /** Ends every watch. */
  async stop(): Promise<void> {
    this.stopped = true;
    await Promise.all(
      [...this.definitions, ...[...this.watches.values()].flat()].map((watch) => watch.stop()),
    );
  }

  private definitionWatch(name: Definition): ResourceWatch<CustomResourceDefinition> {
    const [kind, group, plural] = CUSTOM[name];
    const { kubeconfig, log } = this.options;
    const watch: ResourceWatch<CustomResourceDefinition> = new ResourceWatch({
      kubeconfig,
      path: '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
      fieldSelector: `metadata.name=${name}`,
      onChange: (_before, now) => {
        const served = now !== undefined && conditionOf(now, 'Established')?.status === 'True';
        if (served === this.watches.has(kind) || this.stopped) return;
        log.info({ kind, served }, served ? 'kind is served' : 'kind is no longer served');
        const change = served ? this.add(kind, group, plural) : this.remove(kind);
        change.catch((err) => log.error({ err, kind }, 'watching a kind failed'));
      },
      onConnection: (reason) => this.noteConnection(watch, reason),
    });
    this.lost.set(watch, 'not listed yet');
    return watch;
  }

  private async add(kind: WatchedKind, group: string, plural: string): Promise<void> {
    const { kubeconfig, namespaces, onChange } = this.options;
    const watches = namespaces.map((namespace) => {
      const watch: ResourceWatch<KubeObject> = new ResourceWatch<KubeObject>({
        kubeconfig,
        path: `/${group}/namespaces/${namespace}/${plural}`,
        onChange: (before, now) => onChange(kind, before as never, now as never),
        onConnection: (reason) => this.noteConnection(watch, reason),
      });
      this.lost.set(watch, 'not listed yet');
      return watch;
    });
    this.watches.set(kind, watches);
    await Promise.all(watches.map((watch) => watch.start()));
  }

  private async remove(kind: WatchedKind): Promise<void> {
    const watches = this.watches.get(kind) ?? [];
    this.watches.delete(kind);
    await Promise.all(watches.map((watch) => watch.stop()));
    // a kind that is no longer served is no sign of a lost API server
    for (const watch of watches) this.noteConnection(watch, undefined);
  }

  private noteConnection(key: object, reason: string | undefined): void {
    if (this.stopped) return;
    if (reason === undefined) this.lost.delete(key);
    else this.lost.set(key, reason);
    const watching = this.lost.size === 0;
    if (watching === this.watching) return;
    this.watching = watching;
    this.since = Date.now();
    if (watching) this.options.log.info('watching the API server');
    else this.options.log.warn({ reason }, 'lost the API server, the published state may be old');
    this.options.onConnection();
  }
}
