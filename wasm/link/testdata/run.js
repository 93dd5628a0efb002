// Runs calls of a module's functions: node run.js FILE < calls
//
// Each line of input is a name, the types of the parameters followed by "-", the
// type of the result, and the bits of the arguments. Each line of output is whether
// the call trapped, the bits of the result, and the bytes of the variable state in
// hexadecimal. After a trap, a new instance begins with the same bytes.
'use strict'
const fs = require('fs')
const { WASI } = require('wasi')

const module_ = new WebAssembly.Module(fs.readFileSync(process.argv[2]))
const isStock = WebAssembly.Module.imports(module_).length > 0
const view = new DataView(new ArrayBuffer(8))

function instantiate(state) {
  const wasi = new WASI({ version: 'preview1', returnOnExit: false })
  // A panic of Go exits.
  const imports = Object.assign({}, wasi.wasiImport, {
    proc_exit() { throw new Error('exit') },
    fd_write(fd, vectors, count, written) {
      const memory = new DataView(instance.exports.memory.buffer)
      let size = 0
      for (let i = 0; i < count; i++) size += memory.getUint32(vectors + 8 * i + 4, true)
      memory.setUint32(written, size, true)
      return 0
    }
  })
  const instance = new WebAssembly.Instance(module_, isStock ? { wasi_snapshot_preview1: imports } : {})
  if (isStock) wasi.initialize({ exports: { memory: instance.exports.memory, _initialize: instance.exports._initialize } })
  const address = instance.exports.stateAddress()
  const size = instance.exports.stateSize()
  const bytes = () => new Uint8Array(instance.exports.memory.buffer, address, size)
  if (state) bytes().set(state)
  return { exports: instance.exports, bytes }
}

function fromBits(type, bits) {
  view.setBigUint64(0, BigInt(bits), true)
  switch (type) {
    case 'i': return view.getInt32(0, true)
    case 'I': return view.getBigInt64(0, true)
    case 'f': return view.getFloat32(0, true)
    default: return view.getFloat64(0, true)
  }
}

function toBits(type, value) {
  view.setBigUint64(0, 0n, true)
  switch (type) {
    case 'i': view.setInt32(0, value, true); break
    case 'I': view.setBigInt64(0, value, true); break
    case 'f': view.setFloat32(0, value, true); break
    default: view.setFloat64(0, value, true)
  }
  return view.getBigUint64(0, true)
}

let instance = instantiate()
let out = ''
for (const line of fs.readFileSync(0, 'utf8').trim().split('\n')) {
  const [name, params, result, ...args] = line.split(' ')
  let bits = 0n
  let trapped = false
  try {
    bits = toBits(result, instance.exports[name](...args.map((arg, i) => fromBits(params[i], arg))))
  } catch (e) {
    trapped = true
  }
  const state = Buffer.from(instance.bytes())
  out += trapped + ' ' + bits + ' ' + state.toString('hex') + '\n'
  if (trapped) instance = instantiate(state)
}
process.stdout.write(out)
