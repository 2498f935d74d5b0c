/** Port. What time it is: the system's, or a simulated one in backtests. Never goes back within a process. */
export interface Clock {
  now(): Date;
}
