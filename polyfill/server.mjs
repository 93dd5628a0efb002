import server from './server.cjs'

export var EventSource = server.EventSource
