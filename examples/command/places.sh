#!/bin/sh
# Finds some names of states and cities, also behind proclitics. Runs with any awk. Offsets are code points, which bytes
# and awk's own lengths are not: what begins a character in UTF-8 is counted. Escapes of JSON become one letter each.
# With runner.mode=batch: Debian's awk, mawk, waits for more input than a line before it begins.
LC_ALL=C exec awk '
function points(part) { gsub(/[\200-\277]/, "", part); return length(part) }
BEGIN { count = split("روسيا أوكرانيا الصين بكين موسكو واشنطن لبنان بيروت إيران العراق بغداد مصر القاهرة", names, " ") }
{
  split_at = index($0, "\", \"text\": \""); text = substr($0, split_at + 12); found = ""
  text = substr(text, 1, index(text, "\", \"meta\": {") - 1)
  gsub(/\\\\/, "_", text); gsub(/\\u[0-9a-f][0-9a-f][0-9a-f][0-9a-f]/, "_", text); gsub(/\\./, "_", text)
  for (i = 1; i <= count; i++) for (at = 1; (step = index(substr(text, at), names[i])) > 0; at = after) {
    after = at + step - 1 + length(names[i])
    if (substr(text, after, 2) ~ /^(\330[\241-\277]|\331[\200-\222])/) continue  # inside a longer word
    start = points(substr(text, 1, at + step - 2)); comma = found == "" ? "" : ", "
    found = found comma sprintf("{\"start\": %d, \"end\": %d, \"type\": \"GPE\"}", start, start + points(names[i]))
  }
  print substr($0, 1, split_at) ", \"entities\": [" found "]}"
}'
