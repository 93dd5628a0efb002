import { EventSource } from 'extended-eventsource'

self.EventSource = EventSource
