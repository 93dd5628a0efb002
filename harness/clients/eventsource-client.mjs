// Judges the package eventsource-client, which has callbacks in place of event listeners:
//
//   harness run --client 'node harness/clients/eventsource-client.mjs'
import { load, serve } from './protocol.mjs'

const { exports: { createEventSource }, title } = await load('eventsource-client')

serve({
  name: title,
  reports: ['open', 'lastEventId'],
  can: ['reconnect', 'close']
}, ({ url }, report) => {
  const source = createEventSource({
    url,
    onConnect() { report({ type: 'open' }) },
    onMessage({ event, data }) { report({ type: event || 'message', data, lastEventId: source.lastEventId ?? '' }) }
  })
  return () => source.close()
})
