import { ScalingSwitch } from '../../../cli/experiment/scaling-switch';
import {
  LAB_STATE_SUBJECTS,
  type LabState,
  labStateSchema,
} from '../../../workloads/protocol/lab-state';
import { WORKER } from '../../../workloads/protocol/names';
import { Chromium, type OpenPage } from '../../support/chromium';
import { Lab } from '../support/lab';
import { pageUrl } from '../support/lab-page';
import { printMeasurements, secondsBetween } from '../support/measurements';

const KEDA_HPA = `keda-hpa-${WORKER.scaledObject}`;

let lab: Lab;
let scaling: ScalingSwitch;
let chromium: Chromium;
let open: OpenPage;
const states: LabState[] = [];

beforeAll(async () => {
  lab = await Lab.open();
  const env = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  scaling = await ScalingSwitch.open('dev', Object.fromEntries(env));
  lab.nats.subscribe(LAB_STATE_SUBJECTS.state, {
    callback: (error, message) => {
      if (error) throw error;
      states.push(labStateSchema.parse(message.json()));
    },
  });
  chromium = await Chromium.start();
  open = await chromium.open(`${pageUrl()}#/scale`);
}, 60_000);

afterAll(async () => {
  await chromium.stop();
  await scaling.back();
  await scaling.close();
  await lab.close();
}, 120_000);

test('to the mode that freezes and back under load, the freeze is named on the page, too, and no request is lost', async () => {
  const before = await lab.burst(40);
  const switched = Date.now();
  await scaling.to('conflict');
  const there = Date.now();
  const during = await lab.burst(60);

  const frozen = await stateWith(
    ({ time, autoscalers }) =>
      time > there &&
      [KEDA_HPA, WORKER.cpuScaler].every((name) =>
        autoscalers.some((each) => each.name === name && each.status === 'frozen'),
      ),
    60,
  );
  const alert = open.page.getByText(/ is frozen$/).first();
  await alert.waitFor({ timeout: 10_000 });
  const onPage = Date.now();
  await scaling.back();
  const back = Date.now();
  const thawed = await stateWith(
    ({ time, autoscalers }) =>
      time > back &&
      autoscalers.every(({ status }) => status !== 'frozen') &&
      autoscalers.every(({ name }) => name !== WORKER.cpuScaler),
    60,
  );
  await alert.waitFor({ state: 'hidden', timeout: 10_000 });
  const after = await lab.burst(20);

  const ids = [...before, ...during, ...after];
  await lab.answers.forAll(ids, 120);
  const counts = lab.answers.countById();
  expect(ids.filter((id) => counts.get(id) !== 1)).toEqual([]);
  const reasons = frozen.autoscalers.filter(({ status }) => status === 'frozen');
  expect(reasons.map(({ reason }) => reason)).toContain('AmbiguousSelector');
  printMeasurements('Scaling mode switched under load', [
    ['to conflict', secondsBetween(switched, there)],
    ['named frozen after', secondsBetween(there, frozen.time)],
    ['on the page after', secondsBetween(there, onPage)],
    ['workers while frozen', String(workers(frozen))],
    ['back', secondsBetween(onPage, back)],
    ['thawed after', secondsBetween(back, thawed.time)],
  ]);
}, 480_000);

function workers({ workloads }: LabState): number | undefined {
  return workloads.find(({ name }) => name === WORKER.deployment)?.ready;
}

/** The latest state, or the first one to come, for which something holds. */
async function stateWith(
  holds: (state: LabState) => boolean,
  timeoutSeconds: number,
): Promise<LabState> {
  for (const deadline = Date.now() + timeoutSeconds * 1000; Date.now() < deadline;) {
    const state = states.at(-1);
    if (state && holds(state)) return state;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(
    `not seen within ${timeoutSeconds} s; last: ${JSON.stringify(states.at(-1), null, 2)}`,
  );
}
