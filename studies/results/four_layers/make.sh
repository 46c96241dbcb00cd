#!/usr/bin/env bash
# Makes this folder again: the study, and its confirmation on one fresh fold and with five seeds. If
# interrupted, run it again.
#
#     bash studies/results/four_layers/make.sh fer2013-train.zip fer2013-test-unlabelled.zip
set -euo pipefail
train=$1 test=$2
here=$(dirname "$0")

fer search run four_layers --data "$train" --workers 2
fer search confirm four_layers --data "$train" --test "$test" --top 1 --folds 1 --workers 2
fer search export four_layers --out "$here"
python -m tools.readme
