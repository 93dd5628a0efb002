import { EventSource } from 'extended-eventsource'

window.EventSource = EventSource
