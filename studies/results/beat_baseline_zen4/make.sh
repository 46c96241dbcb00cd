#!/usr/bin/env bash
# Reproduces this folder: the study; its best recipe on all training faces with
# three seeds, and the first seed's predictions; best recipe and baseline with fresh seeds on the
# study's split, for their spread. (The best trial's own seed was selected by its accuracy, so it does
# not count; the baseline's does.) If interrupted, run it again to continue.
#
#     bash studies/results/beat_baseline_zen4/make.sh fer2013-train.zip fer2013-test-unlabelled.zip
set -euo pipefail
train=$1 test=$2
here=$(dirname "$0")
runs=runs/first_search
cores=$(python -c "from fer.process import available_cores; print(available_cores())")

fer search run "$here/first_search.toml" --data "$train" --workers 2
cp "$runs"/{summary.json,trials.csv,best.toml} "$here"

# As many runs at a time as there are cores: with one thread each, more images are trained in total.
start() {
    while [ "$(jobs -rp | wc -l)" -ge "$cores" ]; do wait -n; done
    fer train "$1" --data "$train" --out "$runs/$2" --resume --threads 1 "${@:3}" &
}
for seed in 1 2 3; do start "$runs/best.toml" all-seed-$seed --set validation=0 --set seed=$seed; done
for seed in 1 2 3; do start "$runs/best.toml" best-seed-$seed --set seed=$seed; done
for seed in 1 2; do start published baseline-seed-$seed --set seed=$seed; done
while [ -n "$(jobs -rp)" ]; do wait -n; done

for run in {all,best}-seed-{1,2,3} baseline-seed-{1,2}; do
    mkdir -p "$here/$run"
    cp "$runs/$run"/{history.csv,metrics.json} "$here/$run"
done
cp "$runs/all-seed-1/model.safetensors" "$here"
fer predict --model "$here/model.safetensors" --data "$test" --split test --tta --out "$here/submission.csv"
python -m tools.readme
