export * from './plus.js'
