export * from './event-source-polyfill.js'
