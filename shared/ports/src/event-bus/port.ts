export interface BusEvent {
  /** "<service>.<event>", for example "training.run_finished". */
  subject: string;
  /** An event of a subject and id that were published before may be dropped as a duplicate. */
  id: string;
  payload: Uint8Array;
}

/**
 * Facts for whoever wants to know, at least once. Trace context travels along. Publishing throws ServiceError
 * unavailable while the broker is away; a subscription outlives outages.
 */
export interface EventBus {
  publish(event: BusEvent): Promise<void>;
  /**
   * With a group: one member gets each event, and again until its handler resolves, also after a restart.
   * Without: every subscriber gets the events from now on.
   * @param options.subject a subject, or a prefix ending in ".>"
   */
  subscribe(options: {
    subject: string;
    group?: string;
    handler: (event: BusEvent) => Promise<void>;
  }): Promise<{ close(): Promise<void> }>;
}
