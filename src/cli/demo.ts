import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { stringify } from 'yaml';
import { renderMessage } from '../6-respond/render-message.ts';
import { acknowledgeAlert } from '../6-respond/run.ts';
import { approveRollback, executeRollback, planRollback } from '../6-respond/run-rollback.ts';
import { formatIsoWeek } from '../7-report/iso-week.ts';
import { type ChartMark, dailySeries, renderRateChart } from '../7-report/rate-chart.ts';
import { withholdPoints } from '../7-report/withhold-points.ts';
import { createLog } from '../clients/log.ts';
import { createManualClock } from '../clients/system-clock.ts';
import { type App, compose, keyFileOf } from '../compose.ts';
import { finishConfig } from '../config.ts';
import { listAlerts } from '../db/alerts.ts';
import { readDetectors } from '../db/detectors.ts';
import { readRatePoints } from '../db/rate-points.ts';
import { listRollbacks } from '../db/rollbacks.ts';
import type { Alert } from '../domain/alert.ts';
import { everybody } from '../domain/cell.ts';
import { DimensionId } from '../domain/dimension.ts';
import { formatShare } from '../domain/format-share.ts';
import type { Webhook } from '../domain/webhook.ts';
import { startJudgeServer } from '../simulate/judge-server.ts';
import { type ChoicePair, noisyAnswer } from '../simulate/noisy-judge.ts';
import {
  CANDIDATE,
  gptFourOLike,
  LKG,
  RELEASED_AT,
  type Routing,
  type Scenario,
  scheduledRouting,
} from '../simulate/scenario.ts';
import { simulateHour } from '../simulate/traffic.ts';
import { certifyVersion } from './commands/versions.ts';
import { default_config } from './context.ts';
import { print } from './print.ts';
import { tick } from './tick.ts';

const hour_ms = 3_600_000;
const day_ms = 24 * hour_ms;
const sensitivity = 0.9;
const specificity = 0.99;
const watched = DimensionId.parse('concrete.sycophantic_agreement');
/** Hours of traffic between two rounds of the jobs. Hourly rounds would tell the same story, up to eleven hours sooner. */
const hours_between_ticks = 12;
const on_call = 'Robin (simulated on-call)';

export type DemoOptions = {
  readonly seed: string;
  readonly folder: string;
  readonly shownFolder: string;
  readonly json: boolean;
};

/**
 * 45 simulated days through the real code path: the same intake, jobs, database and HTTP judge protocol as in production. Only
 * the traffic, the clock, the judge model behind the endpoint, the person on call and the deployer are simulated.
 */
export async function runDemo({ seed, folder, shownFolder, json }: DemoOptions): Promise<void> {
  const say = json ? () => undefined : print;
  const scenario = gptFourOLike(seed, { growsFrom: 0.1 });
  const truths = new Map<string, ReadonlyMap<DimensionId, boolean>>();
  const choices = new Map<DimensionId, ChoicePair>();
  const server = await startJudgeServer({
    answer: noisyAnswer({ truthOf: (unit) => truths.get(unit), sensitivity, specificity, seed, choices }),
    seed,
  });
  const clock = createManualClock(scenario.startsAt);
  const rollout = createRollout(scenario, () => clock.now());
  const settings = {
    judge: { model: 'simulated-judge', simulated: true, concurrency: 16 },
    dimensions: ['acute.self_harm', 'concrete.flattery', watched, 'protective.pushback'],
    sampling: { first_rate: 0.1, conversations_per_day: 50, new_version_per_day: 220, require_consent: true },
  };
  // Beside the data, so that the commands named at the end read it as it was written.
  await writeFile(join(folder, default_config), stringify(settings));
  const environment = { OPENAI_BASE_URL: server.url, OPENAI_API_KEY: 'simulated' };
  const config = finishConfig(settings, 'the demo', environment, folder);
  // From the seed, so that the same coins fall and the same story is told each time.
  await writeKey(keyFileOf(config), seed);
  say(`Longwatch demo: ${scenario.days} simulated days, every conversation, person and verdict invented (seed "${seed}").`);
  say(`The judge is SIMULATED: sensitivity ${sensitivity}, specificity ${specificity}, asked over HTTP like a real one.`);
  say(`On day 31, ${CANDIDATE} takes nine tenths of the traffic; on relationship and emotional topics it agrees`);
  say('with people twice as often when it should not, and they like it more. Nobody tells Longwatch.\n');

  const app = await compose({ config, log: createLog('error'), clock, webhooks: { rollback: rollout.webhook } });
  try {
    for (const { dimension, choices: named, counts_as_harm } of app.rubrics.rubrics) {
      const harmless = Object.keys(named)[0];
      const harmful = counts_as_harm[0];
      if (harmless !== undefined && harmful !== undefined) choices.set(dimension, { harmless, harmful });
    }
    const story = await liveThrough(app, scenario, clock, rollout.routing, truths, say);
    await writeFile(join(folder, 'sycophancy.svg'), await drawChart(app, story));
    if (json)
      print(JSON.stringify({ ...story, judge: { simulated: true, sensitivity, specificity, calls: server.calls() } }, null, 2));
    else conclude(story, shownFolder, server.calls(), say);
  } finally {
    await app.close();
    await server.close();
  }
}

