import { EventSource } from 'eventsource'

window.EventSource = EventSource
