#!/bin/sh
# A file through `sockcat connect` and `sockcat listen`, checked byte for byte.
set -eu
sockcat=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

head -c 67108864 /dev/urandom >"$work/original"

# The listener writes its endpoint into this pipe as soon as it can be connected to.
mkfifo "$work/ready"
echo "\$ sockcat listen 0 --ready-fd 9 --output copy --checksum sha256 9>ready &"
"$sockcat" listen 0 --ready-fd 9 --output "$work/copy" --checksum sha256 </dev/null 9>"$work/ready" &
listener=$!
read -r endpoint <"$work/ready"
port=${endpoint##*:}

echo "\$ sockcat connect localhost $port --send-only --stats text < original"
"$sockcat" connect localhost "$port" --send-only --stats text <"$work/original"
wait "$listener"

cmp "$work/original" "$work/copy"
echo "the copy is the original, byte for byte: $(sha256sum <"$work/copy")"
