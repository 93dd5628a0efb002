export { EventSource } from './eventsource.js'
