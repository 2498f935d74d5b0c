import type { Judge, JudgeAnswer, JudgeOutcome, JudgeRequest } from '../domain/judge.ts';

export type FakeJudgeConfig = {
  /** What it says: the answers, or any other outcome of the port. Called once a call, with the request. */
  readonly answer: (request: JudgeRequest) => JudgeOutcome | readonly JudgeAnswer[];
  readonly model?: string;
  readonly temperature?: number;
};

/** A judge in memory, under the same contract as the real one: answers that break the asked rubrics' schema are invalid. */
export function createFakeJudge({ answer, model = 'fake-judge', temperature = 0 }: FakeJudgeConfig): Judge {
  return {
    identity: { model, temperature },
    async rate(request) {
      const said = answer(request);
      if ('outcome' in said) return said.outcome === 'answered' ? held(request, said.answers) : said;
      return held(request, said);
    },
  };
}

function held(request: JudgeRequest, answers: readonly JudgeAnswer[]): JudgeOutcome {
  const fits = answers.every(({ dimension, choice }) => {
    const rubric = request.rubrics.find((each) => each.dimension === dimension);
    return rubric !== undefined && Object.hasOwn(rubric.choices, choice);
  });
  return fits ? { outcome: 'answered', answers } : { outcome: 'unscored', reason: 'invalid_answer' };
}
