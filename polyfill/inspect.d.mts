export * from './inspect.js'
