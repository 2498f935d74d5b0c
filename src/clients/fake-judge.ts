import type { Judge, JudgeAnswer, JudgeOutcome, JudgeRequest } from '../domain/judge.ts';

export type FakeJudgeConfig = {
  /** What it says: the answers, or any other outcome of the port. Called once a call, with the request. */
  readonly answer: (request: JudgeRequest) => JudgeOutcome | readonly JudgeAnswer[];
  readonly model?: string;
  readonly temperature?: number;
  readonly family?: string;
};

/**
 * A judge in memory, under the same contract as the real one: answers that break the asked rubrics' schema are invalid, and a
 * call whose signal is aborted before it is answered learns nothing.
 */
export function createFakeJudge({ answer, model = 'fake-judge', temperature = 0, family }: FakeJudgeConfig): Judge {
  return {
    identity: { model, temperature, ...(family === undefined ? {} : { family }) },
    async rate(request, { signal } = {}) {
      if (signal?.aborted) return { outcome: 'retry', reason: 'failed', afterMs: null };
      const said = answer(request);
      if (!('outcome' in said)) return held(request, { outcome: 'answered', answers: said });
      return said.outcome === 'answered' ? held(request, said) : said;
    },
  };
}

function held(request: JudgeRequest, said: JudgeOutcome & { outcome: 'answered' }): JudgeOutcome {
  const fits = said.answers.every(({ dimension, choice }) => {
    const rubric = request.rubrics.find((each) => each.dimension === dimension);
    return rubric !== undefined && Object.hasOwn(rubric.choices, choice);
  });
  if (fits) return said;
  const { outcome: _outcome, answers: _answers, ...facts } = said;
  return { outcome: 'unscored', reason: 'invalid_answer', ...facts };
}
