/** Port. What time it is: the system's, or a simulated one in backtests. The system's may be set back by somebody: whoever works off a watermark checks. */
export interface Clock {
  now(): Date;
}
