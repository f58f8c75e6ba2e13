#!/bin/bash
# Rows scored by an array of Slurm: each task does one part, a last job joins them.
#
#   mkdir -p logs && sbatch deploy/slurm-score.sh rows.jsonl rewards.jsonl MODEL
#
# A part that was stopped goes on where it was when it is submitted again (sbatch --array=3,5 ...), and one that is whole has
# nothing to do: 16 stands here twice, for Slurm tells a task how many were submitted, not how many parts there are. Not run where
# this project is built, which has no Slurm.
#SBATCH --job-name=innate-score
#SBATCH --array=1-16
#SBATCH --cpus-per-task=16
#SBATCH --mem=32G
#SBATCH --time=04:00:00
#SBATCH --requeue
#SBATCH --output=logs/%x-%A-%a.log
set -euo pipefail
rows=$1 out=$2 model=$3

# The array's first task submits the join, which begins when all parts ended well.
if [[ ${SLURM_ARRAY_TASK_ID} == "${SLURM_ARRAY_TASK_MIN}" && ${SLURM_RESTART_COUNT:-0} == 0 ]]; then
  sbatch --job-name=innate-gather --dependency="afterok:${SLURM_ARRAY_JOB_ID}" --output="logs/%x-%j.log" \
    --wrap="innate gather '$out'"
fi

innate score --model "$model" --in "$rows" --out "$out" --shard auto/16 --resume --threads "${SLURM_CPUS_PER_TASK}"
