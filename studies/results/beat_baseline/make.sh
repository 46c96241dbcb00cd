#!/usr/bin/env bash
# Makes everything in this folder again: the study, its best recipe on all training faces with three
# seeds, and the first seed's predictions. A few hours on two cores; it goes on where it was stopped.
#
#     bash studies/results/beat_baseline/make.sh fer2013-train.zip fer2013-test-unlabelled.zip
set -euo pipefail
train=$1 test=$2
here=$(dirname "$0")
runs=runs/beat_baseline
cores=$(python -c "from fer.process import available_cores; print(available_cores())")

fer search run beat_baseline --data "$train" --workers 2
cp "$runs"/{summary.json,trials.csv,best.toml} "$here"

for seed in 1 2 3; do
    fer train "$runs/best.toml" --data "$train" --out "$runs/all-seed-$seed" --resume \
        --set validation=0 --set seed=$seed --threads 1 &
    # As many at a time as there are cores: one thread each trains more images in all.
    while [ "$(jobs -rp | wc -l)" -ge "$cores" ]; do wait -n; done
done
while [ -n "$(jobs -rp)" ]; do wait -n; done

best=$(python -c "import json; print(json.load(open('$runs/summary.json'))['best']['trial'])")
for pair in 0:baseline "$best:best" all-seed-1:seed-1 all-seed-2:seed-2 all-seed-3:seed-3; do
    mkdir -p "$here/${pair#*:}"
    cp "$runs/${pair%%:*}"/{history.csv,metrics.json} "$here/${pair#*:}"
done
cp "$runs/all-seed-1/model.safetensors" "$here"
fer predict "$here/model.safetensors" --data "$test" --split test --tta --out "$here/submission.csv"
python -m reports.readme
