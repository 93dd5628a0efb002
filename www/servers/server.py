# A good event stream from Python with Flask.
# One thread a client: behind gunicorn, say --threads 100, or use gevent.
import os
import time

from flask import Flask, Response, request

app = Flask(__name__)
start = time.time()


@app.get("/events")
def events():
    # What a client that returns has seen. Event n is due n seconds after the start.
    seen = request.headers.get("Last-Event-ID", "")
    n = int(seen) if seen.isdigit() else int(time.time() - start)

    def stream(n):
        yield "retry: 1000\n\n"
        while True:
            n += 1
            time.sleep(max(0, start + n - time.time()))
            yield f"id: {n}\ndata: event {n}\n\n"

    return Response(stream(n), mimetype="text/event-stream", headers={
        "Cache-Control": "no-store",
        "X-Accel-Buffering": "no",  # for nginx
    })


if __name__ == "__main__":
    app.run(port=int(os.environ["PORT"]), threaded=True)
