// Judges the package event-source-plus:
//
//   harness run --client 'node harness/clients/event-source-plus.mjs'
import { load, serve } from './protocol.mjs'

const { exports: { EventSourcePlus }, title } = await load('event-source-plus')

serve({
  name: title,
  reports: ['open'],
  can: ['reconnect', 'close']
}, ({ url }, report) => {
  const controller = new EventSourcePlus(url).listen({
    onResponse({ response }) { if (response.ok) report({ type: 'open' }) },
    onMessage({ event, data }) { report({ type: event || 'message', data }) }
  })
  return () => controller.abort()
})
