#!/bin/sh
# Makes a model from labelled mail: builds the features with the code that serves, trains, measures, writes the model folder.
#   POSTERN_CORPORA=FOLDER models/train/run.sh [--everything] [--without non-commercial] [--without SOURCE] …
# POSTERN_MANIFEST   file with the categories that readers gave (default: manifest.tsv in the corpora, where there is one)
# POSTERN_DATASET    folder for the features (default: var/dataset)
# POSTERN_MODEL      folder of the model (default: models/postern-1)
# POSTERN_INVENTED   folder for the invented mail (default: var/invented)
set -eu
# onnxruntime tells its maker about every process unless told not to.
export ORT_DISABLE_TELEMETRY=1
# Threads that spin while they wait make two busy cores ten times slower.
export OMP_WAIT_POLICY=passive OMP_NUM_THREADS=1 PYTHONDONTWRITEBYTECODE=1
cd "$(dirname "$0")/../.."
: "${POSTERN_CORPORA:?names the folder of the corpora: SOURCE/LABEL/*.eml}"
dataset=${POSTERN_DATASET:-var/dataset}
model=${POSTERN_MODEL:-models/postern-1}
manifest=${POSTERN_MANIFEST:-$POSTERN_CORPORA/manifest.tsv}
invented=${POSTERN_INVENTED:-var/invented}

echo '1/4 Python environment'
[ -x .venv/bin/python ] || python3 -m venv .venv
.venv/bin/python -m pip install --quiet --disable-pip-version-check -r models/train/requirements.txt

echo '2/4 Invented mail'
rm -rf "$invented/invented"
.venv/bin/python models/train/invent/invent.py --out "$invented" --count 5000

echo '3/4 Features'
set -- "$dataset" "$model" "$@"
if [ -f "$manifest" ]; then
  node bin/postern.js dataset build --corpora "$POSTERN_CORPORA" "$invented" --manifest "$manifest" --out "$dataset"
else
  node bin/postern.js dataset build --corpora "$POSTERN_CORPORA" "$invented" --out "$dataset"
fi

echo '4/4 Model'
.venv/bin/python models/train/train.py "$@"
if [ "$model" = models/postern-1 ]; then .venv/bin/python models/train/tuning.py "$model" > docs/tuning.md; fi
