# A good event stream from Python with Flask.
# One thread a client: behind gunicorn, say --threads 100, or use gevent.
import os
import time

from flask import Flask, Response, request

app = Flask(__name__)


@app.get("/events")
def events():
    # What a client that returns has seen. Event n is due when the clock says n, in
    # seconds since 1970: so ids stay true when the server has restarted.
    now = int(time.time())
    seen = request.headers.get("Last-Event-ID", "")
    n = int(seen) if seen.isdecimal() and len(seen) < 16 else now
    n = min(max(n, now - 1000), now)

    def stream(n):
        yield "retry: 1000\n\n"
        while True:
            n += 1
            time.sleep(max(0, n - time.time()))
            yield f"id: {n}\ndata: event {n}\n\n"

    return Response(stream(n), mimetype="text/event-stream", headers={
        "Cache-Control": "no-store",
        "X-Accel-Buffering": "no",  # for nginx
    })


if __name__ == "__main__":
    app.run(port=int(os.environ["PORT"]), threaded=True)
