#!/bin/sh
# Creates the namespace, or sets the retention of an existing one, and ends once the namespace can be used.
# Running it again changes nothing.
# Needs RETENTION, and TEMPORAL_ADDRESS and TEMPORAL_NAMESPACE, which the Temporal CLI reads.
set -eu

: "${TEMPORAL_ADDRESS:?}" "${TEMPORAL_NAMESPACE:?}" "${RETENTION:?}"

# Attempts a command every 2 s for 2 minutes, then says what it waited for.
retry() {
  awaited="$1"
  shift
  attempts=0
  until "$@" >/dev/null 2>&1; do
    attempts=$((attempts + 1))
    if [ "$attempts" -ge 60 ]; then
      echo "Gave up after 2 minutes: waited until $awaited (Temporal at $TEMPORAL_ADDRESS)." >&2
      exit 1
    fi
    sleep 2
  done
}

retry "the server is healthy" temporal operator cluster health

# Workflow ids are unique within the retention only, so it has to be long for repeats to be recognised.
if temporal operator namespace describe --namespace "$TEMPORAL_NAMESPACE" >/dev/null 2>&1; then
  # The server finds a namespace by describe some seconds before it finds it by update.
  retry "the retention is set" \
    temporal operator namespace update --namespace "$TEMPORAL_NAMESPACE" --retention "$RETENTION"
else
  temporal operator namespace create --namespace "$TEMPORAL_NAMESPACE" --retention "$RETENTION"
fi
retry "the namespace can be used" temporal workflow count --namespace "$TEMPORAL_NAMESPACE"
echo "Namespace $TEMPORAL_NAMESPACE keeps ended workflows for $RETENTION."
