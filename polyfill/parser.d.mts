export * from './parser.js'
