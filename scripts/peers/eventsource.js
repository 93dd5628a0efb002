import { EventSource } from 'eventsource'

self.EventSource = EventSource
