/** Types of the build for mini programs. */

import { EventSource as Standard } from './index.js'

/** `wx`, `swan`, or an object whose method `request` is like theirs. */
export interface MiniProgram {
  request(options: any): any
}

/** The standard's class, over `wx.request`. Its requests never have cookies. */
export declare class EventSource extends Standard {
  /** Makes requests go through this object instead of the global `wx` or `swan`. */
  static use(program: MiniProgram): void
}

export type { EventSourceEventMap, EventSourceInit, StreamEvent } from './index.js'
