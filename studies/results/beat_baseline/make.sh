#!/usr/bin/env bash
# Makes this folder again: the study, its confirmation with five seeds, and three seeds of the
# published recipe on all training faces with their submissions. If interrupted, run it again.
#
#     bash studies/results/beat_baseline/make.sh fer2013-train.zip fer2013-test-unlabelled.zip
set -euo pipefail
train=$1 test=$2
here=$(dirname "$0")
runs=runs/published
cores=$(python -c "from fer.process import available_cores; print(available_cores())")

fer search run beat_baseline --data "$train" --workers 2
fer search confirm beat_baseline --data "$train" --test "$test" --workers 2
fer search export beat_baseline --out "$here"

# As many runs at a time as there are cores: with one thread each, more images are trained in total.
for seed in 1 2 3; do
    while [ "$(jobs -rp | wc -l)" -ge "$cores" ]; do wait -n; done
    fer train published --data "$train" --out "$runs/seed-$seed" --resume --threads 1 \
        --set validation=0 --set seed=$seed &
done
while [ -n "$(jobs -rp)" ]; do wait -n; done

for seed in 1 2 3; do
    run=$here/published/seed-$seed
    mkdir -p "$run"
    cp "$runs/seed-$seed"/{history.csv,metrics.json,recipe.toml} "$run"
    fer predict --model "$runs/seed-$seed" --data "$test" --split test --tta \
        --out "$here/published/submission-seed-$seed.csv"
done
python -m tools.ship_model "$here" --data "$train" --test "$test"
python -m tools.readme
