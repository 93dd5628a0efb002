// Takes the place of `self` in the build for runtimes without a page.
export var self = globalThis
