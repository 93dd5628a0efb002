// A page that loads the script with a tag: tsconfig.json names the types.

const source: EventSource = new EventSourcePolyfill('/events')
const native: boolean = EventSource === NativeEventSource
