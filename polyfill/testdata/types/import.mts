import { EventSource } from 'eventsource-wasm'
import 'eventsource-wasm/script'

new EventSource('/events').close()
