// The protocol of README.md, for the adapters in JavaScript. A package to judge is one
// that is installed in the current folder.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'

const require = createRequire(process.cwd() + '/')

// load returns what a package, one of its files, or a file exports, and for people the
// package's name and version.
export async function load(path) {
  const exports = await import(pathToFileURL(require.resolve(path)))
  const [name] = /^(@[^/]+\/)?[^/.]+/.exec(path) ?? [path.replace(/.*\//, '')]
  try {
    const manifest = JSON.parse(readFileSync(`${process.cwd()}/node_modules/${name}/package.json`))
    return { exports, title: `${manifest.name} ${manifest.version}` }
  } catch {
    return { exports, title: `${name} ${process.version}` } // a file
  }
}

const write = message => process.stdout.write(JSON.stringify(message) + '\n')

// serve judges a client. For each stream it calls open with the stream's url and types,
// and a function that reports events; open returns a function that closes the stream.
// For just a parser, open gets a ReadableStream of bytes in place of a URL.
export async function serve(features, open) {
  const streams = new Map()

  function start(id, stream, when) {
    let seen = 0
    const close = open(stream, event => {
      write({ in: id, event })
      if (when?.on === event.type && ++seen === when.nth) close()
    })
    if (when?.on === 'construct') close()
    return close
  }

  async function parse(id, readable) {
    try {
      await open(readable, event => write({ in: id, event }))
    } catch (error) {
      console.error(error)
    }
  }

  function startParser(id) {
    const { readable, writable } = new TransformStream(undefined, { highWaterMark: Infinity })
    parse(id, readable)
    return writable.getWriter()
  }

  write({ ready: { protocol: 1, ...features } })
  for await (const line of createInterface({ input: process.stdin })) {
    const message = JSON.parse(line)
    const id = message.open ?? message.feed
    if (message.open) streams.set(id, start(id, message, message.close))
    if (message.feed && !streams.has(id)) streams.set(id, startParser(id))
    const ignore = () => {} // the parser has failed
    if (message.bytes) streams.get(id).write(Buffer.from(message.bytes, 'base64')).catch(ignore)
    if (message.end) streams.get(id).close().catch(ignore)
    if (message.close && !message.open) {
      const stream = streams.get(message.close)
      if (typeof stream === 'function') stream()
      streams.delete(message.close)
    }
  }
  process.exit()
}
