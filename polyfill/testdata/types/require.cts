import wasm = require('eventsource-wasm')
import { EventSource } from 'eventsource-wasm'

new wasm.EventSource('/events').close()
new EventSource('/events').close()
