#!/bin/sh
# Creates the namespace, or sets its retention where it is there already, and ends once the server lets it be used.
# Running it again changes nothing.
# Wants TEMPORAL_ADDRESS and TEMPORAL_NAMESPACE, which the Temporal CLI reads by itself, and RETENTION.
set -eu

: "${TEMPORAL_ADDRESS:?}" "${TEMPORAL_NAMESPACE:?}" "${RETENTION:?}"

# Tries a command every 2 s for 2 minutes; says what it was waiting for where that is not enough.
retry() {
  awaited="$1"
  shift
  tries=0
  until "$@" >/dev/null 2>&1; do
    tries=$((tries + 1))
    if [ "$tries" -ge 60 ]; then
      echo "Gave up waiting until $awaited (Temporal at $TEMPORAL_ADDRESS)." >&2
      exit 1
    fi
    sleep 2
  done
}

retry "the server is healthy" temporal operator cluster health

# Ids of workflows are unique within retention only, so what was seen must stay known for long.
if temporal operator namespace describe --namespace "$TEMPORAL_NAMESPACE" >/dev/null 2>&1; then
  # The server finds a namespace that is only seconds old by describe, and not yet by update.
  retry "the retention is set" \
    temporal operator namespace update --namespace "$TEMPORAL_NAMESPACE" --retention "$RETENTION"
else
  temporal operator namespace create --namespace "$TEMPORAL_NAMESPACE" --retention "$RETENTION"
fi
retry "the namespace can be used" temporal workflow count --namespace "$TEMPORAL_NAMESPACE"
echo "Namespace $TEMPORAL_NAMESPACE keeps ended workflows for $RETENTION."
