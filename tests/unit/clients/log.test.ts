import { describe, expect, it } from 'vitest';
import { createLog } from '../../../src/clients/log.ts';

describe('the log', () => {
  it.each([
    ['error', { error: true, warn: false, info: false }],
    ['info', { error: true, warn: true, info: true }],
    ['silent', { error: false, warn: false, info: false }],
  ])('at level %s shows %j', (level, shown) => {
    const log = createLog(level);
    expect({ error: log.isLevelEnabled('error'), warn: log.isLevelEnabled('warn'), info: log.isLevelEnabled('info') }).toEqual(
      shown,
    );
  });

  it('names neither the machine nor the process', () => {
    expect(createLog('info').bindings()).toEqual({});
  });

  it('refuses a level that is none', () => {
    expect(() => createLog('loud')).toThrow('default level:loud must be included in custom levels');
  });
});
