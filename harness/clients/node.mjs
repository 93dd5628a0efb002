// Judges a class shaped like EventSource in Node:
//
//   harness run --client 'node harness/clients/node.mjs eventsource'
//
// The argument is a package, or the path of a module, that exports EventSource.
import { load, serve } from './protocol.mjs'

const { exports, title } = await load(process.argv[2])
const EventSource = exports.EventSource ?? exports.default?.EventSource ?? exports.default

serve({
  name: title,
  reports: ['open', 'error', 'lastEventId', 'readyState'],
  can: ['reconnect', 'close']
}, ({ url, types }, report) => {
  const source = new EventSource(url)
  for (const type of types) {
    source.addEventListener(type, ({ type, data, lastEventId }) =>
      report({ type, data, lastEventId, readyState: source.readyState }))
  }
  return () => source.close()
})
