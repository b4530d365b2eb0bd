import { homedir } from 'node:os';
import { readLocalConfig } from '../../local/config';

test('an empty environment gives the folders and ports of the README', () => {
  const home = homedir();
  expect(readLocalConfig({})).toEqual({
    cacheDir: `${home}/.cache/autoscaling-lab`,
    stateDir: `${home}/.local/state/autoscaling-lab`,
    kubeconfig: `${home}/.local/state/autoscaling-lab/kubeconfig`,
    ports: { api: 16443, nats: 4222, prometheus: 9091, page: 8080 },
    pulumi: 'auto',
  });
});

test('environment variables override defaults, and an empty folder counts as unset', () => {
  const config = readLocalConfig({
    XDG_CACHE_HOME: '/var/tmp/c',
    XDG_STATE_HOME: '',
    AUTOSCALING_LAB_API_PORT: '7443',
    AUTOSCALING_LAB_NATS_PORT: '7222',
    AUTOSCALING_LAB_PROMETHEUS_PORT: '7091',
    AUTOSCALING_LAB_PAGE_PORT: '7080',
    AUTOSCALING_LAB_PULUMI: 'built',
  });
  expect(config.cacheDir).toBe('/var/tmp/c/autoscaling-lab');
  expect(config.stateDir).toBe(`${homedir()}/.local/state/autoscaling-lab`);
  expect(config.ports).toEqual({ api: 7443, nats: 7222, prometheus: 7091, page: 7080 });
  expect(config.pulumi).toBe('built');
  expect(() => Object.assign(config, { pulumi: 'auto' })).toThrow(TypeError);
});

test('every invalid variable is listed in one error', () => {
  const environment = {
    XDG_CACHE_HOME: 'cache',
    XDG_STATE_HOME: './state',
    AUTOSCALING_LAB_API_PORT: '70000',
    AUTOSCALING_LAB_NATS_PORT: 'http',
    AUTOSCALING_LAB_PULUMI: 'both',
  };
  expect(() => readLocalConfig(environment)).toThrow(
    [
      'invalid environment variables:',
      '  "AUTOSCALING_LAB_PULUMI" is "both": give auto, official or built',
      '  "XDG_STATE_HOME" is "./state": give an absolute path',
      '  "XDG_CACHE_HOME" is "cache": give an absolute path',
      '  "AUTOSCALING_LAB_API_PORT" is "70000": give a TCP port from 1 to 65535',
      '  "AUTOSCALING_LAB_NATS_PORT" is "http": give a TCP port from 1 to 65535',
    ].join('\n'),
  );
});

test.each(['', '0', '-1', '80.5', '65536', '4222 or so'])('"%s" is no port', (port) => {
  expect(() => readLocalConfig({ AUTOSCALING_LAB_NATS_PORT: port })).toThrow(
    `"AUTOSCALING_LAB_NATS_PORT" is "${port}": give a TCP port from 1 to 65535`,
  );
});

test('two services cannot have the same port, not even a default one', () => {
  expect(() => readLocalConfig({ AUTOSCALING_LAB_NATS_PORT: '16443' })).toThrow(
    '"AUTOSCALING_LAB_API_PORT" and "AUTOSCALING_LAB_NATS_PORT" are both 16443: give two different ports',
  );
  expect(() => readLocalConfig({ AUTOSCALING_LAB_PROMETHEUS_PORT: '4222' })).toThrow(
    '"AUTOSCALING_LAB_NATS_PORT" and "AUTOSCALING_LAB_PROMETHEUS_PORT" are both 4222: give two different ports',
  );
});