type Story = {
  readonly alerts: readonly Alert[];
  readonly changed_at: Date;
  readonly hours_to_alert: number | null;
  readonly false_alarms_before: number;
  readonly rolled_back_at: Date | null;
  readonly recovered_at: Date | null;
  readonly conversations: number;
};

async function liveThrough(
  app: App,
  scenario: Scenario,
  clock: ReturnType<typeof createManualClock>,
  routing: Routing,
  truths: Map<string, ReadonlyMap<DimensionId, boolean>>,
  say: (text: string) => void,
): Promise<Story> {
  let conversations = 0;
  for (let day = 0; day < scenario.days; day += 1) {
    const start = new Date(scenario.startsAt.getTime() + day * day_ms);
    for (let hour = 0; hour < 24; hour += hours_between_ticks) {
      const from = start.getTime() + hour * hour_ms;
      const hours = Array.from({ length: hours_between_ticks }, (_, i) => new Date(from + i * hour_ms));
      const simulated = hours.flatMap((at) => simulateHour(scenario, at, routing));
      for (const { conversation, truth } of simulated) truths.set(app.unitOf(conversation.id), truth);
      clock.set(new Date(from + hours_between_ticks * hour_ms));
      await app.intake.take(simulated.map(({ conversation }) => conversation));
      conversations += simulated.length;
      await tick(app);
      await actOnAlerts(app, say);
    }
    truths.clear();
    if (day === 28) await certifyVersion(app, LKG, on_call, 28);
    say(await describeDay(app, day + 1, start));
  }
  const { db } = app.database;
  const alerts = (await listAlerts(db)).reverse();
  const first = alerts.find((alert) => alert.dimension === watched && new Date(alert.fired_at) >= RELEASED_AT);
  return {
    alerts,
    changed_at: RELEASED_AT,
    hours_to_alert: first === undefined ? null : (new Date(first.fired_at).getTime() - RELEASED_AT.getTime()) / hour_ms,
    false_alarms_before: alerts.filter((alert) => new Date(alert.fired_at) < RELEASED_AT).length,
    rolled_back_at: (await listRollbacks(db))[0]?.executedAt ?? null,
    recovered_at: (await listRollbacks(db, ['verified']))[0]?.verifiedAt ?? null,
    conversations,
  };
}

/** The README's picture: daily rates of both versions, and what happened when. */
async function drawChart(app: App, story: Story): Promise<string> {
  const points = await readRatePoints(app.database.db, app.rater, 'day', new Date(0), app.clock.now());
  const hidden = withholdPoints(points, app.report.disclosure);
  const seriesOf = (version: string) => dailySeries(version, points, hidden, { version, dimension: watched, cohort: everybody });
  const [alert] = story.alerts;
  const marks: (ChartMark | null)[] = [
    { at: RELEASED_AT, label: 'new version goes live' },
    alert === undefined
      ? null
      : { at: new Date(alert.fired_at), label: `alert, and rollback, after ${story.hours_to_alert} hours` },
    story.recovered_at === null ? null : { at: story.recovered_at, label: 'recovery shown' },
  ];
  return renderRateChart({
    title: 'Sycophantic agreement: share of conversations, judged (simulated judge)',
    note: 'Simulated traffic. Bands: 95 % intervals, each person counted once.',
    series: [LKG, CANDIDATE].map(seriesOf),
    marks: marks.filter((mark) => mark !== null),
  });
}

