/** Documents of the shape of KEDA's release, as small as the chart lets them be. */
export function kedaManifest(): object[] {
  return [
    named('v1', 'Namespace', 'keda'),
    deployment('keda-metrics-apiserver', 'keda-metrics-apiserver', 'keda'),
    deployment('keda-admission', 'keda-admission-webhooks', 'keda'),
    deployment('keda-operator', 'keda-operator', 'keda'),
    named('v1', 'ServiceAccount', 'keda-operator', { namespace: 'keda' }),
    named('rbac.authorization.k8s.io/v1', 'ClusterRole', 'keda-operator'),
    named('rbac.authorization.k8s.io/v1', 'RoleBinding', 'keda-auth-reader', {
      namespace: 'kube-system',
    }),
    named('v1', 'Service', 'keda-operator', { namespace: 'keda' }),
    {
      ...named('apiextensions.k8s.io/v1', 'CustomResourceDefinition', 'scaledobjects.keda.sh'),
      spec: { group: 'keda.sh', names: { kind: 'ScaledObject' } },
    },
    named('apiregistration.k8s.io/v1', 'APIService', 'v1beta1.external.metrics.k8s.io'),
    named('admissionregistration.k8s.io/v1', 'ValidatingWebhookConfiguration', 'keda-admission'),
  ];
}

/** Documents of the shape of the VerticalPodAutoscaler's release. */
export function vpaManifest(): object[] {
  const namespace = 'kube-system';
  const controller = deployment('vpa-admission-controller', 'admission-controller', namespace);
  const { spec } = controller.spec.template;
  const volumes = [{ name: 'tls-certs', secret: { secretName: 'vpa-tls-certs' } }];
  return [
    {
      ...named(
        'apiextensions.k8s.io/v1',
        'CustomResourceDefinition',
        'verticalpodautoscalers.autoscaling.k8s.io',
      ),
      spec: { group: 'autoscaling.k8s.io', names: { kind: 'VerticalPodAutoscaler' } },
    },
    named('v1', 'ServiceAccount', 'vpa-updater', { namespace }),
    {
      ...named('rbac.authorization.k8s.io/v1', 'ClusterRoleBinding', 'system:vpa-actor'),
      subjects: [{ kind: 'ServiceAccount', name: 'vpa-updater', namespace }],
    },
    named('v1', 'Service', 'vpa-webhook', { namespace }),
    deployment('vpa-recommender', 'recommender', namespace),
    deployment('vpa-updater', 'updater', namespace),
    {
      ...controller,
      spec: {
        ...controller.spec,
        template: { ...controller.spec.template, spec: { ...spec, volumes } },
      },
    },
  ];
}

/** Documents of the shape of metrics-server's release. */
export function metricsServerManifest(args: string[] = ['--cert-dir=/tmp']): object[] {
  return [
    named('v1', 'ServiceAccount', 'metrics-server', { namespace: 'kube-system' }),
    named('rbac.authorization.k8s.io/v1', 'ClusterRole', 'system:metrics-server'),
    named('v1', 'Service', 'metrics-server', { namespace: 'kube-system' }),
    deployment('metrics-server', 'metrics-server', 'kube-system', { args }),
    named('apiregistration.k8s.io/v1', 'APIService', 'v1beta1.metrics.k8s.io'),
  ];
}

function named(apiVersion: string, kind: string, name: string, metadata: object = {}) {
  return { apiVersion, kind, metadata: { name, ...metadata } };
}

function deployment(name: string, container: string, namespace: string, more: object = {}) {
  return {
    ...named('apps/v1', 'Deployment', name, {
      namespace,
      labels: { 'app.kubernetes.io/part-of': 'keda-operator', app: name },
    }),
    spec: {
      replicas: 1,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: {
          containers: [
            {
              name: container,
              image: `ghcr.io/upstream/${container}:main`,
              imagePullPolicy: 'Always',
              readinessProbe: { httpGet: { path: '/readyz', port: 8081 }, initialDelaySeconds: 20 },
              ...more,
            },
          ],
        },
      },
    },
  };
}
