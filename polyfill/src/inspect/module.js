import { api } from './api.js'

export var snapshot = api.snapshot
export var show = api.show
export var hide = api.hide
export var observe = api.observe
export var watch = api.watch