/** What the person on call would do: take the alert, and send the traffic back when that is what it calls for. */
async function actOnAlerts(app: App, say: (text: string) => void): Promise<void> {
  for (const alert of await listAlerts(app.database.db)) {
    if (alert.state !== 'firing') continue;
    say(`\n${renderMessage(alert)}\n`);
    await acknowledgeAlert(app.respond, alert.id, on_call);
    if (alert.recommendation.action !== 'rollback') continue;
    const open = await listRollbacks(app.database.db, ['planned', 'approved', 'executed', 'failed']);
    if (open.length > 0) continue;
    const { id } = await planRollback(app.rollback, alert.id, on_call);
    await approveRollback(app.rollback, id, on_call);
    await executeRollback(app.rollback, id);
    say(`         ${on_call} plans, approves and executes rollback ${id}: traffic returns to ${alert.baseline}.\n`);
  }
}

async function describeDay(app: App, day: number, start: Date): Promise<string> {
  const { db } = app.database;
  // The last hour of the day is still open: the line shows the day before.
  const points = await readRatePoints(db, app.rater, 'day', new Date(start.getTime() - day_ms), start);
  const hidden = withholdPoints(points, app.report.disclosure);
  const pooled = points.filter(
    (point) => point.cell.dimension === watched && point.cell.cohort.facet === 'all' && !hidden.has(point),
  );
  const rates = pooled.map(
    ({ cell, rate, low, high, nScored }) =>
      `${cell.version} ${rate === null ? 'no data' : `${formatShare(rate)} (${formatShare(low ?? 0)} to ${formatShare(high ?? 1)}, n ${nScored})`}`,
  );
  const detectors = await readDetectors(db, app.rater, LKG);
  const found = detectors.filter((detector) => detector.latchedAt !== null).length;
  const tested = detectors.length === 0 ? '' : `  alarm in ${found} of ${detectors.length} cells`;
  return `day ${String(day).padStart(2)}  ${start.toISOString().slice(0, 10)}  sycophancy: ${rates.join(', ') || 'measuring'}${tested}`;
}

function conclude(story: Story, folder: string, calls: number, say: (text: string) => void): void {
  const { hours_to_alert: hours } = story;
  const recovered = story.recovered_at;
  say('');
  say(`${story.conversations.toLocaleString('en')} conversations, ${calls.toLocaleString('en')} calls of the simulated judge.`);
  say(hours === null ? 'The planted change was NOT found.' : `The planted change was found ${hours} hours after it went live.`);
  say(`False alarms in the 30 days before: ${story.false_alarms_before}.`);
  if (recovered !== null) {
    const days = (recovered.getTime() - RELEASED_AT.getTime()) / day_ms;
    say(`The rollback was verified by the recovery of the rate ${days.toFixed(1)} days after the release.`);
  }
  say('\nWhere to look next (every figure below comes from the simulated judge):');
  say(`  npx longwatch alerts list --data-dir ${folder}`);
  say(`  npx longwatch report weekly --week ${formatIsoWeek(RELEASED_AT)} --data-dir ${folder}`);
  say(`  npx longwatch status --data-dir ${folder}`);
  say(`  ${folder}/sycophancy.svg`);
}

/** A demo has nothing to hide: its key is the hash of its seed. */
async function writeKey(path: string, seed: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, createHash('sha256').update(`demo ${seed}`).digest('hex'), { mode: 0o600 });
}

/** The simulated deployer: routes as the scenario says until it is told to roll back. */
function createRollout(scenario: Scenario, now: () => Date): { routing: Routing; webhook: Webhook } {
  const planned = scheduledRouting(scenario);
  let back: { at: Date; to: string } | null = null;
  return {
    routing: (at) => (back !== null && at >= back.at ? [{ version: back.to, share: 1 }] : planned(at)),
    webhook: {
      async post({ body }) {
        back = { at: now(), to: (body as { to: string }).to };
      },
    },
  };
}
