# An image with nothing but the harness, made from the files of a release:
#
#   sh scripts/release.sh linux/amd64
#   docker build -t harness .
#   docker run --rm harness list
#   docker run --rm --network host harness check http://127.0.0.1:8080/events
FROM debian:12-slim AS certificates
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates

FROM scratch
ARG TARGETARCH=amd64
COPY --from=certificates /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY build/release/LICENSES.txt /
COPY --chmod=755 build/release/harness-linux-${TARGETARCH} /harness
ENTRYPOINT ["/harness"]
