/*! eventsource-wasm 0.2.0 | MIT */
(function() {
  // polyfill/src/webidl.js
  function define(object, members) {
    Object.keys(members).forEach(function(name) {
      Object.defineProperty(object, name, Object.getOwnPropertyDescriptor(members, name));
    });
  }
  function hide(object, name, value) {
    try {
      Object.defineProperty(object, name, { value: value, writable: true, configurable: true });
    } catch (error) {
      object[name] = value;
    }
  }
  var FAILED = "Failed to construct 'EventSource': ";
  function isObject(value) {
    return Object(value) === value;
  }
  function demand(condition, message2) {
    if (!condition) throw new TypeError(message2);
  }
  function exception(message2, name, code) {
    try {
      return new DOMException(message2, name);
    } catch (error) {
      error = Object.create((self.DOMException || Error).prototype);
      define(error, { message: message2, name: name, code: code });
      return error;
    }
  }

  // polyfill/src/abi.js
  var COUNT = 0;
  var FIRST_TOKEN = 1;
  var TOKEN_WORDS = 3;
  var CHUNK = 393232;
  var CHUNK_SIZE = 65536;
  var ID = 5;
  var TYPE = 6;
  var DATA = 7;
  var LINE = 8;
  var APPEND = 9;
  var COMMIT = 11;
  var EVENT = 13;
  var REQUEST = 1;
  var ANNOUNCE = 2;
  var FAIL = 4;

  // polyfill/src/core.js
  var core;
  var words;
  var chunk;
  function connect(exports) {
    core = exports;
    words = new Int32Array(core.memory_.buffer, core.address_());
    chunk = new Uint8Array(core.memory_.buffer, core.address_() + CHUNK);
  }
  function respond(source, status, contentType) {
    for (var i = 0; i < contentType.length; i++) chunk[i] = contentType.charCodeAt(i);
    return core.respond_(source.handle_, status, Math.min(i, CHUNK_SIZE));
  }
  function end(source) {
    return core.end_(source.handle_);
  }
  function tokensOf(handle, bytes) {
    chunk.set(bytes);
    var action = core.feed_(handle, bytes.length);
    var tokens = words.subarray(0, FIRST_TOKEN + words[COUNT] * TOKEN_WORDS);
    tokens[0] = action;
    return tokens;
  }

  // polyfill/src/platform.js
  var fetch = self.fetch;
  var setTimeout = self.setTimeout;
  var clearTimeout = self.clearTimeout;
  var reportError = self.reportError;
  var MessageChannel = self.MessageChannel;
  var AbortController = self.AbortController;
  var WebAssembly = self.WebAssembly;
  var clock = self.performance && performance.now ? performance : Date;
  var read = clock.now;
  function now() {
    return read.call(clock);
  }
  function decodes(Decoder2) {
    try {
      var decoder = new Decoder2("utf-8", { ignoreBOM: true });
      return decoder.decode(new Uint8Array([239, 187, 191, 195]), { stream: true }) + decoder.decode(new Uint8Array([169])) == "\uFEFF\xE9";
    } catch (error) {
    }
  }
  function outside(callback) {
    var root = zone() && self.Zone.root;
    if (root) root.run(callback);
    else callback();
  }
  function zone() {
    return self.Zone && self.Zone.root && self.Zone.current;
  }

  // polyfill/src/sample.js
  function sample(name) {
    return self.document ? document.createEvent(name) : new self[name]("");
  }

  // polyfill/src/events.js
  var dispatched = {
    target: null,
    srcElement: null,
    currentTarget: null,
    eventPhase: 0,
    stopped_: false,
    composedPath: function() {
      return this.currentTarget ? [this.currentTarget] : [];
    },
    stopImmediatePropagation: function() {
      this.stopped_ = true;
    }
  };
  function PlainEvent(type) {
    this.type = type;
    this.timeStamp = now();
    this.isTrusted = true;
  }
  function StreamEvent(source) {
    PlainEvent.call(this, source.name_);
    this.data = source.data_;
    this.origin = source.origin_;
    this.lastEventId = source.id_;
  }
  imitate(PlainEvent, "Event");
  imitate(StreamEvent, "MessageEvent");
  function imitate(OwnEvent, name) {
    var native2 = sample(name);
    var prototype2 = OwnEvent.prototype = Object.create(Object.getPrototypeOf(native2));
    for (var key in native2) if (!(key in Object.prototype)) hide(prototype2, key, typeof native2[key] == "function" ? nothing : native2[key]);
    define(prototype2, dispatched);
  }
  function nothing() {
  }

  // polyfill/src/lifecycle.js
  var addEventListener = self.addEventListener;
  var native = self.stop;
  var live;
  function keep(source, close2, stop2) {
    if (!live) watchPage(close2, stop2);
    live.push(source);
  }
  function release(source) {
    live = live.filter(function(other2) {
      return other2 !== source;
    });
  }
  function watchPage(close2, stop2) {
    live = [];
    addEventListener.call(self, "pagehide", function(event) {
      if (!event.persisted) live.forEach(close2);
    });
    if (native && self.stop == native) {
      self.stop = function() {
        live.forEach(stop2);
        native.call(self);
      };
    }
  }

  // polyfill/src/listeners.js
  function listenersOf(source, type) {
    return source.lists_[type] || [];
  }
  function captures(options) {
    return !!(isObject(options) ? options.capture : options);
  }
  function add(source, type, callback, options) {
    demand(callback == null || isObject(callback), "addEventListener: the listener must be a function or an object");
    var listener2 = { callback_: callback, capture_: captures(options), once_: options && options.once, zone_: zone() };
    var signal = options && options.signal;
    if (callback == null || signal && signal.aborted || find(source, type, callback, options)) return;
    var list = source.lists_[type] = listenersOf(source, type).concat(listener2);
    if (listener2.capture_) list.sort(function(a, b) {
      return b.capture_ - a.capture_;
    });
    if (signal) signal.addEventListener("abort", function() {
      drop(source, type, listener2);
    });
  }
  function remove(source, type, callback, options) {
    drop(source, type, find(source, type, callback, options));
  }
  function drop(source, type, listener2) {
    if (listener2) listener2.removed_ = true;
    source.lists_[type] = listenersOf(source, type).filter(function(other2) {
      return !other2.removed_;
    });
  }
  function find(source, type, callback, options) {
    return listenersOf(source, type).filter(function(listener2) {
      return listener2.callback_ == callback && listener2.capture_ == captures(options);
    })[0];
  }
  function handler(source, type) {
    return source.handlers_[type] ? source.handlers_[type].callback_ : null;
  }
  function setHandler(source, type, callback) {
    var handle = source.handlers_[type] = source.handlers_[type] || function(event) {
      if (typeof handle.callback_ == "function" && handle.callback_.call(this, event) === false) event.preventDefault();
    };
    handle.callback_ = isObject(callback) ? callback : null;
    (handle.callback_ ? add : remove)(source, type, handle);
    var listener2 = find(source, type, handle);
    if (listener2) listener2.zone_ = zone();
  }
  function begin(source, event, list) {
    event.target = event.srcElement = event.currentTarget = source.target_;
    event.eventPhase = 2;
    return { event_: event, list_: list, next_: 0 };
  }
  function next(source, dispatch) {
    var event = dispatch.event_;
    var listener2;
    do {
      listener2 = dispatch.list_[dispatch.next_++];
      if (!listener2 || event.stopped_) {
        try {
          event.currentTarget = null;
          event.eventPhase = 0;
        } catch (frozen) {
        }
        return false;
      }
    } while (listener2.removed_);
    call(source, listener2, event);
    return true;
  }
  function call(source, listener2, event) {
    var callback = listener2.callback_;
    if (listener2.once_) drop(source, event.type, listener2);
    try {
      var object = typeof callback == "function" ? source.target_ : callback;
      var method = object == callback ? callback.handleEvent : callback;
      if (listener2.zone_) listener2.zone_.runGuarded(method, object, [event]);
      else method.call(object, event);
    } catch (error) {
      try {
        (reportError || self.reportError)(error);
      } catch (missing) {
        setTimeout(function() {
          throw error;
        });
      }
    }
  }
  function dispatchFromPage(source, event) {
    demand(isObject(event) && typeof event.preventDefault == "function", "dispatchEvent: expected an Event");
    if (event.eventPhase || !event.type) {
      throw exception("dispatchEvent: the event is in use or has no type", "InvalidStateError", 11);
    }
    define(event, dispatched);
    var dispatch = begin(source, event, listenersOf(source, event.type));
    while (next(source, dispatch)) ;
    return !event.defaultPrevented;
  }

  // polyfill/src/url.js
  function resolve(url) {
    try {
      var parsed;
      if (self.document) {
        parsed = create("a");
        parsed.href = url;
        parsed.href = parsed.href;
      } else {
        parsed = new URL(url, location);
      }
      if (parsed.protocol[1] && !/^https?:\/\/[^/]*%[^/@]*\//.test(parsed.href)) return parsed.href;
    } catch (error) {
    }
    throw exception(FAILED + "invalid URL " + url, "SyntaxError", 12);
  }
  function create(name) {
    return document.createElementNS("http://www.w3.org/1999/xhtml", name);
  }
  function originOf(url) {
    var parts = /^(?:blob:)?(https?:\/\/)(?:[^/?#]*@)?([^/?#]+)/.exec(url);
    return parts ? parts[1] + parts[2] : "null";
  }

  // polyfill/src/refusal.js
  var HEARING = 20;
  var PATIENCE = 5e3;
  var blocked = /* @__PURE__ */ Object.create(null);
  self.addEventListener("securitypolicyviolation", function(event) {
    if (event.disposition != "report" && event.effectiveDirective == "connect-src") {
      blocked[event.blockedURI] = now();
    }
  });
  function watch(url) {
    var began2 = now();
    function isBlocked() {
      return blocked[url.replace(/#.*/, "")] >= began2 || blocked[originOf(url)] >= began2;
    }
    return function(callback) {
      if (isBlocked() || originOf(url) == "null") return callback(true);
      setTimeout(function() {
        setTimeout(function() {
          callback(isBlocked());
        }, HEARING);
      });
    };
  }
  function probe(url, withCredentials, callback) {
    var controller = AbortController && new AbortController();
    var timer = setTimeout(answer, PATIENCE);
    fetch(url, {
      method: "HEAD",
      mode: "no-cors",
      cache: "no-store",
      credentials: withCredentials ? "include" : "same-origin",
      signal: controller && controller.signal
    }).then(function(response) {
      answer(response.type == "opaque");
    }, function() {
      answer();
    });
    function answer(refused) {
      if (timer) callback(refused);
      stop2();
    }
    function stop2() {
      clearTimeout(timer);
      timer = 0;
      if (controller) controller.abort();
    }
    return { stop_: stop2 };
  }
  function isForeign(url) {
    var own = originOf(location.href);
    return originOf(url) != (own == "null" || self.origin == "null" ? self.origin : own);
  }

  // polyfill/src/stream.js
  var PROPORTION = 64;
  var MORE = 64;
  var last;
  function reset(stream, Decoder2) {
    stream.decoder_ = new Decoder2("utf-8", { ignoreBOM: true });
    stream.id_ = stream.lastEventId_;
    stream.value_ = stream.data_ = stream.type_ = "";
    stream.tokens_ = [];
    stream.more_ = stream.foreign_ = false;
  }
  function feed(stream, bytes) {
    if (last && last != stream) last.tokens_ = new Int32Array(last.tokens_);
    last = stream;
    stream.part_ = bytes;
    stream.tokens_ = tokensOf(stream.handle_, bytes);
    stream.token_ = FIRST_TOKEN;
    stream.textEnd_ = 0;
  }
  function take(stream) {
    var tokens = stream.tokens_;
    var at = stream.token_;
    var kind = tokens[at];
    var more = kind == APPEND;
    var list;
    if (kind > COMMIT) list = stream.lists_[stream.name_ = stream.type_ || "message"];
    if (list || stream.more_ || kind != EVENT) {
      var value = stream.value_ + textOf(stream, tokens[at + 1], tokens[at + 2], more);
    }
    stream.token_ = at + TOKEN_WORDS;
    stream.value_ = more ? value : "";
    if (kind == ID) stream.id_ = value;
    if (kind == TYPE) stream.type_ = value;
    if (kind == DATA || kind == EVENT) stream.data_ = value;
    if (kind == LINE) stream.data_ += "\n" + value;
    if (kind >= COMMIT) {
      stream.type_ = "";
      stream.lastEventId_ = stream.id_;
    }
    return list;
  }
  function textOf(stream, start2, end2, more) {
    var bytes = stream.part_;
    if (more || stream.more_) {
      stream.more_ = more;
      return stream.decoder_.decode(bytes.subarray(start2, end2), { stream: more });
    }
    if (stream.foreign_) {
      for (var at = stream.valueEnd_; at < start2; at++) if (bytes[at] > 127) stream.textEnd_ = 0;
    }
    if (end2 >= stream.textEnd_) {
      var piece = bytes.subarray(start2, start2 + (end2 - start2 + MORE) * PROPORTION);
      stream.text_ = stream.decoder_.decode(piece);
      stream.foreign_ = stream.text_.length < piece.length;
      stream.offset_ = start2;
      stream.textEnd_ = start2 + piece.length;
    }
    var from = start2 - stream.offset_;
    var to = end2 - stream.offset_;
    if (stream.foreign_) {
      to = stream.text_.indexOf(String.fromCharCode(bytes[end2]), from);
      stream.offset_ = end2 - to;
      stream.valueEnd_ = end2;
    }
    return stream.text_.substring(from, to);
  }

  // core:eventsource.wasm
  function eventsource_default() {
    var bytes = [];
    "#!(!:!4$###$C)!'$!F$!F!'#$!F!'%!F!F$!F!'$!F#!'&!F!F!F$!F!'%!F!F#&-,$$%##&'#((&$#,*w,*!4!,!4!6!9!@!&%#+!(!+!+!9!,!:!:!&##(!6!7!,!5!&#$(!-!,!,!+!&#%)!+!,!3!(!@!&#&*!,!3!(!7!:!,!&#')!*!3!6!:!,!&#(+!9!,!:!7!6!5!+!&#)'!,!5!+!&#*-!y6,)#d!!+!!+(.!6$&!E&!FC#e!G+|'!Ee!F(C#e!!C#!Eec!DE#!nW%sE%e#x'cC$e$!CE#D$/%.C#!nC$e!G3C%!De!!j!!j!!j!!j*!J!Ke!G+!Ka%sC#!nd!!;#3+C#!ne$Z&#C#!ne!!#:Z&+C#!nW%s.!n..!}.$/!EC#!sE(!n!se#x'cC(e!!j*!Je!!C#!Eec!DE.!nX%sC(!n!tt'cC$!sE*e!G!G'{'c%cC.s0#C.!nL&#e%u'!Ee#(C.e+!CD&&!EC%C*v'cC&s0&C&!nL&Se!G!G!G!!+#z'cC&!nT#,E(sh'cC&!ne#_#,C%C*}0(C%e!!;!!+@!C!nT##C(t'cC%e$!CD%/'..C&!nL&3s'cC,e#x'c%cC,e$!De!H!G%}0*C,e/!Ee!!#!!+(!CE(!nX%#e*t'cC%C*}0+C%e!!;!!+@!CE'!nT##E-e-uC-e0u!80$C(!ne0a%#C&!ne#Z&KC&!ne#Z&SC'!nT##e0t'cC&!ne-_#,.C%e$!CD%/)...C&s0(%cC&!nL&;E'e$t'cC%e+!CE(C*z'cC%C(yC(e!G!G'y!90+C%e!!;!!+@!C!nL&#e;!Me!G!G!G!g!]!S!!H!w]t'cC&!ne*Z&3C&!neC_#,C%e(!CD%/&...&cC%C*v'c%cC%C*}0,C%e!!;!!+@!C!nT##E(e-uC(e0u!8C(e]tC'e$u!8h!8'cC%e$!CD%C'e+!MC(!KE'E(e!G!G!G!G!G!G!!+#|'cC&!ne%Z&3/%.C(e!!*!!b!!)2u0&C&!nP#+0&C&!ne$_#+e$D'/&.C&!n%!EC'e!!O!!=(x'ce*C'e!!L!!S!L!j9t0$=e)C'e!!_!!G!\\!z!!BOt0$=e&C'e!!d!!O!!<!r!mQt0$=(e$C'e$t0$=e(C'e!!O!!=(t0$=.e%.Z&3C(e]t'cC&!neC_#,C%e$!CD%....C&!nC'Z&;./&.C%D(&cC%C*v'cC%C*}0)C%e!!;!!+@!C!nT##E'e-uC'e0u!8'cC%e$!CE'C%e!!j!!j&!Deb!N!Je!!;!!+@!CD-C*C%!DD+e#D%&!EC%C+e,!Dz'!EC%C-!C!nL&#E)e!F!LC)e!U!c!!#!![!!K!!,!J!N1!D!Je!G!H!I!K!O!W!g!!+!G!F!JE)s'cC%e+!CD%C'e+!CD'/%.C)!Ae&!OC'!C(C'..D%/%...C%C(wC%e!G!G'y!90'C%C*v!te!!j$!JD-C%C(!DD'C(C(e!G!G'!Deb!N!Je!!;!!+@!CD+%!EC&s0(C&!nL&3E)e$t'!EC&!nL&KE'e*u'!Ee.e#C'e(|>(e/.C&!ne#Z&KC&!ne#Z&S!n!s(C)e&u'cC)e(t'ce#D)&cC'C)x'cC+!nT##sh'cC+e$!CD+C)e$!CD)/%.C&!ne%Z&3e-/(...(e#D)&cC'C)x'cC+!nT##eS!DE/e!!j$!Je,y'cC&!ne%Z&3.C&!ne!!j!!j!!j!!j*C&!nL&CE0e#C0e#|>e-!EC/e!!j$!J!CE/C/e!!j!!j!!j!!j*x>Z&CC+e$!CD+C)e$!CD)/$...C&!nL&3e'v'!Ee#(C&!nC&!nL&SC'!CeC!CZ&SC-!n'!EC&!nL&3E'e*t'ce+C&!nL&Ke*t0'=.C'!n!s(e,....E+!n'cC,e!H!G%}0(C,e/!Ee!!/!!+(!CE'!nC+a%#C'!nC(a%'C'!nC%a%+C,e$!CD,.C-!n'cC%e!!;!!+@!C!nT##C&!ne#_#,e0t'cC&!ne-_#,.C&!nL&3e&t'cC&!nL&CE(e#|'cC&!nC(Z&#..C&!nC&!nL&3E(C&!nL&KE'C'C(v>Z&KC&!ne$_#+C&!ne#Z&3C&!ne$Z&;C&!ne!FZ&CC%e$!CD%./%..C.!nL&[e!G!G!G!!+#z'!Ee#(C.!ne#Z&#e'...d!!+!!+(C,a%#!n2....#.[$%!EC#!sE%e!!j*!Je!!C#!ED$C%!n!se#x'cC$ec!DE$!nX%sC%!n!tt'cC$!nK%+2..#.p$%!EC#!sE$e!!j*!Je!!C#!ED%C$!n!se#x'cC%ec!DE%!nX%sC$!n!tt'cC%!nL&#E$e&t'cC%!ne$Z&#.C$e&t2..#.h$%!EC#!sE%e!!j*!Je!!C#!ED$C%!n!se#x'cC$ec!DE$!nX%sC%!n!tt'cC$!ne#Z&#C$!ne#C%!Da%s2..#.!!-'$.!EC#!sE&!n!se#x'cC&e!!j*!Je!!C#!Eec!DE(!nX%sC&!n!tt'cC%!sE,e!G!G'{'c%cC$!sD&%!EC(s0$C(!nL&#e$u'!Ee#(C&e!!3$t'ce$D'&cC)C,z'cC)C,|'!EeOE&(C)C,}0)C)e!!;!!+@!C!nT##E&.D-C.!n'cC&e!!j$!JE&eEu!tD.C)e$!CC)C&e!!G#t>D/(%cC&e!!j$!JE&eEt!tD.C&eOt!tE)sC&e^u!8'cC'sh'cC&e-uC&e0u!8C&e,u!8C&eCu!8'ce!!i!!j!!j!!*!!g!!j!!j!!j!!B#e!G!G!G!G!g!f!!F!!j&C&e!!+#}>C-!Oe$!JshC&e!G$w!8hC&eRuE#C'e%u!9!8hC'e(v!8'cC'C'e$!CC#C'e%!Ke&u!8>D'C+e*!MC*e\\!O!KD+C-eC!Ke!!j$!JC*e*!M!KD*/'.e#D'/&.e(C'e#C'e$!Ke&u>C'e't>D'/%./$.C*e!!X!!L!!P!!]!!_!!^!t!!_!5t!te#C+e!y!!f!!]!^!!%!!g!y]t>C0C*e!q!vMuC'e'|!8>D0e#C+C)!n>D+C)e!!j$!JD'e#C*C)!n>D*..C/e$!CE)D//$..C0e!!j$!J!n'cC(!ne%Z&#C(!ne#`$kC(!nL&+D&C(e+!C!nd!!+#3+C(!nC&Z&+C(!ne$Z&CC(!ne!FZ&Ke%/&..C(!ne#Z&#e'..!n2....#.w$%!EC#!sE$e!!j*!Je!!C#!ED%C$!n!se#x'cC%ec!DE%!nX%sC$!n!tt'cC%!nL&#E$e$uC$e%u!8'!Ee#(C%!ne&Z&#e&.!n2..#.>#&cC$'cC$d$!2E$C#!1d#]##/$...".replace(/(!*)(.)/g, function(all, high, low) {
      bytes.push(low.charCodeAt() - 35 + high.length * 92);
    });
    return new Uint8Array(bytes);
  }

  // polyfill/src/fetch.js
  function request(url, headers, withCredentials, to) {
    var controller = AbortController && new AbortController();
    var explain = watch(url);
    var reader;
    var stopped;
    function unlessStopped(callback) {
      return function(value) {
        if (!stopped) callback(value);
      };
    }
    function stop2() {
      stopped = true;
      if (controller) controller.abort();
      if (reader) reader.cancel().then(null, function() {
      });
    }
    fetch(url, {
      headers: headers,
      cache: "no-store",
      credentials: withCredentials ? "include" : "same-origin",
      signal: controller && controller.signal
    }).then(function(response) {
      reader = response.body && response.body.getReader();
      if (stopped) return stop2();
      to.head_(response.status, response.headers.get("Content-Type") || "", response.url || url, response.redirected);
    }, unlessStopped(function() {
      explain(unlessStopped(to.none_));
    }));
    return {
      stop_: stop2,
      read_: function() {
        if (!reader) return to.end_();
        reader.read().then(unlessStopped(function(result) {
          if (result.done) to.end_();
          else to.bytes_(result.value);
        }), unlessStopped(to.end_));
      }
    };
  }

  // polyfill/src/load.js
  var PATIENCE2 = 3e4;
  var JSDOM_PATIENCE = 1e3;
  var FOLDER = /^(?!webpack)[\w.+-]+:\/\/[^?#]*(?:\/(?=[^\/?#]*\.[cm]?js(?:[:?#]|$))|\/eventsource-wasm(?:@[^\/?#]*)?(?=[?#]|$))/;
  var page = self.document;
  var element = page && (page.currentScript || !("currentScript" in page) && [].slice.call(page.querySelectorAll('script[src*="eventsource.js"]')).pop());
  var base = folder();
  var legacyURL = element && element.getAttribute("data-legacy") || base + "eventsource-legacy.dev.js";
  var policy;
  function folder() {
    var parts = FOLDER.exec(element && element.src) || FOLDER.exec(/[\w.+-]+:\/\/[^\s(),]+/.exec(stack()));
    return parts ? parts[0] + (/\/$/.test(parts) ? "" : "/dist/") : "";
  }
  function stack() {
    try {
      throw new Error();
    } catch (error) {
      return error.stack;
    }
  }
  function trusted(url) {
    if (!self.trustedTypes) return url;
    policy = policy || trustedTypes.createPolicy("eventsource-wasm", { createScriptURL: String });
    return policy.createScriptURL(url);
  }
  function load(url, callback) {
    var timer = setTimeout(done, /jsdom/.test(navigator.userAgent) ? JSDOM_PATIENCE : PATIENCE2);
    function done() {
      if (timer) callback();
      clearTimeout(timer);
      timer = 0;
    }
    try {
      if (page) {
        var script = create("script");
        var allowed = element || page.querySelector("script[nonce]");
        if (allowed) script.nonce = allowed.nonce;
        script.src = trusted(url);
        script.onload = script.onerror = done;
        return page.documentElement.appendChild(script);
      }
      self["importScripts"](trusted(url));
    } catch (error) {
    }
    done();
  }

  // polyfill/src/tier.js
  var request2 = fetch && self.Response && "body" in Response.prototype && request;
  var Decoder = decodes(self.TextDecoder) && self.TextDecoder;
  var tier;
  var waiting = [];
  var lack;
  function whenReady(callback) {
    if (!waiting) callback();
    else if (waiting.push(callback) < 2) make();
  }
  function make() {
    if (self["EventSourceLegacy"]) return adopt();
    if (!lack) {
      lack = "fetch or TextDecoder is missing";
      if (element && element.getAttribute("data-core") == "javascript") lack = "data-core is javascript";
      else if (request2 && Decoder) {
        try {
          var exports = new WebAssembly.Instance(new WebAssembly.Module(eventsource_default())).exports;
          tier = "wasm";
          return ready(exports);
        } catch (error) {
          lack = error;
        }
      }
    }
    load(legacyURL, adopt);
  }
  function adopt() {
    var legacy = self["EventSourceLegacy"];
    if (legacy) {
      tier = request2 ? "js" : "xhr";
      request2 = request2 || legacy.request_;
      Decoder = Decoder || legacy.Decoder_;
      ready(legacy.core_);
    } else {
      ready(0, "cannot load " + legacyURL + ", needed because: " + lack);
    }
  }
  function ready(exports, failure) {
    var callbacks = waiting;
    waiting = !exports && [];
    if (exports) connect(exports);
    callbacks.forEach(function(callback) {
      callback(failure);
    });
  }

  // polyfill/src/turns.js
  var FEW = 8;
  var MANY = 512;
  var LIMIT = 8;
  var waiting2 = [];
  var busy = false;
  var sent = false;
  var channel;
  var size;
  var message;
  var left;
  var began;
  var resolved = self.Promise && Promise.resolve();
  function soon(callback) {
    if (resolved) resolved.then(callback);
    else turn(callback);
  }
  function turn(callback) {
    waiting2.push(callback);
    if (!busy) send();
  }
  function enter(callback) {
    if (busy || waiting2.length) return turn(callback);
    busy = true;
    callback();
    busy = false;
    send();
  }
  function late() {
    return !(now() - began < LIMIT);
  }
  function send() {
    if (sent || busy) return;
    if (!waiting2.length) {
      if (channel && !live.length) {
        channel.port1.close();
        channel = null;
      }
      return;
    }
    sent = true;
    if (MessageChannel) {
      if (!channel) open();
      channel.port2.postMessage(0);
    } else {
      setTimeout(fallback);
    }
  }
  function open() {
    channel = new MessageChannel();
    channel.port1.start();
    size = 0;
    grow(FEW);
  }
  function grow(count) {
    var add2 = zone() && channel.port1[Zone.__symbol__("addEventListener")] || channel.port1.addEventListener;
    for (; size < count; size++) add2.call(channel.port1, "message", listener());
  }
  function listener() {
    return function(event) {
      step(event);
    };
  }
  function step(event) {
    if (busy) {
      sent = false;
      return event.stopImmediatePropagation();
    }
    if (message != event) {
      message = event;
      left = size;
      began = now();
    }
    next2();
    if (--left && waiting2.length && !late()) return;
    event.stopImmediatePropagation();
    message = null;
    sent = false;
    if (!left && waiting2.length && size < MANY) grow(size * 2);
    send();
  }
  function fallback() {
    sent = false;
    if (!busy && waiting2.length) next2();
    send();
  }
  function next2() {
    busy = true;
    waiting2.shift()();
    busy = false;
  }

  // polyfill/src/source.js
  var CONNECTING = 0;
  var OPEN = 1;
  var CLOSED = 2;
  var MEMORY = 6e4;
  var warned;
  function Source(target, url, init) {
    demand(init == null || isObject(init), FAILED + "the options must be an object");
    if (init && !warned && ("headers" in init || "method" in init || "body" in init)) {
      warned = true;
      console.warn("EventSource: headers, method and body are ignored here; eventsource-plus takes them");
    }
    var source = this;
    source.withCredentials_ = !!(init && init.withCredentials);
    source.url_ = resolve(url);
    source.requested_ = source.url_.replace(/^(\w+:\/\/)[^/?#]*@/, "$1");
    source.readyState_ = CONNECTING;
    source.target_ = target;
    source.lists_ = /* @__PURE__ */ Object.create(null);
    source.handlers_ = {};
    source.id_ = source.lastEventId_ = "";
    function answered(f) {
      f = entry(source, f);
      return function(a, b, c, d) {
        whenReady(function() {
          if (source.handle_ >= 0) f(a, b, c, d);
        });
      };
    }
    source.head_ = answered(function(status, contentType, url2, redirected) {
      source.origin_ = originOf(url2);
      source.failures_ = 0;
      source.answers_ = false;
      source.accepted_ = source.accepted_ || !source.bare_;
      if (redirected) source.requested_ = url2;
      var action = respond(source, status, contentType);
      if (action == FAIL && status) complain(source, status + " " + contentType);
      act(source, action);
    });
    source.bytes_ = entry(source, function(chunk2) {
      source.chunk_ = chunk2;
      source.at_ = 0;
    });
    source.end_ = entry(source, function(reason) {
      act(source, end(source, reason));
    });
    source.none_ = answered(function(blocked2) {
      none(source, blocked2);
    });
    source.elapse_ = entry(source, function() {
      act(source, core.elapse_(source.handle_));
    });
    source.play_ = guarded(source, function() {
      play(source);
    });
    source.failures_ = 0;
    keep(source, close, stop);
    outside(function() {
      soon(guarded(source, function() {
        if (source.readyState_ != CLOSED) start(source);
      }));
    });
  }
  function guarded(source, f) {
    return function() {
      try {
        f();
      } catch (error) {
        abandon(source, error);
      }
    };
  }
  function entry(source, f) {
    return function(a, b, c, d) {
      enter(guarded(source, function() {
        if (source.readyState_ != CLOSED) f(a, b, c, d);
        play(source);
      }));
    };
  }
  function start(source) {
    if (request2 && AbortController) open2(source);
    whenReady(function(failure) {
      if (source.readyState_ == CLOSED) return;
      if (!failure) {
        source.handle_ = core.open_();
        if (source.handle_ >= 0) return source.transport_ || open2(source);
        failure = "too many connections";
      }
      abandon(source, failure);
    });
  }
  function none(source, blocked2) {
    var url = source.requested_;
    var foreign = isForeign(url);
    var doubtful = foreign && !source.bare_ ? !source.accepted_ : !source.origin_;
    if (blocked2) return source.head_(0, "", "");
    if (!doubtful || ++source.failures_ < 2 && !source.refused_) return source.end_();
    if (fetch) source.transport_ = probe(url, source.withCredentials_, answered);
    else if (source.bare_) source.end_();
    else refused();
    function answered(answers) {
      source.answers_ = answers && !source.answers_;
      if (source.answers_) open2(source);
      else if (answers) refused();
      else source.end_();
    }
    function refused() {
      if (source.bare_) return source.head_(0, "", "");
      source.refused_ = now();
      open2(source);
    }
  }
  function act(source, action) {
    if (action == ANNOUNCE) {
      source.readyState_ = OPEN;
      reset(source, Decoder);
      source.chunk_ = [];
      fire(source, "open");
    } else if (action == FAIL) {
      fail(source);
    } else if (action) {
      source.readyState_ = CONNECTING;
      source.transport_.stop_();
      if (action == REQUEST) return open2(source);
      source.timer_ = setTimeout(source.elapse_, core.delay_(source.handle_));
      fire(source, "error");
    }
  }
  function open2(source) {
    var headers = { Accept: "text/event-stream" };
    source.bare_ = !source.lastEventId_ || now() - source.refused_ < MEMORY;
    if (!source.bare_) headers["Last-Event-ID"] = unescape(encodeURIComponent(source.lastEventId_));
    source.transport_ = request2(source.requested_, headers, source.withCredentials_, source);
  }
  function play(source) {
    for (; ; ) {
      var tokens = source.tokens_;
      if (source.dispatch_) {
        if (next(source, source.dispatch_)) return turn(source.play_);
        source.dispatch_ = null;
      } else if (source.readyState_ != OPEN) {
        return;
      } else if (source.token_ < tokens.length) {
        var list = take(source);
        if (list) {
          source.dispatch_ = begin(source, new StreamEvent(source), list);
        }
      } else if (tokens[0]) {
        act(source, tokens[0]);
      } else if (source.chunk_ && source.at_ < source.chunk_.length) {
        feed(source, source.chunk_.subarray(source.at_, source.at_ += CHUNK_SIZE));
      } else {
        source.part_ = source.chunk_ = null;
        return late() ? turn(source.transport_.read_) : source.transport_.read_();
      }
    }
  }
  function fire(source, type) {
    source.dispatch_ = begin(source, new PlainEvent(type, source), listenersOf(source, type));
  }
  function close(source) {
    if (source.readyState_ == CLOSED) return;
    source.readyState_ = CLOSED;
    release(source);
    send();
    clearTimeout(source.timer_);
    if (source.transport_) source.transport_.stop_();
    if (source.handle_ >= 0) core.close_(source.handle_);
  }
  function stop(source) {
    close(source);
    setTimeout(function() {
      enter(function() {
        fire(source, "error");
        play(source);
      });
    });
  }
  function fail(source) {
    if (source.readyState_ == CLOSED) return;
    close(source);
    fire(source, "error");
  }
  function complain(source, reason) {
    console.error("EventSource " + source.url_.replace(/[?#].*/, "").replace(/\/\/[^\/]*@/, "//") + " failed:", reason);
  }
  function abandon(source, reason) {
    complain(source, reason);
    fail(source);
    turn(source.play_);
  }

  // polyfill/src/eventsource.js
  function EventSource(url) {
    demand(this instanceof EventSource && arguments.length, FAILED + "use 'new' with a URL");
    hide(this, "_source", new Source(this, "".concat(url), arguments[1]));
  }
  var parent = self.EventTarget || Object;
  var prototype = EventSource.prototype;
  EventSource.__proto__ = parent;
  prototype.__proto__ = parent.prototype;
  Object.defineProperty(EventSource, "prototype", { writable: false });
  if (self.Symbol) {
    Object.defineProperty(prototype, Symbol.toStringTag, { value: "EventSource", configurable: true });
  }
  hide(EventSource, "version", "0.2.0");
  define(EventSource, { get tier() {
    return tier;
  } });
  var constants = Object.freeze({ CONNECTING: CONNECTING, OPEN: OPEN, CLOSED: CLOSED });
  define(EventSource, constants);
  define(prototype, constants);
  define(prototype, {
    get url() {
      return this._source.url_;
    },
    get withCredentials() {
      return this._source.withCredentials_;
    },
    get readyState() {
      return this._source.readyState_;
    },
    get onopen() {
      return handler(this._source, "open");
    },
    set onopen(callback) {
      setHandler(this._source, "open", callback);
    },
    get onmessage() {
      return handler(this._source, "message");
    },
    set onmessage(callback) {
      setHandler(this._source, "message", callback);
    },
    get onerror() {
      return handler(this._source, "error");
    },
    set onerror(callback) {
      setHandler(this._source, "error", callback);
    },
    close: function() {
      close(this._source);
    },
    // The methods that a native EventSource inherits from EventTarget. The inherited
    // ones would throw on our objects and events.
    addEventListener: function(type, callback) {
      demand(arguments.length > 1, "addEventListener: 2 arguments required");
      add(this._source, "".concat(type), callback, arguments[2]);
    },
    removeEventListener: function(type, callback) {
      demand(arguments.length > 1, "removeEventListener: 2 arguments required");
      remove(this._source, "".concat(type), callback, arguments[2]);
    },
    dispatchEvent: function(event) {
      return dispatchFromPage(this._source, event);
    }
  });

  // polyfill/src/script.js
  var other = self.EventSourcePolyfill;
  if (!other || !("version" in other)) {
    self.EventSourcePolyfill = EventSource;
    self.NativeEventSource = other ? self.NativeEventSource : self.EventSource;
    if (!self.EventSource || !self.EventSource.prototype || element && element.getAttribute("data-install") == "always") {
      hide(self, "EventSource", EventSource);
    }
  }
})();
